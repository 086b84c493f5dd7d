/* What the tests of authoring and practice share: packs from short pieces of Markdown, learners, and answers. */
#pragma once

#include "feature_case.h"

#include <string.h>

#include "feature/people/people.h"
#include "feature/practice/practice_db.h"

#define PACK_FRONT "---\ntitle: Selling\nlanguage: en\nskills:\n  talk: Talking\n  money: Money\n---\nAbout selling.\n"
#define FRONT(id, skill, more) \
    "---\nid: " id "\ntitle: About " id "\nskill: " skill "\n" more "---\nTeaches " id ".\n\n"
/* The second option is right. */
#define CHOOSE(name) "## choose: " name "\nWhich of " name "?\n\n- [ ] This.\n  > No.\n- [x] That.\n  > Yes.\n\n"
/* The first two are right. */
#define CHOOSE_SEVERAL "## choose: several\nWhich?\n\n- [x] A.\n  > Yes.\n- [x] B.\n  > Yes.\n- [ ] C.\n  > No.\n\n"
#define RECALL                                                                                      \
    "## recall: question\nThey say it is too dear. What now?\n\n"                                   \
    "- comparison (2): compared with what | another number in mind\n"                               \
    "- cost (1): what the problem costs | price of waiting\n"                                       \
    "- misconception: offer a small discount\n  > A discount teaches them that there was room.\n\n" \
    "> Ask: compared with what? Then say what the problem costs.\n\n"
#define REFLECT "## reflect: last time\nWhen did you last do it?\n\n"

#define PRICE FRONT("price", "money", "must_know: true\n") CHOOSE("one") CHOOSE_SEVERAL RECALL REFLECT

/* --- packs */

typedef struct {
    const char *file, *text;
} PackPiece;

static inline Pack *pack_of(const PackPiece *pieces)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)pack_file_free);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    for (const PackPiece *piece = pieces; piece->file; piece++) {
        PackFile *file = g_new0(PackFile, 1);
        file->name = g_strdup(piece->file);
        file->bytes = g_bytes_new(piece->text, strlen(piece->text));
        g_ptr_array_add(files, file);
    }
    Pack *pack = pack_parse("selling", files, problems);
    if (!pack) {
        g_autofree char *problem = pack_problem_format(problems->pdata[0]);
        fail_msg("%s", problem);
    }
    return pack;
}

static inline ImportReport import_for(App *app, gint64 organisation_id, gint64 team_id, const PackPiece *pieces)
{
    g_autoptr(Pack) pack = pack_of(pieces);
    g_autoptr(GError) error = NULL;
    ImportReport report;
    if (!authoring_import(app, organisation_id, 0, pack, team_id, &report, &error))
        no_error(error);
    return report;
}

#define IMPORT(app, organisation_id, ...) import_for(app, organisation_id, 0, (const PackPiece[]){ __VA_ARGS__, { 0 } })

/* --- reading numbers. The statements are constants, so what varies is an argument. */

typedef struct {
    const char *sql;
    const DbValue *args;
    gint64 integer;
    double real;
} CaseValue;

static inline gboolean case_read_value(DbTx *tx, gpointer data, GError **error)
{
    CaseValue *value = data;
    g_autoptr(DbRows) rows = db_query(tx, value->sql, value->args, error);
    if (!rows)
        return FALSE;
    gboolean is_there = db_rows_next(rows);
    value->integer = is_there ? db_rows_int(rows, 0) : 0;
    value->real = is_there ? db_rows_real(rows, 0) : 0;
    return db_rows_done(rows, error);
}

static inline gint64 number_with(App *app, const char *sql, const DbValue *args)
{
    CaseValue value = { .sql = sql, .args = args };
    must_read(app, case_read_value, &value);
    return value.integer;
}

static inline double real_of(App *app, const char *sql)
{
    CaseValue value = { .sql = sql, .args = DB_NO_ARGS };
    must_read(app, case_read_value, &value);
    return value.real;
}

static inline gint64 concept_id(App *app, gint64 organisation_id, const char *slug)
{
    static const char sql[] = "SELECT id FROM concept WHERE organisation_id = $1 AND slug = $2";
    return number_with(app, sql, DB_ARGS(db_int(organisation_id), db_text(slug)));
}

static inline gint64 exercise_id(App *app, gint64 organisation_id, const char *slug)
{
    static const char sql[] = "SELECT id FROM exercise WHERE organisation_id = $1 AND slug = $2";
    return number_with(app, sql, DB_ARGS(db_int(organisation_id), db_text(slug)));
}

