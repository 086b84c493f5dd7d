#include "feature/practice/state.h"
#include "engine/plan.h"
#include "feature/practice/review.h"
#include "platform/clock.h"

enum { RECENT_SCORES = 8 };
#define READY_STABILITY 21.0 /* days: recall stays over 0.9 for three weeks without practice */

void practice_state_clear(PracticeState *state)
{
    g_clear_pointer(&state->zone_name, g_free);
    g_clear_pointer(&state->zone, g_time_zone_unref);
    g_clear_pointer(&state->packs, g_hash_table_unref);
    g_clear_pointer(&state->abilities, g_hash_table_unref);
    g_clear_pointer(&state->recent, g_array_unref);
    g_clear_pointer(&state->memories, g_array_unref);
    g_clear_pointer(&state->catalogue, catalogue_unref);
}

static void take_memory(const MemoryRow *row, gpointer data)
{
    PracticeState *state = data;
    int index = catalogue_index(state->catalogue, row->concept_id);
    if (index < 0)
        return;
    MemoryRow *mine = &g_array_index(state->memories, MemoryRow, index);
    *mine = *row;
    mine->seen = g_strdup(row->seen);
}

gboolean practice_state_load(PracticeState *state, App *app, DbTx *tx, const HttpIdentity *who, GError **error)
{
    state->who = who;
    state->now = clock_now();
    state->model = memory_model_default();
    state->zone_name = practice_db_zone(tx, who, &state->session_minutes, error);
    if (!state->zone_name)
        return FALSE;
    state->zone = clock_zone(state->zone_name);
    state->catalogue = authoring_catalogue(app, tx, who->organisation_id, error);
    if (!state->catalogue)
        return FALSE;
    state->memories = g_array_sized_new(FALSE, TRUE, sizeof(MemoryRow), state->catalogue->concepts->len);
    g_array_set_size(state->memories, state->catalogue->concepts->len);
    g_array_set_clear_func(state->memories, (GDestroyNotify)memory_row_clear);
    state->packs = practice_db_packs(tx, who, error);
    state->abilities = state->packs ? practice_db_abilities(tx, who, error) : NULL;
    state->recent = state->abilities ? practice_db_recent_scores(tx, who, RECENT_SCORES, &state->last_exercise, error) : NULL;
    return state->recent && practice_db_each_memory(tx, who, take_memory, state, error);
}

gboolean practice_state_practises(const PracticeState *state, guint index)
{
    return g_hash_table_contains(state->packs, &practice_state_concept(state, index)->pack_id);
}

gboolean practice_state_sees(const PracticeState *state, guint index)
{
    return (state->who->roles & (ROLE_AUTHOR | ROLE_ADMIN)) || practice_state_practises(state, index);
}

double practice_state_recall(const PracticeState *state, guint index, double days)
{
    return review_recall(&state->model, practice_state_memory(state, index), state->now + (gint64)(days * (double)CLOCK_DAY));
}

gboolean practice_state_due(const PracticeState *state, guint index)
{
    const MemoryRow *memory = practice_state_memory(state, index);
    if (memory->state.stability <= 0)
        return FALSE;
    gint64 night = (gint64)(PLAN_SURE_AND_WRONG_DAYS * (double)CLOCK_DAY);
    return memory->due_at <= state->now || (memory->confidently_wrong && memory->reviewed_at + night <= state->now);
}

const char *practice_state_word(const PracticeState *state, guint index)
{
    const MemoryRow *memory = practice_state_memory(state, index);
    if (memory->state.stability <= 0)
        return "new";
    if (memory->confidently_wrong)
        return "sure-and-wrong";
    if (memory->due_at <= state->now)
        return "fading";
    return memory->state.stability >= READY_STABILITY ? "ready" : "growing";
}

int practice_state_next(const PracticeState *state)
{
    int next = -1;
    for (guint i = 0; i < state->memories->len; i++) {
        const MemoryRow *memory = practice_state_memory(state, i);
        if (memory->state.stability <= 0 || memory->due_at <= state->now || !practice_state_practises(state, i))
            continue;
        if (next < 0 || memory->due_at < practice_state_memory(state, (guint)next)->due_at)
            next = (int)i;
    }
    return next;
}
