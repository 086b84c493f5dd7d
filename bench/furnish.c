/* Puts into a database what a benchmark needs, faster than a person could: people who are signed in, answers to send,
 * memories. Goes through the features' own functions, so that what is there is what the server would have written.
 *
 * furnish DATABASE people COUNT FILE     people and their sign-ins; lines "COOKIE CSRF"
 * furnish DATABASE answers FILE          an answer to every choose and recall exercise; lines "KIND FRAGMENT", see
 * answers.c furnish DATABASE memories EMAIL DUE    a memory of every concept, DUE of which are due now */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/people/sign_in_db.h"
#include "feature/people/token.h"
#include "feature/practice/practice_db.h"
#include "feature/practice/review.h"
#include "feature/schema.h"
#include "platform/clock.h"
#include "platform/id.h"

enum { READERS = 1, PEOPLE_AT_ONCE = 500, MEMORIES_AT_ONCE = 2000, RIGHT_OF_FOUR = 3 };

typedef struct {
    App app;
    gint64 organisation_id;
    FILE *out;
    guint from, to; /* of what this transaction furnishes */
    const char *email;
    guint due;
    Catalogue *catalogue;
    HttpIdentity who;
} Furnishing;

static gboolean find_organisation(DbTx *tx, gpointer data, GError **error)
{
    Furnishing *furnishing = data;
    g_autoptr(GArray) ids = people_organisations(tx, error);
    if (!ids)
        return FALSE;
    furnishing->organisation_id =
        ids->len ? g_array_index(ids, gint64, 0) : people_organisation_ensure(tx, "Bench", error);
    return furnishing->organisation_id != 0;
}

/* --- people */

static gboolean sign_in(DbTx *tx, const Furnishing *furnishing, gint64 person_id, GError **error)
{
    gint64 now = clock_now();
    SignInRow row = {
        .id = id_new(),
        .organisation_id = furnishing->organisation_id,
        .person_id = person_id,
        .created_at = now,
        .rotated_at = now,
        .seen_at = now,
        .expires_at = now + CLOCK_DAY,
    };
    g_autofree char *token = token_new();
    g_autofree char *hash = token_hash(token);
    token_fill_hex(row.csrf);
    fprintf(furnishing->out, "%s %s\n", token, row.csrf);
    return sign_in_db_put(tx, &row, hash, error);
}

