/* Furnishing a demo: a simulated learner practises through the real sessions and answers, on a clock that is set back.
 */
#include "feature/authoring/authoring.h"
#include "feature/practice/challenge_model_fit.h"
#include "feature/practice/refold.h"
#include "feature/practice/session.h"
#include "platform/clock.h"

/* What is true of the simulated people, in logits: how able they are, and by how much an exercise is easier or harder
 * than its kind. Whet has to find out both. */
#define ABILITY_LEAST -0.5
#define ABILITY_MOST 1.5
#define EXERCISE_SPREAD 1.2
#define PRACTISE_SHARE 0.75 /* of the days: nobody practises every day */
enum { SESSION_MINUTES = 8 };

typedef struct {
    App *app;
    HttpIdentity who;
    int days;
    GRand *random;
    double ability;
    const SessionEntry *entry;
    StoredExercise *exercise;
    GError *error;
} Learner;

static gboolean load_exercise(DbTx *tx, gpointer data, GError **error)
{
    Learner *learner = data;
    learner->exercise = authoring_exercise(learner->app, tx, learner->who.organisation_id, learner->entry->exercise_id,
                                           learner->entry->version, error);
    return learner->exercise != NULL;
}

/* Right with the predicted probability, in the way an exercise of its kind is answered. */
static json_t *some_choices(Learner *learner, gboolean right)
{
    json_t *choices = json_array();
    const GPtrArray *options = learner->exercise->content->options;
    for (guint i = 0; i < options->len; i++)
        if (((PackOption *)options->pdata[i])->correct == right) {
            json_array_append_new(choices, json_integer(i));
            if (!right)
                break;
        }
    return choices;
}

/* The model answer; its first sentence, or something vague, when the learner does not know it. */
static char *some_text(const Learner *learner, gboolean right)
{
    const GPtrArray *models = learner->exercise->content->models;
    if (!models || models->len == 0)
        return g_strdup("Last week, in the second meeting. I would ask earlier what they compare it with.");
    if (!right && g_rand_boolean(learner->random))
        return g_strdup("I am not sure any more. It was something to do first, before the rest.");
    g_autofree char *text = g_strdup(models->pdata[0]);
    g_strdelimit(text, "\n", ' ');
    const char *end = strstr(text, ". ");
    return right || !end ? g_steal_pointer(&text) : g_strndup(text, (gsize)(end - text) + 1);
}

static double truth(const Learner *learner)
{
    const PackExercise *content = learner->exercise->content;
    int correct = 0;
    for (guint i = 0; content->options && i < content->options->len; i++)
        correct += ((PackOption *)content->options->pdata[i])->correct;
    g_autoptr(GRand) of_exercise = g_rand_new_with_seed(g_str_hash(content->slug));
    ChallengeInput input = challenge_input_unknown;
    input.overall = (ChallengeEstimate){ learner->ability, 1 };
    input.difficulty = (ChallengeEstimate){
        exercise_kind_info(content->kind)->difficulty +
            g_rand_double_range(of_exercise, -EXERCISE_SPREAD, EXERCISE_SPREAD),
        1,
    };
    input.retrievability = learner->entry->introduces ? -1 : learner->entry->retrievability;
    input.floor = challenge_floor(content->options ? (int)content->options->len : 0, correct);
    return challenge_expect(&challenge_weights_default, &input);
}

static gboolean answer_entry(Learner *learner, gint64 session_id, GError **error)
{
    if (!db_read(learner->app->db, load_exercise, learner, error))
        return FALSE;
    double sure = g_rand_double(learner->random);
    gboolean right = g_rand_double(learner->random) < truth(learner);
    json_t *choices = learner->exercise->content->options ? some_choices(learner, right) : NULL;
    g_autofree char *text = choices ? NULL : some_text(learner, right);
    g_autofree char *key = g_uuid_string_random();
    const AttemptInput input = {
        .key = key,
        .exercise_id = learner->entry->exercise_id,
        .session_id = session_id,
        .position = learner->entry->position,
        .choices = choices,
        .text = text,
        .confidence = sure < (right ? 0.5 : 0.2) ? CONFIDENCE_SURE
                      : sure < 0.85              ? CONFIDENCE_THINK_SO
                                                 : CONFIDENCE_GUESS,
        .seconds = learner->entry->seconds * (0.5 + g_rand_double(learner->random)),
        .answered_at = clock_now(),
    };
    gboolean replayed;
    g_autoptr(Attempt) attempt = practice_answer(learner->app, &learner->who, &input, NULL, &replayed, error);
    json_decref(choices);
    g_clear_pointer(&learner->exercise, stored_exercise_unref);
    return attempt != NULL;
}

