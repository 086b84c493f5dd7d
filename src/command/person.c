/* Knows the words of `whet person` and what it prints; hides what people are made of. */
#include "command/command.h"
#include "feature/people/password.h"
#include "feature/people/people.h"
#include "platform/error.h"
#include "platform/json.h"

#include <stdio.h>
#include <string.h>

enum { PAGE = 500, LINK_SECONDS = 24 * 60 * 60 };

static const char FIRST_ORGANISATION[] = "My organisation";

typedef struct {
    const Settings *settings;
    Db *db;
    char **words; /* what is left of the arguments after the options */
} Call;

/* --- add */

static struct {
    char *name, *roles, *team, *organisation, *coach_of;
    gboolean password_stdin;
} add_options;

static const GOptionEntry add_entries[] = {
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &add_options.name, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_FILENAME, &add_options.roles, NULL, NULL },
    { "team", 0, 0, G_OPTION_ARG_FILENAME, &add_options.team, NULL, NULL },
    { "organisation", 0, 0, G_OPTION_ARG_FILENAME, &add_options.organisation, NULL, NULL },
    { "coach-of", 0, 0, G_OPTION_ARG_FILENAME, &add_options.coach_of, NULL, NULL },
    { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &add_options.password_stdin, NULL, NULL },
    G_OPTION_ENTRY_NULL,
};

typedef struct {
    PersonDraft draft;
    gint64 id;
} Addition;

/* The one that was named, or the only one there is; the first is made. 0 on error. */
static gint64 choose_organisation(DbTx *tx, GError **error)
{
    g_autoptr(GArray) ids = people_organisations(tx, error);
    if (!ids)
        return 0;
    if (add_options.organisation)
        return people_organisation_ensure(tx, add_options.organisation, error);
    if (ids->len == 0)
        return people_organisation_ensure(tx, FIRST_ORGANISATION, error);
    return people_organisation_find(tx, NULL, error);
}

static gboolean add_in(DbTx *tx, gpointer data, GError **error)
{
    Addition *addition = data;
    PersonDraft *draft = &addition->draft;
    draft->organisation_id = choose_organisation(tx, error);
    if (!draft->organisation_id)
        return FALSE;
    if (add_options.team && !(draft->team_id = people_team_ensure(tx, draft->organisation_id, add_options.team, error)))
        return FALSE;
    addition->id = people_add(tx, draft, error);
    if (!addition->id || !people_audit(tx, draft->organisation_id, 0, "person.added", addition->id, NULL, error))
        return FALSE;
    if (!add_options.coach_of)
        return TRUE;
    gint64 coached = people_team_ensure(tx, draft->organisation_id, add_options.coach_of, error);
    return coached && people_team_coach(tx, draft->organisation_id, coached, addition->id, error);
}

/* The first line of stdin, hashed. */
static char *read_password(GError **error)
{
    char line[PEOPLE_PASSWORD_LONGEST * 4 + 2] = ""; /* UTF-8 has up to four bytes a character */
    if (!fgets(line, sizeof line, stdin))
        line[0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return people_password_check(line, error) ? password_hash(line, error) : NULL;
}

static gboolean add(const Call *call, GError **error)
{
    if (!add_options.name)
        return whet_fail(error, WHET_ERROR_INVALID, "Say what they are called with --name.");
    unsigned roles = ROLE_LEARNER;
    if (add_options.roles && !people_roles_from_text(add_options.roles, &roles, error))
        return FALSE;
    if (add_options.coach_of)
        roles |= ROLE_COACH;
    g_autofree char *password = NULL;
    if (add_options.password_stdin && !(password = read_password(error)))
        return FALSE;
    Addition addition = {
        .draft = { .email = call->words[0], .name = add_options.name, .roles = roles, .password_hash = password },
    };
    if (!db_write(call->db, add_in, &addition, error))
        return FALSE;
    g_autofree char *text = people_roles_to_text(roles);
    g_print("added %s (%s), id %" G_GINT64_FORMAT "\n", call->words[0], text, addition.id);
    if (!password)
        g_printerr("They have no password: `whet person link %s` prints a link to sign in with.\n", call->words[0]);
    return TRUE;
}

/* --- list */

static gboolean list_as_json;

static const GOptionEntry list_entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &list_as_json, NULL, NULL },
    G_OPTION_ENTRY_NULL,
};

/* Adds all people of an organisation to a GPtrArray of Person. */
static gboolean collect(DbTx *tx, gint64 organisation_id, GPtrArray *people, GError **error)
{
    for (gint64 after = 0;;) {
        g_autoptr(GPtrArray) page = people_list(tx, organisation_id, after, PAGE, error);
        if (!page)
            return FALSE;
        guint count = page->len;
        if (count > 0)
            after = ((const Person *)g_ptr_array_index(page, count - 1))->id;
        g_ptr_array_extend_and_steal(people, g_steal_pointer(&page));
        if (count < PAGE)
            return TRUE;
    }
}

static gboolean list_in(DbTx *tx, gpointer data, GError **error)
{
    GPtrArray *people = data;
    g_ptr_array_set_size(people, 0);
    g_autoptr(GArray) ids = people_organisations(tx, error);
    if (!ids)
        return FALSE;
    for (guint i = 0; i < ids->len; i++)
        if (!collect(tx, g_array_index(ids, gint64, i), people, error))
            return FALSE;
    return TRUE;
}

static json_t *person_json(const Person *person)
{
    return json_pack("{s:o, s:s, s:s, s:o, s:s, s:s?, s:b, s:b}", "id", http_json_id(person->id), "email",
                     person->email, "name", person->name, "roles", people_roles_to_json(person->roles), "organisation",
                     person->organisation_name, "team", person->team_name, "hasPassword", person->has_password,
                     "disabled", person->disabled_at != 0);
}

