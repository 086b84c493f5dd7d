/* The SQL of returning. */
#pragma once

#include "feature/practice/practice_db.h"
#include "feature/practice/variant.h"

/* What was done of a session. */
typedef struct {
    GHashTable *positions; /* set of GINT_TO_POINTER(position): those that were answered */
    double seconds;        /* spent on all tries */
} RelearnSpent;
void relearn_spent_clear(RelearnSpent *spent);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RelearnSpent, relearn_spent_clear)
gboolean relearn_db_spent(DbTx *tx, const HttpIdentity *who, gint64 session_id, RelearnSpent *spent,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    Variant variant;
    int version;
} RelearnVariant;

/* What there is to practise of a concept, and the person's standing in it. */
typedef struct {
    GArray *variants; /* RelearnVariant: the living exercises */
    PersonStanding person;
    SkillStanding skill;
    MemoryRow memory; /* what of it says how the person stands, and `seen`, NULL when nothing was */
} RelearnConcept;
void relearn_concept_clear(RelearnConcept *concept);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RelearnConcept, relearn_concept_clear)
gboolean relearn_db_concept(DbTx *tx, const HttpIdentity *who, gint64 concept_id, RelearnConcept *concept,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
