/* Sessions: what the planner is given of what a person knows, and how two screens that begin at once end with one
 * session. Hides the planner. */
#include "feature/practice/session.h"
#include "feature/people/people.h"
#include "feature/practice/review.h"
#include "feature/practice/standing.h"
#include "feature/practice/state.h"
#include "feature/practice/variant.h"
#include "feature/practice/wording.h"
#include "platform/clock.h"
#include "platform/error.h"
#include "platform/id.h"

/* A new concept takes about two minutes: its text, then two exercises. */
#define NEW_SECONDS 120.0
/* New concepts offered to the planner for each one it may take, so that it can respect `requires`. */
enum { NEW_CHOICE = 4 };

const char *const session_why_names[] = {
    [PLAN_SURE_AND_WRONG] = "sure-and-wrong",
    [PLAN_DUE] = "due",
    [PLAN_NEW] = "new",
    [PLAN_EARLY] = "early",
    [PLAN_AGAIN] = "again",
    NULL,
};

/* --- from what a person knows to what the engine plans with */

typedef struct {
    const PracticeState *state;
    GArray *concepts;   /* PlanConcept */
    GArray *indexes;    /* guint: their places in the catalogue */
    GHashTable *places; /* catalogue index -> place in `concepts` + 1 */
    GPtrArray *owned;
} Candidates;

static void candidates_init(Candidates *candidates, const PracticeState *state)
{
    candidates->state = state;
    candidates->concepts = g_array_new(FALSE, TRUE, sizeof(PlanConcept));
    candidates->indexes = g_array_new(FALSE, TRUE, sizeof(guint));
    candidates->places = g_hash_table_new(NULL, NULL);
    candidates->owned = g_ptr_array_new_with_free_func(g_free);
}