static void print_json(const GPtrArray *people)
{
    g_autoptr(json_t) list = json_array();
    for (guint i = 0; i < people->len; i++)
        json_array_append_new(list, person_json(g_ptr_array_index(people, i)));
    char *text = json_dumps(list, JSON_INDENT(2));
    g_print("%s\n", text);
    free(text);
}

static void print_text(const GPtrArray *people)
{
    for (guint i = 0; i < people->len; i++) {
        const Person *person = g_ptr_array_index(people, i);
        g_autofree char *roles = people_roles_to_text(person->roles);
        g_print("%s\t%s\t%s\t%s\t%s%s\n", person->email, person->name, roles, person->organisation_name,
                person->team_name ? person->team_name : "-", person->disabled_at ? "\tdisabled" : "");
    }
}

static gboolean list(const Call *call, GError **error)
{
    g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
    if (!db_read(call->db, list_in, people, error))
        return FALSE;
    if (list_as_json)
        print_json(people);
    else
        print_text(people);
    return TRUE;
}

/* --- reset, disable, enable */

typedef struct {
    const char *email;
    gint64 id;
    int disabled; /* to be */
} One;

static gboolean reset_in(DbTx *tx, gpointer data, GError **error)
{
    One *one = data;
    g_autoptr(Person) person = people_find_by_email(tx, one->email, error);
    if (!person)
        return FALSE;
    if (person->disabled_at)
        return whet_fail(error, WHET_ERROR_CONFLICT, "They are disabled: `whet person enable` lets them in again.");
    one->id = person->id;
    return people_reset(tx, person->organisation_id, person->id, error);
}

/* Prints a link that signs the person in once, within a day. */
static gboolean print_link(const Call *call, gint64 person_id, GError **error)
{
    g_autofree char *token = people_link_new(call->db, person_id, 1, LINK_SECONDS, error);
    if (!token)
        return FALSE;
    g_autofree char *url = command_public_url(call->settings, (guint)settings_number(call->settings, SETTING_PORT));
    g_print("%s/sign-in#%s\n", url, token);
    return TRUE;
}

static gboolean find_in(DbTx *tx, gpointer data, GError **error)
{
    One *one = data;
    g_autoptr(Person) person = people_find_by_email(tx, one->email, error);
    one->id = person ? person->id : 0;
    return person != NULL;
}

static gboolean link_in(const Call *call, GError **error)
{
    One one = { .email = call->words[0] };
    if (!db_read(call->db, find_in, &one, error) || !print_link(call, one.id, error))
        return FALSE;
    g_printerr("This link signs %s in once, within a day.\n", one.email);
    return TRUE;
}

static gboolean reset(const Call *call, GError **error)
{
    One one = { .email = call->words[0] };
    if (!db_write(call->db, reset_in, &one, error))
        return FALSE;
    if (!print_link(call, one.id, error))
        return FALSE;
    g_printerr("This link signs %s in once, within a day. They are signed out everywhere and have no password.\n",
               one.email);
    return TRUE;
}

static gboolean set_disabled(DbTx *tx, gpointer data, GError **error)
{
    const One *one = data;
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.disabled = one->disabled;
    g_autoptr(Person) person = people_find_by_email(tx, one->email, error);
    return person && people_change(tx, 0, person->organisation_id, person->id, &change, error);
}

static gboolean disable(const Call *call, GError **error)
{
    One one = { .email = call->words[0], .disabled = 1 };
    if (!db_write(call->db, set_disabled, &one, error))
        return FALSE;
    g_print("disabled %s\n", one.email);
    return TRUE;
}

static gboolean enable(const Call *call, GError **error)
{
    One one = { .email = call->words[0] };
    if (!db_write(call->db, set_disabled, &one, error))
        return FALSE;
    g_print("enabled %s\n", one.email);
    return TRUE;
}

/* --- the table of words */

static const GOptionEntry no_entries[] = { G_OPTION_ENTRY_NULL };

static const struct {
    const char *name;
    guint words; /* it takes */
    gboolean (*run)(const Call *call, GError **error);
    const GOptionEntry *entries;
    WorkplaceKind kind;
} actions[] = {
    { "add", 1, add, add_entries, WORKPLACE_ANY },
    { "list", 0, list, list_entries, WORKPLACE_EXISTING },
    { "link", 1, link_in, no_entries, WORKPLACE_EXISTING },
    { "reset", 1, reset, no_entries, WORKPLACE_EXISTING },
    { "disable", 1, disable, no_entries, WORKPLACE_EXISTING },
    { "enable", 1, enable, no_entries, WORKPLACE_EXISTING },
};

static int run(guint action, char **arguments)
{
    GError *error = NULL;
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, actions[action].entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (g_strv_length(words) != actions[action].words)
        return command_usage("person", "%s takes %s", actions[action].name,
                             actions[action].words ? "one address" : "nothing but options");
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, actions[action].kind, g_steal_pointer(&settings), &error))
        return command_fail(EXIT_FAILED, error);
    const Call call = { workplace.settings, workplace.app.db, words };
    if (actions[action].run(&call, &error))
        return EXIT_DONE;
    return command_fail(g_error_matches(error, WHET_ERROR, WHET_ERROR_INVALID) ? EXIT_USAGE : EXIT_FAILED, error);
}

int command_person(char **arguments)
{
    for (guint i = 0; arguments[0] && i < G_N_ELEMENTS(actions); i++)
        if (g_str_equal(arguments[0], actions[i].name))
            return run(i, arguments + 1);
    return command_usage("person",
                         arguments[0] ? "there is no 'person %s'" : "add, list, link, reset, disable or enable?",
                         arguments[0]);
}
