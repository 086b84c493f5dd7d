/* What a person knows now: their memories, abilities and recent run, over the catalogue of what they practise. Loaded
 * once for planning a session, for the page of today and for the progress page. */
#pragma once

#include "engine/challenge/challenge_weights.h"
#include "feature/authoring/authoring.h"
#include "feature/practice/practice_db.h"

/* How much of it is loaded. PRACTICE_DUE: of a concept that is known but not due only that it is known; for a person
 * with thousands of concepts that is most of them. */
typedef enum { PRACTICE_ALL, PRACTICE_DUE } PracticeScope;

typedef struct {
    const HttpIdentity *who;
    gint64 now;
    MemoryModel model; /* the one that the organisation uses */
    gint64 model_id;
    GHashTable *models; /* gint64 * id -> MemoryModel *, borrowed: the others that memories still are of */
    char *zone_name;
    GTimeZone *zone;
    int session_minutes;
    TargetWish challenge; /* how hard they wish exercises to be */
    Catalogue *catalogue;
    GHashTable *packs; /* gint64 *: those the person practises */
    GArray *memories;  /* MemoryRow, one for each of the catalogue's concepts; stability 0 where there is none, or none
                          was loaded */
    guint8 *known;     /* for each of the catalogue's concepts whether there is a memory */
    int next;          /* the concept that fades next after now; -1 when there is none */
    gint64 next_at;
    PersonStanding person;
    GHashTable *skills;              /* gint64 * skill -> SkillStanding * */
    const ChallengeWeights *weights; /* of the organisation */
    GArray *recent;                  /* double: scores, oldest first */
    gint64 last_exercise;
} PracticeState;

gboolean practice_state_load(PracticeState *state, PracticeScope scope, App *app, DbTx *tx, const HttpIdentity *who,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Loads one concept's memory, which PRACTICE_DUE may have left out. */
gboolean practice_state_load_memory(PracticeState *state, App *app, DbTx *tx, guint index,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void practice_state_clear(PracticeState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PracticeState, practice_state_clear)

static inline const CatalogueConcept *practice_state_concept(const PracticeState *state, guint index)
{
    return state->catalogue->concepts->pdata[index];
}

static inline const MemoryRow *practice_state_memory(const PracticeState *state, guint index)
{
    return &g_array_index(state->memories, MemoryRow, index);
}

/* The model that the memory of the concept is to be read with. */
const MemoryModel *practice_state_model(const PracticeState *state, guint index);

/* Whether the concept at `index` is for this person. */
gboolean practice_state_practises(const PracticeState *state, guint index);

/* Whether they see every pack, and the solutions: authors and admins. */
gboolean practice_sees_everything(const HttpIdentity *who);

/* Whether this person may look at it: it is for them, or they are an author or admin. */
gboolean practice_state_sees(const PracticeState *state, guint index);

/* Whether the concept is to come back now. */
gboolean practice_state_due(const PracticeState *state, guint index);

/* How well the concept is known: one of practice_state_words (NULL-terminated). */
extern const char *const practice_state_words[];
const char *practice_state_word(const PracticeState *state, guint index);

/* Recall of the concept `days` from now; 0 when there is no memory. */
double practice_state_recall(const PracticeState *state, guint index, double days);

/* Days from its last review until recall falls to 0.9; 0 when there is no memory. */
double practice_state_lasts(const PracticeState *state, guint index);