static gboolean practise_once(Learner *learner, GError **error)
{
    gboolean resumed;
    const SessionWish wish = { .minutes = SESSION_MINUTES, .kind = "daily" };
    g_autoptr(Session) session = session_begin(learner->app, &learner->who, &wish, &resumed, error);
    if (!session)
        return FALSE;
    for (guint i = 0; i < session->entries->len; i++) {
        learner->entry = session->entries->pdata[i];
        if (!answer_entry(learner, session->id, error))
            return FALSE;
    }
    return session->entries->len == 0 || session_finish(learner->app, &learner->who, session->id, NULL, error);
}

typedef struct {
    const HttpIdentity *who;
    gboolean practised;
} Past;

static gboolean has_practised(DbTx *tx, gpointer data, GError **error)
{
    Past *past = data;
    g_autoptr(GPtrArray) attempts = practice_db_attempts(tx, past->who, 0, 0, 1, error);
    past->practised = attempts && attempts->len > 0;
    return attempts != NULL;
}

static gpointer practise(gpointer data)
{
    Learner *learner = data;
    if (!practise_once(learner, &learner->error))
        g_prefix_error(&learner->error, "Practising: ");
    return NULL;
}

/* The same day for everybody, since there is one clock; at once, so that their answers are committed together. */
static gboolean practise_on_a_day(Learner *learners, guint n, int day, GError **error)
{
    g_autofree GThread **threads = g_new0(GThread *, n);
    clock_shift(-day * CLOCK_DAY + (gint64)(g_rand_double(learners->random) * (double)(2 * CLOCK_HOUR)));
    for (guint i = 0; i < n; i++)
        if (day <= learners[i].days && g_rand_double(learners[i].random) < PRACTISE_SHARE)
            threads[i] = g_thread_new("learner", practise, &learners[i]);
    gboolean ok = TRUE;
    for (guint i = 0; i < n; i++) {
        if (threads[i])
            g_thread_join(threads[i]);
        if (ok && learners[i].error) {
            g_propagate_error(error, g_steal_pointer(&learners[i].error));
            ok = FALSE;
        }
        g_clear_error(&learners[i].error);
    }
    return ok;
}

/* Those of `people` who have not practised yet. */
static GArray *find_learners(App *app, gint64 organisation_id, const PracticePast *people, guint n, GError **error)
{
    g_autoptr(GArray) learners = g_array_new(FALSE, TRUE, sizeof(Learner));
    for (guint i = 0; i < n; i++) {
        Learner learner = {
            .app = app,
            .who = { .person_id = people[i].person_id, .organisation_id = organisation_id, .roles = ROLE_LEARNER },
            .days = people[i].days,
        };
        Past past = { .who = &learner.who };
        if (!db_read(app->db, has_practised, &past, error))
            return NULL;
        if (past.practised)
            continue;
        learner.random = g_rand_new_with_seed(i + 1);
        learner.ability = g_rand_double_range(learner.random, ABILITY_LEAST, ABILITY_MOST);
        g_array_append_val(learners, learner);
    }
    return g_steal_pointer(&learners);
}

gboolean practice_furnish(App *app, gint64 organisation_id, const PracticePast *people, guint n, GError **error)
{
    g_autoptr(GArray) learners = find_learners(app, organisation_id, people, n, error);
    if (!learners)
        return FALSE;
    int days = 0;
    for (guint i = 0; i < learners->len; i++)
        days = MAX(days, g_array_index(learners, Learner, i).days);
    gboolean ok = TRUE;
    for (int day = days; ok && day >= 1; day--)
        ok = practise_on_a_day((Learner *)(void *)learners->data, learners->len, day, error);
    clock_shift(0);
    for (guint i = 0; i < learners->len; i++)
        g_rand_free(g_array_index(learners, Learner, i).random);
    PracticeFit fit;
    ChallengeFit challenge;
    return ok && (learners->len == 0 || (practice_fit_memory(app, organisation_id, 0, &fit, error) &&
                                         refold_all(app, organisation_id, error) &&
                                         practice_fit_challenge(app, organisation_id, 0, &challenge, error)));
}
