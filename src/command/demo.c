/* whet demo: furnishes an organisation with people who have practised for weeks, once, then serves it. */
#include "command/command.h"
#include "feature/authoring/authoring.h"
#include "feature/people/people.h"
#include "feature/practice/practice.h"
#include "platform/error.h"

#define DEMO_ORGANISATION "Northwind Freight"
#define LINK_USES 1000
#define LINK_SECONDS (7 * 24 * 3600)
enum { DEMO_DAYS = 24 };

typedef struct {
    const char *email, *name, *team;
    unsigned roles;
    const char *link; /* what the sign-in link is for; NULL: none is printed */
    int days;         /* practised for this long */
} DemoPerson;

static const DemoPerson people[] = {
    { "maya@demo.example", "Maya Lindqvist", "Sales", ROLE_LEARNER, "a learner", DEMO_DAYS / 2 },
    { "tomas@demo.example", "Tomás Okafor", "Team leads", ROLE_LEARNER | ROLE_COACH, "a coach", DEMO_DAYS / 2 },
    { "ines@demo.example", "Ines Roth", NULL, ROLE_AUTHOR | ROLE_ADMIN, "an author", 0 },
    { "kofi@demo.example", "Kofi Mensah", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS / 3 },
    { "lena@demo.example", "Lena Fischer", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
    { "amara@demo.example", "Amara Diallo", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
    { "jonas@demo.example", "Jonas Vik", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
    { "priya@demo.example", "Priya Nair", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
    { "mateo@demo.example", "Mateo Silva", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS / 2 },
    { "yuki@demo.example", "Yuki Tanaka", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
    { "eva@demo.example", "Eva Novak", "Sales", ROLE_LEARNER, NULL, DEMO_DAYS },
};

static const struct {
    const char *folder, *team; /* for whom */
} packs[] = {
    { "selling-on-value", "Sales" },
    { "first-line-manager", "Team leads" },
};

typedef struct {
    const char *team;
    gint64 organisation_id, team_id;
    gint64 ids[G_N_ELEMENTS(people)];
} Demo;

/* Every step looks first what is already there, so that a demo whose furnishing was interrupted is completed the next
 * time. */
static gint64 ensure_person(DbTx *tx, const Demo *demo, const DemoPerson *wanted, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Person) person = people_find_by_email(tx, wanted->email, &problem);
    if (person)
        return person->id;
    if (!g_error_matches(problem, WHET_ERROR, WHET_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return 0;
    }
    PersonDraft draft = {
        .organisation_id = demo->organisation_id, .email = wanted->email, .name = wanted->name, .roles = wanted->roles
    };
    draft.team_id = wanted->team ? people_team_ensure(tx, demo->organisation_id, wanted->team, error) : 0;
    return wanted->team && !draft.team_id ? 0 : people_add(tx, &draft, error);
}

static gboolean ensure_people(DbTx *tx, gpointer data, GError **error)
{
    Demo *demo = data;
    demo->organisation_id = people_organisation_ensure(tx, DEMO_ORGANISATION, error);
    if (!demo->organisation_id)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        demo->ids[i] = ensure_person(tx, demo, &people[i], error);
        if (!demo->ids[i])
            return FALSE;
    }
    gint64 sales = people_team_ensure(tx, demo->organisation_id, "Sales", error);
    return sales && people_team_coach(tx, demo->organisation_id, sales, demo->ids[1], error);
}

static gboolean find_team(DbTx *tx, gpointer data, GError **error)
{
    Demo *demo = data;
    demo->team_id = people_team_ensure(tx, demo->organisation_id, demo->team, error);
    return demo->team_id != 0;
}

static gboolean import_packs(Workplace *workplace, Demo *demo, const char *folder, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(packs); i++) {
        g_autofree char *path = g_build_filename(folder, packs[i].folder, NULL);
        g_autoptr(Pack) pack = command_read_pack(path, error);
        demo->team = packs[i].team;
        ImportReport report;
        if (!pack || !db_write(workplace->app.db, find_team, demo, error) ||
            !authoring_import(&workplace->app, demo->organisation_id, 0, pack, demo->team_id, &report, error))
            return FALSE;
        g_printerr("  %s: %u concepts, %u exercises\n", pack->title, report.concepts, report.exercises);
    }
    return TRUE;
}

static gboolean furnish(Workplace *workplace, Demo *demo, const char *packs_folder, GError **error)
{
    g_printerr("The demo organisation %s:\n", DEMO_ORGANISATION);
    if (!db_write(workplace->app.db, ensure_people, demo, error) || !import_packs(workplace, demo, packs_folder, error))
        return FALSE;
    PracticePast past[G_N_ELEMENTS(people)];
    guint n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
        if (people[i].days)
            past[n++] = (PracticePast){ demo->ids[i], people[i].days };
    if (!practice_furnish(&workplace->app, demo->organisation_id, past, n, error))
        return FALSE;
    g_printerr("  %u people have practised for up to %d days\n", n, DEMO_DAYS);
    return TRUE;
}

static Demo demo;

static void say_links(Workplace *workplace, const char *url)
{
    GError *error = NULL;
    g_print("\nWhet serves %s\nSign in with one click as\n", url);
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        if (!people[i].link)
            continue;
        g_autofree char *token = people_link_new(workplace->app.db, demo.ids[i], LINK_USES, LINK_SECONDS, &error);
        if (!token) {
            command_fail(EXIT_FAILED, error);
            return;
        }
        g_print("  %-10s %s/sign-in#%s\n", people[i].link, url, token);
    }
    g_print("Stop with Ctrl-C.\n");
}

int command_demo(char **arguments)
{
    GError *error = NULL;
    g_autofree char *folder = NULL, *packs_folder = NULL;
    const GOptionEntry entries[] = {
        { "folder", 0, 0, G_OPTION_ARG_FILENAME, &folder, NULL, NULL },
        { "packs", 0, 0, G_OPTION_ARG_FILENAME, &packs_folder, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("demo", "'%s' was not expected", words[0]);
    if (settings_is_default(settings, SETTING_DATABASE)) {
        g_autofree char *path = g_build_filename(folder ? folder : "var/demo", "whet.db", NULL);
        settings_set_text(settings, SETTING_DATABASE, path);
    }
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, WORKPLACE_ANY, g_steal_pointer(&settings), &error))
        return command_fail(EXIT_FAILED, error);
    workplace_load_words(&workplace);
    if (!furnish(&workplace, &demo, packs_folder ? packs_folder : "packs", &error))
        return command_fail(EXIT_FAILED, error);
    return serve_until_stopped(&workplace, say_links);
}