static void candidates_clear(Candidates *candidates)
{
    g_array_unref(candidates->concepts);
    g_array_unref(candidates->indexes);
    g_hash_table_unref(candidates->places);
    g_ptr_array_unref(candidates->owned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Candidates, candidates_clear)

static const PlanExercise *plan_exercises(Candidates *candidates, const CatalogueConcept *concept,
                                          const MemoryRow *memory)
{
    PlanExercise *exercises = g_new0(PlanExercise, concept->exercises->len + 1);
    g_ptr_array_add(candidates->owned, exercises);
    for (guint i = 0; i < concept->exercises->len; i++) {
        const CatalogueExercise *exercise = &g_array_index(concept->exercises, CatalogueExercise, i);
        const Variant variant = { exercise->id, exercise->kind, exercise->floor, exercise->difficulty };
        exercises[i] = variant_to_plan(&variant, memory->seen);
    }
    return exercises;
}

/* Requirements that are still to be learnt, as places among the candidates. FALSE when one of them is not a candidate.
 */
static gboolean plan_requires(Candidates *candidates, const CatalogueConcept *concept, PlanConcept *out)
{
    guint *places = g_new0(guint, concept->requires->len + 1);
    g_ptr_array_add(candidates->owned, places);
    out->requires = places;
    for (guint i = 0; i < concept->requires->len; i++) {
        guint required = g_array_index(concept->requires, guint, i);
        if (candidates->state->known[required] || !practice_state_concept(candidates->state, required)->graded)
            continue;
        gpointer place = g_hash_table_lookup(candidates->places, GUINT_TO_POINTER(required));
        if (!place)
            return FALSE;
        places[out->n_requires++] = GPOINTER_TO_UINT(place) - 1;
    }
    return TRUE;
}

/* `chosen`: the person asked for this concept, so it comes whatever it builds on. */
static gboolean add_candidate(Candidates *candidates, guint index, gboolean chosen)
{
    const PracticeState *state = candidates->state;
    const CatalogueConcept *concept = practice_state_concept(state, index);
    const MemoryRow *memory = practice_state_memory(state, index);
    PlanConcept plan = {
        .id = concept->id,
        .memory = memory->state,
        .model = practice_state_model(state, index),
        .days_since = (double)MAX(0, state->now - memory->reviewed_at) / (double)CLOCK_DAY,
        .due_days = (double)(memory->due_at - memory->reviewed_at) / (double)CLOCK_DAY,
        .retention = review_retention(practice_state_model(state, index), memory->state, concept->must_know),
        .confidently_wrong = memory->confidently_wrong,
        .challenge =
            standing_input(&state->person, g_hash_table_lookup(state->skills, &concept->skill_id), memory, state->now),
        .position = index,
    };
    if (!state->known[index] && !chosen && !plan_requires(candidates, concept, &plan))
        return FALSE;
    plan.exercises = plan_exercises(candidates, concept, memory);
    plan.n_exercises = concept->exercises->len;
    g_array_append_val(candidates->concepts, plan);
    g_array_append_val(candidates->indexes, index);
    g_hash_table_insert(candidates->places, GUINT_TO_POINTER(index), GUINT_TO_POINTER(candidates->concepts->len));
    return TRUE;
}

/* Everything that is due (everything known when `early`), and the first few new concepts. */
static void add_candidates(Candidates *candidates, const SessionWish *wish, guint new_most)
{
    const PracticeState *state = candidates->state;
    guint new_offered = 0;
    for (guint i = 0; i < state->catalogue->concepts->len; i++) {
        gboolean known = state->known[i];
        if (known ? !practice_state_due(state, i) && !wish->early && !wish->concept_id
                  : new_offered >= new_most * NEW_CHOICE)
            continue;
        const CatalogueConcept *concept = practice_state_concept(state, i);
        if (!concept->graded ||
            (wish->concept_id ? concept->id != wish->concept_id : !practice_state_practises(state, i)))
            continue;
        new_offered += add_candidate(candidates, i, wish->concept_id != 0) && !known;
    }
}

static GArray *plan(Candidates *candidates, const SessionWish *wish, double budget, gint64 seed)
{
    const PracticeState *state = candidates->state;
    guint new_most = MAX(1, (guint)(budget / NEW_SECONDS));
    add_candidates(candidates, wish, new_most);
    const PlanWish plan_wish = {
        .memory = &state->model,
        .weights = state->weights,
        .budget_seconds = budget,
        .recent = (const double *)(void *)state->recent->data,
        .n_recent = state->recent->len,
        .ease = state->challenge,
        .new_most = new_most,
        .early = wish->early || wish->concept_id != 0,
        .last_exercise = state->last_exercise,
        .seed = (guint64)seed,
    };
    return plan_session((const PlanConcept *)(void *)candidates->concepts->data, candidates->concepts->len, &plan_wish);
}

SessionEntry *session_entry_new(const PlanEntry *planned, gint64 concept_id, gint64 exercise_id, int version,
                                int position)
{
    SessionEntry *entry = g_new0(SessionEntry, 1);
    entry->position = position;
    entry->concept_id = concept_id;
    entry->exercise_id = exercise_id;
    entry->version = version;
    entry->why = g_strdup(session_why_names[planned->why]);
    entry->retrievability = planned->retrievability;
    entry->later = planned->retrievability_later;
    entry->predicted = planned->predicted;
    entry->seconds = planned->seconds;
    entry->introduces = planned->introduces;
    entry->follows = -1;
    return entry;
}

static SessionEntry *entry_of(const Candidates *candidates, const PlanEntry *planned, int position)
{
    guint index = g_array_index(candidates->indexes, guint, planned->concept);
    const CatalogueConcept *concept = practice_state_concept(candidates->state, index);
    const CatalogueExercise *exercise = &g_array_index(concept->exercises, CatalogueExercise, planned->exercise);
    return session_entry_new(planned, concept->id, exercise->id, exercise->version, position);
}

/* --- keeping */

typedef struct {
    App *app;
    const HttpIdentity *who;
    const SessionWish *wish;
    Session *session;
    gint64 open; /* the session to go on with, 0 none */
    const char *note;
} Beginning;

static gboolean find_open(DbTx *tx, Beginning *beginning, GError **error)
{
    if (beginning->wish->concept_id)
        return TRUE; /* asked for by name: not whatever was left open */
    beginning->open = practice_db_open_session(tx, beginning->who, clock_now() - SESSION_OPEN_FOR, error);
    return beginning->open >= 0;
}

static gboolean load_or_plan(DbTx *tx, gpointer data, GError **error)
{
    Beginning *beginning = data;
    if (!find_open(tx, beginning, error))
        return FALSE;
    if (beginning->open) {
        beginning->session = practice_db_session(tx, beginning->who, beginning->open, error);
        return beginning->session != NULL;
    }
    g_auto(PracticeState) state = { 0 };
    PracticeScope scope = beginning->wish->early || beginning->wish->concept_id ? PRACTICE_ALL : PRACTICE_DUE;
    if (!practice_state_load(&state, scope, beginning->app, tx, beginning->who, error))
        return FALSE;
    int wished = beginning->wish->concept_id ? catalogue_index(state.catalogue, beginning->wish->concept_id) : 0;
    if (beginning->wish->concept_id && (wished < 0 || !practice_state_sees(&state, (guint)wished))) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "There is no such concept.");
        return FALSE;
    }
    int minutes = beginning->wish->minutes ? beginning->wish->minutes : state.session_minutes;
    g_auto(Candidates) candidates = { 0 };
    candidates_init(&candidates, &state);
    Session *session = beginning->session = session_new();
    session->id = id_new();
    session->created_at = state.now;
    session->budget_seconds = minutes * 60;
    session->kind = g_strdup(beginning->wish->kind);
    g_autoptr(GArray) planned = plan(&candidates, beginning->wish, session->budget_seconds, session->id);
    for (guint i = 0; i < planned->len; i++)
        g_ptr_array_add(session->entries, entry_of(&candidates, &g_array_index(planned, PlanEntry, i), (int)i));
    return TRUE;
}

