/* A pack: a folder of Markdown in, structs out, with errors that name file, line and remedy. The format is in
 * docs/authoring.md.
 *
 * Knows the format; hides its parsing. Does no I/O beyond pack_read_folder(). Everything is bounded: see the limits
 * below. Lifetime: a Pack owns everything in it; free with pack_free (g_autoptr(Pack)). All text is valid UTF-8 without
 * NUL. */
#pragma once

#include <glib.h>

enum {
    PACK_FILE_BYTES_MAX = 64 * 1024,
    PACK_CONCEPTS_MAX = 2000,
    PACK_TEACHING_WORDS_MAX = 120,
    PACK_TITLE_CHARACTERS_MAX = 80,
    PACK_EXERCISES_MAX = 40, /* in a concept */
    PACK_OPTIONS_MIN = 2,
    PACK_OPTIONS_MAX = 9,
    PACK_CRITERIA_MAX = 12,
    PACK_IDEAS_MAX = 12, /* in a criterion; also phrasings in an idea */
};

typedef enum {
    EXERCISE_CHOOSE,
    EXERCISE_RECALL,
    EXERCISE_EXPLAIN,
    EXERCISE_VOICE,
    EXERCISE_ROLEPLAY,
    EXERCISE_REFLECT,
    EXERCISE_KINDS,
} ExerciseKind;

/* "choose": in headings, in JSON, in the database. By kind, NULL-terminated. */
extern const char *const exercise_kind_names[];

/* What is true of every exercise of a kind. One table (exercise_kind.c): adding a kind starts there. */
typedef struct {
    gboolean graded;      /* gives a score (reflect does not) */
    gboolean production;  /* the learner makes something: explain, voice, roleplay */
    gboolean has_rubric;  /* criteria and model answers */
    double usual_seconds; /* prior for the time it takes, reading feedback included */
    double difficulty;    /* prior on the logit scale, added to the hint's */
} ExerciseKindInfo;
const ExerciseKindInfo *exercise_kind_info(ExerciseKind kind);
gboolean exercise_kind_parse(const char *name, ExerciseKind *kind) G_GNUC_WARN_UNUSED_RESULT;

typedef enum { DIFFICULTY_EASY = -1, DIFFICULTY_MEDIUM = 0, DIFFICULTY_HARD = 1 } DifficultyHint;

typedef struct {
    char *text;     /* Markdown */
    char *feedback; /* Markdown */
    gboolean correct;
} PackOption;

/* Something that may be said in several ways. */
typedef struct {
    GPtrArray *phrasings; /* char *, at least one */
} PackIdea;

typedef struct {
    char *name;
    double weight;    /* 0.5..10 */
    GPtrArray *ideas; /* PackIdea *, at least one; all of them must be said */
} PackCriterion;

typedef struct {
    PackIdea *idea;   /* the wrong idea */
    char *correction; /* Markdown: what the learner is told */
} PackMisconception;

/* Something the buyer knows (a fact: `idea` is what would bring it out) or says (an objection: `idea` is what would
 * answer it). */
typedef struct {
    char *text;
    PackIdea *idea;
} PackLine;

typedef struct {
    char *buyer, *temperament, *goal, *opens;
    GPtrArray *facts, *objections; /* PackLine * */
    int turns;                     /* 3..8 */
} PackScene;

typedef struct {
    ExerciseKind kind;
    char *slug; /* unique in its concept, stable between versions: "choose-the-cfo-over-plan" or "choose-2" */
    char *name; /* what the author called it; NULL when numbered */
    DifficultyHint hint;
    char *prompt;              /* Markdown */
    GPtrArray *options;        /* PackOption *: choose, otherwise NULL */
    GPtrArray *criteria;       /* PackCriterion *: kinds with a rubric, otherwise NULL */
    GPtrArray *misconceptions; /* PackMisconception *: kinds with a rubric, otherwise NULL */
    GPtrArray *models;         /* char *, Markdown: kinds with a rubric, otherwise NULL */
    PackScene *scene;          /* roleplay, otherwise NULL */
    char *follow_up;           /* reflect, may be NULL */
    int line;                  /* of its heading, from 1; 0 when it did not come from a file */
} PackExercise;

typedef struct {
    char *id, *title, *skill;
    GPtrArray *requires; /* char * */
    gboolean must_know;
    char *text;           /* Markdown, at most PACK_TEACHING_WORDS_MAX words */
    GPtrArray *exercises; /* PackExercise * */
    char *file;           /* "price-objection.md" */
    char *source;         /* the file as it was written: exporting gives it back */
} PackConcept;

typedef struct {
    char *id, *name;
} PackSkill;

typedef struct {
    char *id, *title, *language, *licence; /* licence may be NULL */
    char *about;                           /* Markdown */
    GPtrArray *skills;                     /* PackSkill *, in the author's order */
    GPtrArray *concepts;                   /* PackConcept *, in the order of `requires`, then by file name */
    char *source;                          /* pack.md as it was written */
} Pack;

/* One thing that is wrong. */
typedef struct {
    char *file;
    int line;      /* from 1; 0 when it concerns the whole file */
    char *problem; /* what is wrong: "the exercise has no right option" */
    char *remedy;  /* what to do: "mark at least one option with [x]" */
} PackProblem;

/* A file of a pack before it is parsed. `bytes` need not be valid UTF-8. */
typedef struct {
    char *name;
    GBytes *bytes;
} PackFile;
void pack_file_free(PackFile *file);

/* Parses the files of a pack. Every problem is added to `problems` (PackProblem *, element free function
 * pack_problem_free) and parsing always goes on; after 200 of them one more says so and ends the list, which is sorted
 * by file and line. Returns NULL when there is any problem, of reading or of parsing. The last part of `folder` (a path
 * or a name; may be NULL) names the pack when pack.md gives no id. */
Pack *pack_parse(const char *folder, GPtrArray *files, GPtrArray *problems) G_GNUC_WARN_UNUSED_RESULT;

/* Reads a folder's *.md files (PackFile *, pack.md first, then by name), not those in folders below it, hidden ones or
 * README.md. Files over the limit are not read, links are not followed, and both are reported, like what cannot be
 * read. NULL, with WHET_ERROR_NOT_FOUND or WHET_ERROR_INVALID, when the folder itself cannot be read. */
GPtrArray *pack_read_folder(const char *path, GPtrArray *problems, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void pack_free(Pack *pack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pack, pack_free)
void pack_problem_free(PackProblem *problem);

/* "price-objection.md:14: the exercise has no right option; mark at least one option with [x]". Free with g_free. */
char *pack_problem_format(const PackProblem *problem);
