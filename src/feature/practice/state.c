/* What a person knows now. Knows how little of it a purpose needs, and the word for how well a concept is known. */
#include "feature/practice/state.h"
#include "feature/practice/review.h"
#include "platform/clock.h"

enum { RECENT_SCORES = 8, NEXT_MOST = 50 /* of which one should be for this person */ };
#define READY_STABILITY 21.0 /* days: recall stays over 0.9 for three weeks without practice */

void practice_state_clear(PracticeState *state)
{
    g_clear_pointer(&state->zone_name, g_free);
    g_clear_pointer(&state->zone, g_time_zone_unref);
    g_clear_pointer(&state->packs, g_hash_table_unref);
    g_clear_pointer(&state->abilities, g_hash_table_unref);
    g_clear_pointer(&state->recent, g_array_unref);
    g_clear_pointer(&state->memories, g_array_unref);
    g_clear_pointer(&state->known, g_free);
    g_clear_pointer(&state->catalogue, catalogue_unref);
}

static void take_memory(const MemoryRow *row, gpointer data)
{
    PracticeState *state = data;
    int index = catalogue_index(state->catalogue, row->concept_id);
    if (index < 0)
        return;
    MemoryRow *mine = &g_array_index(state->memories, MemoryRow, index);
    memory_row_clear(mine);
    *mine = *row;
    mine->seen = g_strdup(row->seen);
    state->known[index] = TRUE;
}

static void take_known(gint64 concept_id, gpointer data)
{
    PracticeState *state = data;
    int index = catalogue_index(state->catalogue, concept_id);
    if (index >= 0)
        state->known[index] = TRUE;
}

static void take_next(const MemoryRow *row, gpointer data)
{
    PracticeState *state = data;
    int index = state->next < 0 ? catalogue_index(state->catalogue, row->concept_id) : -1;
    if (index < 0 || !practice_state_practises(state, (guint)index))
        return;
    state->next = index;
    state->next_at = row->due_at;
}

static gboolean load_memories(PracticeState *state, PracticeScope scope, DbTx *tx, GError **error)
{
    guint n = state->catalogue->concepts->len;
    state->memories = g_array_sized_new(FALSE, TRUE, sizeof(MemoryRow), n);
    g_array_set_size(state->memories, n);
    g_array_set_clear_func(state->memories, (GDestroyNotify)memory_row_clear);
    state->known = g_new0(guint8, n + 1);
    state->next = -1;
    gboolean loaded = scope == PRACTICE_ALL
                          ? practice_db_each_memory(tx, state->who, take_memory, state, error)
                          : practice_db_each_known(tx, state->who, take_known, state, error) &&
                                practice_db_each_due(tx, state->who, state->now, take_memory, state, error);
    return loaded && practice_db_each_later(tx, state->who, state->now, NEXT_MOST, take_next, state, error);
}

gboolean practice_state_load(PracticeState *state, PracticeScope scope, App *app, DbTx *tx, const HttpIdentity *who,
                             GError **error)
{
    state->who = who;
    state->now = clock_now();
    state->model = memory_model_default(MEMORY_FSRS6);
    state->zone_name = practice_db_zone(tx, who, &state->session_minutes, error);
    if (!state->zone_name)
        return FALSE;
    state->zone = clock_zone(state->zone_name);
    state->catalogue = authoring_catalogue(app, tx, who->organisation_id, error);
    if (!state->catalogue)
        return FALSE;
    state->packs = practice_db_packs(tx, who, error);
    state->abilities = state->packs ? practice_db_abilities(tx, who, error) : NULL;
    state->recent =
        state->abilities ? practice_db_recent_scores(tx, who, RECENT_SCORES, &state->last_exercise, error) : NULL;
    return state->recent && load_memories(state, scope, tx, error);
}

gboolean practice_state_load_memory(PracticeState *state, DbTx *tx, guint index, GError **error)
{
    return practice_db_one_memory(tx, state->who, practice_state_concept(state, index)->id, take_memory, state, error);
}

gboolean practice_state_practises(const PracticeState *state, guint index)
{
    return g_hash_table_contains(state->packs, &practice_state_concept(state, index)->pack_id);
}

gboolean practice_sees_everything(const HttpIdentity *who)
{
    return (who->roles & (ROLE_AUTHOR | ROLE_ADMIN)) != 0;
}

gboolean practice_state_sees(const PracticeState *state, guint index)
{
    return practice_sees_everything(state->who) || practice_state_practises(state, index);
}

double practice_state_recall(const PracticeState *state, guint index, double days)
{
    return review_recall(&state->model, practice_state_memory(state, index),
                         state->now + (gint64)(days * (double)CLOCK_DAY));
}

gboolean practice_state_due(const PracticeState *state, guint index)
{
    const MemoryRow *memory = practice_state_memory(state, index);
    return memory->state.stability > 0 && memory->due_at <= state->now;
}

enum { WORD_NEW, WORD_READY, WORD_GROWING, WORD_FADING, WORD_SURE_AND_WRONG };

const char *const practice_state_words[] = {
    [WORD_NEW] = "new",
    [WORD_READY] = "ready",
    [WORD_GROWING] = "growing",
    [WORD_FADING] = "fading",
    [WORD_SURE_AND_WRONG] = "sure-and-wrong",
    NULL,
};

static int word_of(const PracticeState *state, const MemoryRow *memory)
{
    if (memory->state.stability <= 0)
        return WORD_NEW;
    if (memory->confidently_wrong)
        return WORD_SURE_AND_WRONG;
    if (memory->due_at <= state->now)
        return WORD_FADING;
    return memory->state.stability >= READY_STABILITY ? WORD_READY : WORD_GROWING;
}

const char *practice_state_word(const PracticeState *state, guint index)
{
    return practice_state_words[word_of(state, practice_state_memory(state, index))];
}
