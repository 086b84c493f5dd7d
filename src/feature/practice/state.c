/* What a person knows now. Knows how little of it a purpose needs, and the word for how well a concept is known. */
#include "feature/practice/state.h"
#include "feature/practice/challenge_model.h"
#include "feature/practice/model.h"
#include "feature/practice/review.h"
#include "platform/clock.h"

enum { RECENT_SCORES = 8, NEXT_MOST = 50 /* of which one should be for this person */ };
#define READY_DAYS 21.0 /* what is known well stays over READY_RECALL for so long without practice */
#define READY_RECALL 0.9

void practice_state_clear(PracticeState *state)
{
    g_clear_pointer(&state->zone_name, g_free);
    g_clear_pointer(&state->zone, g_time_zone_unref);
    g_clear_pointer(&state->packs, g_hash_table_unref);
    g_clear_pointer(&state->skills, g_hash_table_unref);
    g_clear_pointer(&state->recent, g_array_unref);
    g_clear_pointer(&state->memories, g_array_unref);
    g_clear_pointer(&state->known, g_free);
    g_clear_pointer(&state->models, g_hash_table_unref);
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

/* Finds the model of a memory that is not yet of the organisation's. */
static gboolean find_model(PracticeState *state, App *app, DbTx *tx, const MemoryRow *memory, GError **error)
{
    if (memory->reviews == 0 || memory->model_id == state->model_id ||
        g_hash_table_contains(state->models, &memory->model_id))
        return TRUE;
    const MemoryModel *model = model_find(app, tx, state->who->organisation_id, memory->model_id, error);
    if (model)
        g_hash_table_insert(state->models, g_memdup2(&memory->model_id, sizeof memory->model_id), (gpointer)model);
    return model != NULL;
}

static gboolean find_models(PracticeState *state, App *app, DbTx *tx, GError **error)
{
    for (guint i = 0; i < state->memories->len; i++)
        if (!find_model(state, app, tx, practice_state_memory(state, i), error))
            return FALSE;
    return TRUE;
}

static gboolean load_model(PracticeState *state, App *app, DbTx *tx, GError **error)
{
    const MemoryModel *model = model_current(app, tx, state->who->organisation_id, &state->model_id, error);
    if (!model)
        return FALSE;
    state->model = *model;
    state->models = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return TRUE;
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

static gboolean load_standing(PracticeState *state, App *app, DbTx *tx, GError **error)
{
    if (!standing_db_person(tx, state->who, &state->person, error))
        return FALSE;
    state->weights = challenge_model_find(app, tx, state->who->organisation_id, state->person.weights_id, error);
    state->skills = state->weights ? standing_db_skills(tx, state->who, error) : NULL;
    return state->skills != NULL;
}

gboolean practice_state_load(PracticeState *state, PracticeScope scope, App *app, DbTx *tx, const HttpIdentity *who,
                             GError **error)
{
    state->who = who;
    state->now = clock_now();
    if (!load_model(state, app, tx, error))
        return FALSE;
    state->zone_name = practice_db_zone(tx, who, &state->session_minutes, &state->challenge, error);
    if (!state->zone_name)
        return FALSE;
    state->zone = clock_zone(state->zone_name);
    state->catalogue = authoring_catalogue(app, tx, who->organisation_id, error);
    if (!state->catalogue)
        return FALSE;
    state->packs = practice_db_packs(tx, who, error);
    if (!state->packs || !load_standing(state, app, tx, error))
        return FALSE;
    state->recent = practice_db_recent_scores(tx, who, RECENT_SCORES, &state->last_exercise, error);
    return state->recent && load_memories(state, scope, tx, error) && find_models(state, app, tx, error);
}

gboolean practice_state_load_memory(PracticeState *state, App *app, DbTx *tx, guint index, GError **error)
{
    return practice_db_one_memory(tx, state->who, practice_state_concept(state, index)->id, take_memory, state,
                                  error) &&
           find_model(state, app, tx, practice_state_memory(state, index), error);
}

const MemoryModel *practice_state_model(const PracticeState *state, guint index)
{
    gint64 id = practice_state_memory(state, index)->model_id;
    const MemoryModel *other = id == state->model_id ? NULL : g_hash_table_lookup(state->models, &id);
    return other ? other : &state->model;
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
    return review_recall(practice_state_model(state, index), practice_state_memory(state, index),
                         state->now + (gint64)(days * (double)CLOCK_DAY));
}

double practice_state_lasts(const PracticeState *state, guint index)
{
    return memory_lasts(practice_state_model(state, index), practice_state_memory(state, index)->state);
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

static int word_of(const PracticeState *state, guint index)
{
    const MemoryRow *memory = practice_state_memory(state, index);
    if (memory->state.stability <= 0)
        return WORD_NEW;
    if (memory->confidently_wrong)
        return WORD_SURE_AND_WRONG;
    if (memory->due_at <= state->now)
        return WORD_FADING;
    gboolean ready = memory_recall(practice_state_model(state, index), memory->state, READY_DAYS) >= READY_RECALL;
    return ready ? WORD_READY : WORD_GROWING;
}

const char *practice_state_word(const PracticeState *state, guint index)
{
    return practice_state_words[word_of(state, index)];
}
