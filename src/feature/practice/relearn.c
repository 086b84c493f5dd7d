/* Returning: see relearn.h. Hides what a session looks like to the planner while it is under way. */
#include "feature/practice/relearn.h"
#include "feature/practice/challenge_model.h"
#include "feature/practice/relearn_db.h"
#include "feature/practice/session.h"
#include "feature/practice/standing.h"

enum { RECENT_SCORES = 8 };

/* An answer that was longer on its way waited on a device without a connection, where the session has gone on. */
#define PROMPT (2 * CLOCK_MINUTE)

gboolean relearn_may_follow(const Attempt *attempt)
{
    gboolean failed = attempt->score >= 0 && attempt->score < MEMORY_PASS;
    return failed && attempt->session_id != 0 && attempt->try_number == 1 &&
           attempt->received_at - attempt->answered_at <= PROMPT;
}

typedef struct {
    GArray *ahead;     /* PlanAhead: what was not answered yet, in order */
    GPtrArray *places; /* const SessionEntry *, borrowed: the entries of `ahead` */
    double seconds_left;
    gboolean returned; /* the concept came back already */
    int last_position;
} Rest;

static void rest_clear(Rest *rest)
{
    g_clear_pointer(&rest->ahead, g_array_unref);
    g_clear_pointer(&rest->places, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rest, rest_clear)

static Rest rest_of(const Session *session, gint64 concept_id, const RelearnSpent *spent)
{
    Rest rest = {
        .ahead = g_array_new(FALSE, FALSE, sizeof(PlanAhead)),
        .places = g_ptr_array_new(),
        .seconds_left = session->budget_seconds - spent->seconds,
    };
    for (guint i = 0; i < session->entries->len; i++) {
        const SessionEntry *entry = session->entries->pdata[i];
        rest.last_position = MAX(rest.last_position, entry->position);
        rest.returned |= entry->concept_id == concept_id && entry->attempt_id != 0;
        if (g_hash_table_contains(spent->positions, GINT_TO_POINTER(entry->position)))
            continue;
        PlanAhead ahead = { .concept = entry->concept_id, .seconds = entry->seconds };
        g_array_append_val(rest.ahead, ahead);
        g_ptr_array_add(rest.places, (gpointer)entry);
        rest.seconds_left -= entry->seconds;
    }
    return rest;
}

static GArray *plan_exercises(const RelearnConcept *concept)
{
    GArray *exercises = g_array_new(FALSE, FALSE, sizeof(PlanExercise));
    for (guint i = 0; i < concept->variants->len; i++) {
        PlanExercise exercise =
            variant_to_plan(&g_array_index(concept->variants, RelearnVariant, i).variant, concept->memory.seen);
        g_array_append_val(exercises, exercise);
    }
    return exercises;
}

/* By its own position at the end, otherwise by that of the entry it is put behind. */
static int follows(const Rest *rest, guint place)
{
    if (place >= rest->places->len)
        return -1;
    const SessionEntry *before = rest->places->pdata[place - 1];
    return before->follows >= 0 ? before->follows : before->position;
}

static SessionEntry *decide(const Rest *rest, const Attempt *attempt, const RelearnConcept *concept,
                            const PlanWish *wish)
{
    g_autoptr(GArray) exercises = plan_exercises(concept);
    const PlanConcept failed = {
        .id = attempt->concept_id,
        .memory = { .stability = attempt->stability_after },
        .challenge = standing_input(&concept->person, &concept->skill, &concept->memory, attempt->answered_at),
        .exercises = (const PlanExercise *)(void *)exercises->data,
        .n_exercises = exercises->len,
    };
    const PlanFailure failure = {
        .concept = &failed,
        .failed = attempt->exercise_id,
        .returned = rest->returned,
        .ahead = (const PlanAhead *)(void *)rest->ahead->data,
        .n_ahead = rest->ahead->len,
        .seconds_left = rest->seconds_left,
        .wish = wish,
    };
    PlanEntry planned;
    guint place;
    if (!plan_relearn(&failure, &planned, &place))
        return NULL;
    const RelearnVariant *chosen = &g_array_index(concept->variants, RelearnVariant, planned.exercise);
    SessionEntry *entry =
        session_entry_new(&planned, attempt->concept_id, chosen->variant.id, chosen->version, rest->last_position + 1);
    entry->attempt_id = attempt->id;
    entry->follows = follows(rest, place);
    return entry;
}

/* The wish of the person, as far as returning looks at it. `recent` owns the scores. */
static gboolean load_wish(DbTx *tx, const HttpIdentity *who, PlanWish *wish, GArray **recent, GError **error)
{
    int minutes;
    g_autofree char *zone = practice_db_zone(tx, who, &minutes, &wish->ease, error);
    *recent = zone ? practice_db_recent_scores(tx, who, RECENT_SCORES, &wish->last_exercise, error) : NULL;
    if (!*recent)
        return FALSE;
    wish->recent = (const double *)(void *)(*recent)->data;
    wish->n_recent = (*recent)->len;
    return TRUE;
}

gboolean relearn_after(App *app, DbTx *tx, const HttpIdentity *who, const Attempt *attempt, GError **error)
{
    if (!relearn_may_follow(attempt))
        return TRUE;
    g_autoptr(Session) session = practice_db_session(tx, who, attempt->session_id, error);
    if (!session || session->finished_at)
        return session != NULL;

    g_auto(RelearnSpent) spent = { 0 };
    g_auto(RelearnConcept) concept = { 0 };
    g_autoptr(GArray) recent = NULL;
    PlanWish wish = { .seed = (guint64)attempt->id };
    if (!relearn_db_spent(tx, who, session->id, &spent, error) ||
        !relearn_db_concept(tx, who, attempt->concept_id, &concept, error) ||
        !load_wish(tx, who, &wish, &recent, error))
        return FALSE;
    wish.weights = challenge_model_find(app, tx, who->organisation_id, concept.person.weights_id, error);
    if (!wish.weights)
        return FALSE;
    g_auto(Rest) rest = rest_of(session, attempt->concept_id, &spent);
    SessionEntry *entry = decide(&rest, attempt, &concept, &wish);
    if (!entry)
        return TRUE;
    gboolean added = practice_db_add_entry(tx, who, session->id, entry, error);
    session_entry_free(entry);
    return added;
}
