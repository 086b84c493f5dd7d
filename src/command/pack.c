/* whet pack check | import | export */
#include "command/command.h"
#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "platform/error.h"
#include <gio/gio.h>

Pack *command_read_pack(const char *folder, GError **error)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free);
    g_autoptr(GPtrArray) files = pack_read_folder(folder, problems, error);
    if (!files)
        return NULL;
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    g_autofree char *name = g_path_get_basename(absolute);
    g_autoptr(Pack) pack = pack_parse(name, files, problems);
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *line = pack_problem_format(problems->pdata[i]);
        g_print("%s/%s\n", folder, line);
    }
    if (problems->len == 0)
        return g_steal_pointer(&pack);
    g_set_error(error, WHET_ERROR, WHET_ERROR_INVALID, "%u %s in %s", problems->len,
                problems->len == 1 ? "problem" : "problems", folder);
    return NULL;
}

static int check(char **words)
{
    if (g_strv_length(words) != 1)
        return command_usage("pack", "check wants one folder");
    GError *error = NULL;
    guint exercises = 0, kinds[EXERCISE_KINDS] = { 0 };
    g_autoptr(Pack) pack = command_read_pack(words[0], &error);
    if (!pack)
        return command_fail(EXIT_FAILED, error);
    for (guint i = 0; i < pack->concepts->len; i++) {
        const PackConcept *concept = pack->concepts->pdata[i];
        exercises += concept->exercises->len;
        for (guint j = 0; j < concept->exercises->len; j++)
            kinds[((PackExercise *)concept->exercises->pdata[j])->kind]++;
    }
    g_print("%s: %u concepts, %u exercises (", pack->title, pack->concepts->len, exercises);
    for (int kind = 0; kind < EXERCISE_KINDS; kind++)
        g_print("%s%u %s", kind ? ", " : "", kinds[kind], exercise_kind_names[(ExerciseKind)kind]);
    g_print("). Nothing is wrong.\n");
    return EXIT_DONE;
}

typedef struct {
    gint64 organisation_id, id;
    const char *team, *slug;
    char *found_slug;
    GPtrArray *files;
} Lookup;

static gboolean find_team(DbTx *tx, gpointer data, GError **error)
{
    Lookup *lookup = data;
    lookup->id = people_team_find(tx, lookup->organisation_id, lookup->team, error);
    return lookup->id != 0;
}

static int import(char **words, Settings **settings, const char *organisation, const char *team)
{
    if (g_strv_length(words) != 1)
        return command_usage("pack", "import wants one folder");
    GError *error = NULL;
    g_autoptr(Pack) pack = command_read_pack(words[0], &error);
    g_auto(Workplace) workplace = { 0 };
    if (!pack || !workplace_open(&workplace, WORKPLACE_EXISTING, g_steal_pointer(settings), &error))
        return command_fail(EXIT_FAILED, error);
    Lookup lookup = { .organisation_id = command_organisation(&workplace.app, organisation, &error), .team = team };
    ImportReport report;
    if (!lookup.organisation_id || (team && !db_read(workplace.app.db, find_team, &lookup, &error)) ||
        !authoring_import(&workplace.app, lookup.organisation_id, 0, pack, lookup.id, &report, &error))
        return command_fail(EXIT_FAILED, error);
    g_print("%s, version %d: %u concepts, %u exercises", pack->title, report.version, report.concepts,
            report.exercises);
    if (report.unchanged)
        g_print(". Nothing had changed.\n");
    else
        g_print(" (%u new, %u changed, %u retired).\n", report.added, report.changed, report.retired);
    return EXIT_DONE;
}

static gboolean load_files(DbTx *tx, gpointer data, GError **error)
{
    Lookup *lookup = data;
    g_autoptr(GPtrArray) packs = authoring_packs(tx, lookup->organisation_id, 0, error);
    for (guint i = 0; packs && i < packs->len; i++) {
        const PackRow *pack = packs->pdata[i];
        if (g_str_equal(pack->slug, lookup->slug))
            lookup->files = authoring_export(tx, lookup->organisation_id, pack->id, &lookup->found_slug, error);
    }
    if (packs && !lookup->files && !*error)
        g_set_error(error, WHET_ERROR, WHET_ERROR_NOT_FOUND, "there is no pack '%s'", lookup->slug);
    return lookup->files != NULL;
}

static gboolean write_files(const char *folder, const GPtrArray *files, GError **error)
{
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, WHET_ERROR, WHET_ERROR_FAILED, "cannot make the folder %s: %s", folder, g_strerror(errno));
        return FALSE;
    }
    for (guint i = 0; i < files->len; i++) {
        const PackFile *file = files->pdata[i];
        g_autofree char *name = g_path_get_basename(file->name); /* a name may have come over HTTP */
        g_autofree char *path = g_build_filename(folder, name, NULL);
        gsize length;
        const char *text = g_bytes_get_data(file->bytes, &length);
        if (!g_file_set_contents(path, text, (gssize)length, error))
            return FALSE;
    }
    return TRUE;
}

static int export(char **words, Settings **settings, const char *organisation)
{
    if (g_strv_length(words) != 2)
        return command_usage("pack", "export wants the id of a pack and a folder");
    GError *error = NULL;
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, WORKPLACE_EXISTING, g_steal_pointer(settings), &error))
        return command_fail(EXIT_FAILED, error);
    Lookup lookup = { .organisation_id = command_organisation(&workplace.app, organisation, &error), .slug = words[0] };
    if (!lookup.organisation_id || !db_read(workplace.app.db, load_files, &lookup, &error))
        return command_fail(EXIT_FAILED, error);
    g_free(lookup.found_slug);
    g_autoptr(GPtrArray) files = lookup.files;
    if (!write_files(words[1], files, &error))
        return command_fail(EXIT_FAILED, error);
    g_print("%u files written to %s.\n", files->len, words[1]);
    return EXIT_DONE;
}

int command_pack(char **arguments)
{
    GError *error = NULL;
    g_autofree char *organisation = NULL, *team = NULL;
    const GOptionEntry entries[] = {
        { "organisation", 0, 0, G_OPTION_ARG_FILENAME, &organisation, NULL, NULL },
        { "team", 0, 0, G_OPTION_ARG_FILENAME, &team, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0] && g_str_equal(words[0], "check"))
        return check(words + 1);
    if (words[0] && g_str_equal(words[0], "import"))
        return import(words + 1, &settings, organisation, team);
    if (words[0] && g_str_equal(words[0], "export"))
        return export(words + 1, &settings, organisation);
    return command_usage("pack", words[0] ? "there is no 'pack %s'" : "check, import or export?", words[0]);
}
