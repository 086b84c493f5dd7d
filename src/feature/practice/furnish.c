/* Furnishing a demo: a simulated learner practises through the real sessions and answers, on a clock that is set back.
 */
#include "feature/authoring/authoring.h"
#include "feature/practice/session.h"
#include "platform/clock.h"

/* People who practise often do better than the prior of a new exercise expects: this share of the expected failures
 * happens. */
#define DILIGENCE 0.7

typedef struct {
    App *app;
    const HttpIdentity *who;
    GRand *random;
    const SessionEntry *entry;
    StoredExercise *exercise;
} Learner;

static gboolean load_exercise(DbTx *tx, gpointer data, GError **error)
{
    Learner *learner = data;
    learner->exercise = authoring_exercise(learner->app, tx, learner->who->organisation_id, learner->entry->exercise_id,
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

/* The model answer, or its first sentence when the learner only half knows it. */
static char *some_text(const Learner *learner, gboolean right)
{
    const GPtrArray *models = learner->exercise->content->models;
    if (!models || models->len == 0)
        return g_strdup("Last week, in the second meeting. I would ask earlier what they compare it with.");
    g_autofree char *text = g_strdup(models->pdata[0]);
    g_strdelimit(text, "\n", ' ');
    const char *end = strstr(text, ". ");
    return right || !end ? g_steal_pointer(&text) : g_strndup(text, (gsize)(end - text) + 1);
}

static gboolean answer_entry(Learner *learner, gint64 session_id, GError **error)
{
    if (!db_read(learner->app->db, load_exercise, learner, error))
        return FALSE;
    double sure = g_rand_double(learner->random);
    gboolean right = g_rand_double(learner->random) < 1 - (1 - learner->entry->predicted) * DILIGENCE;
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
    g_autoptr(Attempt) attempt = practice_answer(learner->app, learner->who, &input, NULL, &replayed, error);
    json_decref(choices);
    g_clear_pointer(&learner->exercise, stored_exercise_unref);
    return attempt != NULL;
}

static gboolean practise_once(Learner *learner, GError **error)
{
    gboolean resumed;
    const SessionWish wish = { .minutes = 5, .kind = "daily" };
    g_autoptr(Session) session = session_begin(learner->app, learner->who, &wish, &resumed, error);
    if (!session)
        return FALSE;
    for (guint i = 0; i < session->entries->len; i++) {
        learner->entry = session->entries->pdata[i];
        if (!answer_entry(learner, session->id, error))
            return FALSE;
    }
    return session->entries->len == 0 || session_finish(learner->app, learner->who, session->id, NULL, error);
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

gboolean practice_furnish(App *app, gint64 organisation_id, gint64 person_id, int days, guint64 seed, GError **error)
{
    const HttpIdentity who = { .person_id = person_id, .organisation_id = organisation_id, .roles = ROLE_LEARNER };
    Past past = { .who = &who };
    if (!db_read(app->db, has_practised, &past, error))
        return FALSE;
    if (past.practised)
        return TRUE;
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)seed);
    Learner learner = { .app = app, .who = &who, .random = random };
    gboolean ok = TRUE;
    for (int day = days; ok && day >= 1; day--) {
        if (g_rand_double(random) < 0.25) /* nobody practises every day */
            continue;
        clock_shift(-day * CLOCK_DAY + (gint64)(g_rand_double(random) * (double)(2 * CLOCK_HOUR)));
        ok = practise_once(&learner, error);
    }
    clock_shift(0);
    return ok;
}