/* Two screens may have planned at once: the second goes on with the first's. */
static gboolean keep_session(DbTx *tx, gpointer data, GError **error)
{
    Beginning *beginning = data;
    if (!db_lock(tx, beginning->who->person_id, error) || !find_open(tx, beginning, error))
        return FALSE;
    return beginning->open || practice_db_add_session(tx, beginning->who, beginning->session, error);
}

static gboolean load_open(DbTx *tx, gpointer data, GError **error)
{
    Beginning *beginning = data;
    g_clear_pointer(&beginning->session, session_free);
    beginning->session = practice_db_session(tx, beginning->who, beginning->open, error);
    return beginning->session != NULL;
}

Session *session_begin(App *app, const HttpIdentity *who, const SessionWish *wish, gboolean *resumed, GError **error)
{
    Beginning beginning = { .app = app, .who = who, .wish = wish };
    gboolean ok = db_read(app->db, load_or_plan, &beginning, error);
    if (ok && !beginning.open && beginning.session->entries->len > 0) {
        ok = db_write(app->db, keep_session, &beginning, error);
        if (ok && beginning.open)
            ok = db_read(app->db, load_open, &beginning, error);
    }
    *resumed = beginning.open != 0;
    if (!ok)
        g_clear_pointer(&beginning.session, session_free);
    return beginning.session;
}

/* --- why */

static int percent(double share)
{
    return (int)(share * 100 + 0.5);
}

/* The day on which "later" is. */
static const char *later_day(gint64 planned_at, GTimeZone *zone)
{
    enum { WEEK = 7, MONDAYS = 3 /* the first day of the count was a Thursday */ };
    gint64 day = clock_day(planned_at, zone) + (gint64)PLAN_LATER_DAYS;
    return say("en", (Say)(SAY_MONDAY + (day + MONDAYS) % WEEK));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
char *session_reason(const SessionEntry *entry, gint64 planned_at, GTimeZone *zone)
{
    int why = 0;
    while (session_why_names[why] && !g_str_equal(entry->why, session_why_names[why]))
        why++;
    switch ((PlanWhy)why) {
    case PLAN_SURE_AND_WRONG:
        return g_strdup(say("en", SAY_REASON_SURE_AND_WRONG));
    case PLAN_NEW:
        return g_strdup(say("en", SAY_REASON_NEW));
    case PLAN_EARLY:
        return g_strdup_printf(say("en", SAY_REASON_EARLY), percent(entry->retrievability));
    case PLAN_AGAIN:
        return g_strdup(say("en", SAY_REASON_AGAIN));
    case PLAN_DUE:
        break;
    }
    return g_strdup_printf(say("en", SAY_REASON_DUE), percent(entry->retrievability), percent(entry->later),
                           later_day(planned_at, zone));
}
#pragma GCC diagnostic pop

/* --- ending */

typedef struct {
    const HttpIdentity *who;
    gint64 session_id;
    const char *note;
} Finishing;

static gboolean finish(DbTx *tx, gpointer data, GError **error)
{
    Finishing *finishing = data;
    return practice_db_finish_session(tx, finishing->who, finishing->session_id, finishing->note, clock_now(), error) &&
           people_emit(tx, finishing->who->organisation_id, finishing->who->person_id, "session", finishing->session_id,
                       error);
}

gboolean session_finish(App *app, const HttpIdentity *who, gint64 session_id, const char *note, GError **error)
{
    Finishing finishing = { who, session_id, note };
    return db_write(app->db, finish, &finishing, error);
}