static inline gboolean near(double a, double b)
{
    return ABS(a - b) < 1e-12 * MAX(1, ABS(a));
}

/* --- learners */

typedef struct {
    const char *organisation, *team, *email;
    gint64 team_id;
    HttpIdentity who;
} Learner;

static inline gboolean add_learner_in(DbTx *tx, gpointer data, GError **error)
{
    Learner *learner = data;
    gint64 organisation_id = people_organisation_ensure(tx, learner->organisation, error);
    if (!organisation_id)
        return FALSE;
    learner->team_id = learner->team ? people_team_ensure(tx, organisation_id, learner->team, error) : 0;
    PersonDraft draft = {
        .organisation_id = organisation_id,
        .team_id = learner->team_id,
        .email = learner->email,
        .name = "Learner",
        .roles = ROLE_LEARNER,
    };
    learner->who = (HttpIdentity){ .organisation_id = organisation_id, .roles = ROLE_LEARNER };
    learner->who.person_id = people_add(tx, &draft, error);
    return learner->who.person_id != 0;
}

static inline Learner learner_of(App *app, const char *organisation, const char *team, const char *email)
{
    Learner learner = { .organisation = organisation, .team = team, .email = email };
    must_write(app, add_learner_in, &learner);
    return learner;
}

/* --- answers */

typedef struct {
    const char *key; /* NULL: a new one */
    gint64 exercise_id;
    gint64 session_id; /* 0: outside, and then `position` says nothing */
    int position;
    const char *choices; /* JSON */
    const char *text;
    Confidence confidence; /* 0: think so */
    double seconds;        /* 0: 20 */
    gint64 answered_at;    /* 0: now */
} Answer;

static inline Attempt *try_answer(App *app, const HttpIdentity *who, Answer answer, gboolean *replayed, GError **error)
{
    static int last_key;
    g_autofree char *fresh = g_strdup_printf("key-%012d", g_atomic_int_add(&last_key, 1));
    json_t *choices = answer.choices ? json_loads(answer.choices, 0, NULL) : NULL;
    const AttemptInput input = {
        .key = answer.key ? answer.key : fresh,
        .exercise_id = answer.exercise_id,
        .session_id = answer.session_id,
        .position = answer.session_id ? answer.position : -1,
        .choices = choices,
        .text = answer.text,
        .confidence = answer.confidence ? answer.confidence : CONFIDENCE_THINK_SO,
        .seconds = answer.seconds > 0 ? answer.seconds : 20,
        .answered_at = answer.answered_at ? answer.answered_at : clock_now(),
    };
    Attempt *attempt = practice_answer(app, who, &input, NULL, replayed, error);
    json_decref(choices);
    return attempt;
}

static inline Attempt *must_answer(App *app, const HttpIdentity *who, Answer answer)
{
    g_autoptr(GError) error = NULL;
    gboolean replayed;
    Attempt *attempt = try_answer(app, who, answer, &replayed, &error);
    no_error(error);
    assert_false(replayed);
    return attempt;
}

/* The code of the error that refuses the answer. */
static inline int refusal_of(App *app, const HttpIdentity *who, Answer answer)
{
    GError *error = NULL;
    gboolean replayed;
    assert_null(try_answer(app, who, answer, &replayed, &error));
    return code_of(&error);
}

static inline void answer_quietly(App *app, const HttpIdentity *who, Answer answer)
{
    attempt_free(must_answer(app, who, answer));
}

/* The person's memory of a concept; stability 0 when there is none. Clear with memory_row_clear. */
typedef struct {
    const HttpIdentity *who;
    gint64 concept_id;
    MemoryRow row;
} CaseMemory;

static inline void case_take_memory(const MemoryRow *row, gpointer data)
{
    CaseMemory *memory = data;
    if (row->concept_id != memory->concept_id)
        return;
    memory->row = *row;
    memory->row.seen = g_strdup(row->seen);
}

static inline gboolean case_read_memory(DbTx *tx, gpointer data, GError **error)
{
    CaseMemory *memory = data;
    return practice_db_each_memory(tx, memory->who, case_take_memory, memory, error);
}

static inline MemoryRow memory_of(App *app, const HttpIdentity *who, gint64 concept)
{
    CaseMemory memory = { .who = who, .concept_id = concept };
    must_read(app, case_read_memory, &memory);
    return memory.row;
}