static gboolean add_people(DbTx *tx, gpointer data, GError **error)
{
    const Furnishing *furnishing = data;
    for (guint i = furnishing->from; i < furnishing->to; i++) {
        g_autofree char *email = g_strdup_printf("person-%u@bench.example", i);
        g_autofree char *name = g_strdup_printf("Person %u", i);
        const PersonDraft draft = {
            .organisation_id = furnishing->organisation_id,
            .email = email,
            .name = name,
            .roles = ROLE_LEARNER,
            .time_zone = "Europe/Berlin",
        };
        gint64 id = people_add(tx, &draft, error);
        if (!id || !sign_in(tx, furnishing, id, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean in_steps(Furnishing *furnishing, DbFunction function, guint count, guint step, GError **error)
{
    for (guint from = 0; from < count; from += step) {
        furnishing->from = from;
        furnishing->to = MIN(from + step, count);
        if (!db_write(furnishing->app.db, function, furnishing, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean open_file(Furnishing *furnishing, const char *path, GError **error)
{
    furnishing->out = fopen(path, "w");
    if (!furnishing->out)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be written", path);
    return furnishing->out != NULL;
}

static gboolean furnish_people(Furnishing *furnishing, char **words, GError **error)
{
    if (!open_file(furnishing, words[1], error))
        return FALSE;
    return in_steps(furnishing, add_people, (guint)strtoul(words[0], NULL, 10), PEOPLE_AT_ONCE, error) &&
           fclose(furnishing->out) == 0;
}

/* --- answers */

/* Three of four are right. */
static json_t *choices_of(const PackExercise *exercise, guint number)
{
    gboolean right = number % (RIGHT_OF_FOUR + 1) < RIGHT_OF_FOUR;
    json_t *choices = json_array();
    for (guint i = 0; i < exercise->options->len; i++) {
        const PackOption *option = exercise->options->pdata[i];
        if (option->correct != right)
            continue;
        json_array_append_new(choices, json_integer(i));
        if (!right)
            break;
    }
    return choices;
}

/* The model answer, or every other time half of it. */
static json_t *text_of(const PackExercise *exercise, guint number)
{
    const char *model = exercise->models->pdata[0];
    gsize length = strlen(model);
    const char *middle = number % 2 ? strchr(model + length / 2, ' ') : NULL;
    return json_stringn(model, middle ? (gsize)(middle - model) : length);
}

static void write_answer(const Furnishing *furnishing, gint64 exercise_id, const PackExercise *exercise, guint number)
{
    gboolean choose = exercise->kind == EXERCISE_CHOOSE;
    json_t *fragment = json_pack("{s:o, s:o}", "exerciseId", http_json_id(exercise_id), choose ? "choices" : "text",
                                 choose ? choices_of(exercise, number) : text_of(exercise, number));
    g_autofree char *text = json_dumps(fragment, JSON_COMPACT);
    text[strlen(text) - 1] = '\0';
    fprintf(furnishing->out, "%s %s\n", exercise_kind_names[exercise->kind], text + 1);
    json_decref(fragment);
}

static gboolean write_answers(DbTx *tx, gpointer data, GError **error)
{
    Furnishing *furnishing = data;
    guint number = 0;
    g_autoptr(Catalogue) catalogue = authoring_catalogue(&furnishing->app, tx, furnishing->organisation_id, error);
    for (guint i = 0; catalogue && i < catalogue->concepts->len; i++) {
        const CatalogueConcept *concept = catalogue->concepts->pdata[i];
        for (guint j = 0; j < concept->exercises->len; j++) {
            const CatalogueExercise *entry = &g_array_index(concept->exercises, CatalogueExercise, j);
            if (entry->kind != EXERCISE_CHOOSE && entry->kind != EXERCISE_RECALL)
                continue;
            g_autoptr(StoredExercise) exercise =
                authoring_exercise(&furnishing->app, tx, furnishing->organisation_id, entry->id, entry->version, error);
            if (!exercise)
                return FALSE;
            write_answer(furnishing, entry->id, exercise->content, number++);
        }
    }
    return catalogue != NULL;
}

static gboolean furnish_answers(Furnishing *furnishing, char **words, GError **error)
{
    return open_file(furnishing, words[0], error) && db_read(furnishing->app.db, write_answers, furnishing, error) &&
           fclose(furnishing->out) == 0;
}

/* --- memories */

static gboolean find_concepts(DbTx *tx, gpointer data, GError **error)
{
    Furnishing *furnishing = data;
    g_autoptr(Person) person = people_find_by_email(tx, furnishing->email, error);
    if (!person)
        return FALSE;
    furnishing->who = (HttpIdentity){ .person_id = person->id, .organisation_id = person->organisation_id };
    furnishing->catalogue = authoring_catalogue(&furnishing->app, tx, person->organisation_id, error);
    return furnishing->catalogue != NULL;
}

static gboolean add_memories(DbTx *tx, gpointer data, GError **error)
{
    const Furnishing *furnishing = data;
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    gint64 now = clock_now();
    guint every = MAX(furnishing->catalogue->concepts->len / MAX(furnishing->due, 1), 1);
    for (guint i = furnishing->from; i < furnishing->to; i++) {
        const CatalogueConcept *concept = furnishing->catalogue->concepts->pdata[i];
        double stability = 5 + i % 90;
        const MemoryState state = { .stability = stability, .difficulty = 5 };
        double interval = memory_interval(&model, state, review_retention(&model, state, concept->must_know));
        gint64 since = (gint64)((i % every == 0 ? 1.5 : 0.3) * interval * (double)CLOCK_DAY);
        g_autofree char *seen =
            g_strdup_printf("%" G_GINT64_FORMAT, g_array_index(concept->exercises, CatalogueExercise, 0).id);
        const MemoryRow row = {
            .concept_id = concept->id,
            .state = state,
            .reviewed_at = now - since,
            .due_at = now - since + (gint64)(interval * (double)CLOCK_DAY),
            .day = (now - since) / CLOCK_DAY,
            .reviews = 4,
            .seen = seen,
        };
        if (!practice_db_put_memory(tx, furnishing->who.organisation_id, furnishing->who.person_id, &row, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean furnish_memories(Furnishing *furnishing, char **words, GError **error)
{
    furnishing->email = words[0];
    furnishing->due = (guint)strtoul(words[1], NULL, 10);
    return db_read(furnishing->app.db, find_concepts, furnishing, error) &&
           in_steps(furnishing, add_memories, furnishing->catalogue->concepts->len, MEMORIES_AT_ONCE, error);
}

static const struct {
    const char *name;
    int words;
    gboolean (*furnish)(Furnishing *furnishing, char **words, GError **error);
} tasks[] = {
    { "people", 2, furnish_people },
    { "answers", 1, furnish_answers },
    { "memories", 2, furnish_memories },
};

static gboolean furnish(Furnishing *furnishing, int argc, char **argv, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tasks); i++)
        if (argc == 3 + tasks[i].words && g_str_equal(argv[2], tasks[i].name))
            return db_write(furnishing->app.db, find_organisation, furnishing, error) &&
                   tasks[i].furnish(furnishing, argv + 3, error);
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                        "usage: furnish DATABASE people COUNT FILE | answers FILE | memories EMAIL DUE");
    return FALSE;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    schema_register();
    Furnishing furnishing = { .app.catalogues = catalogues_new() };
    furnishing.app.db = db_open(argc > 1 ? argv[1] : "", READERS, &error);
    gboolean done = furnishing.app.db && furnish(&furnishing, argc, argv, &error);
    if (!done)
        g_printerr("furnish: %s\n", error->message);
    g_clear_pointer(&furnishing.catalogue, catalogue_unref);
    catalogues_free(furnishing.app.catalogues);
    db_close(furnishing.app.db);
    return done ? 0 : 1;
}
