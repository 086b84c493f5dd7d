/* People: accounts, roles, organisations and teams, and who may change what. */
#include "people_case.h"

#include "feature/people/people_db.h"

/* 0 when somebody was added, otherwise the error's code + 1. */
static int try_to_add(App *app, const char *email, const char *name, unsigned roles)
{
    Somebody somebody = { .organisation = "Acme", .email = email, .name = name, .roles = roles, .no_password = TRUE };
    GError *error = NULL;
    return db_write(app->db, add_somebody_in, &somebody, &error) ? 0 : code_of(&error) + 1;
}

static void person_is_kept_with_a_trimmed_name_and_a_lower_case_address(void **state)
{
    App *app = case_app(state);
    Somebody anna = {
        .organisation = "Acme", .team = "North", .email = " Anna@Example.ORG ", .name = "  \u00c4nna B ", .roles = 9
    };
    add_somebody(app, &anna);
    g_autoptr(Person) person = find_again(app, &anna);
    assert_string_equal(person->email, "anna@example.org");
    assert_string_equal(person->name, "\u00c4nna B");
    assert_string_equal(person->organisation_name, "Acme");
    assert_string_equal(person->team_name, "North");
    assert_string_equal(person->time_zone, "UTC");
    assert_int_equal(person->roles, ROLE_LEARNER | ROLE_ADMIN);
    assert_int_equal(person->session_minutes, 5);
    assert_int_equal(person->disabled_at, 0);
    assert_true(person->has_password);
}

static void address_belongs_to_one_person_on_the_server(void **state)
{
    App *app = case_app(state);
    assert_int_equal(try_to_add(app, "anna@example.org", "Anna", ROLE_LEARNER), 0);
    assert_int_equal(try_to_add(app, "ANNA@example.org", "Another", ROLE_LEARNER), WHET_ERROR_CONFLICT + 1);
    Somebody other = { .organisation = "Other", .email = "anna@example.org", .name = "Anna" };
    g_autoptr(GError) error = NULL;
    assert_false(db_write(app->db, add_somebody_in, &other, &error));
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM person"), 1);
    /* Nor was the organisation made for somebody who could not be added. */
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM organisation"), 1);
}

static void wrong_accounts_are_refused(void **state)
{
    App *app = case_app(state);
    g_autofree char *long_name = g_strnfill(101, 'n');
    static const char *const emails[] = { "",      "anna", "anna@", "a b@c", "anna@example.org\nx", "anna@\u00e4.org",
                                          "\xff@b" };
    for (guint i = 0; i < G_N_ELEMENTS(emails); i++)
        assert_int_equal(try_to_add(app, emails[i], "Anna", ROLE_LEARNER), WHET_ERROR_INVALID + 1);
    const char *names[] = { "", "   ", "An\nna", "An\x1b[2Jna", "\xff", long_name };
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        assert_int_equal(try_to_add(app, "anna@example.org", names[i], ROLE_LEARNER), WHET_ERROR_INVALID + 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM person"), 0);
}

static void organisation_and_team_of_a_name_are_made_once(void **state)
{
    App *app = case_app(state);
    Somebody one = { .organisation = "Acme", .team = "North", .email = "a@b", .name = "A" };
    Somebody other = { .organisation = " Acme ", .team = " North", .email = "c@d", .name = "C" };
    Somebody foreign = { .organisation = "Other", .team = "North", .email = "e@f", .name = "E" };
    add_somebody(app, &one);
    add_somebody(app, &other);
    add_somebody(app, &foreign);
    assert_true(one.organisation_id == other.organisation_id && one.organisation_id != foreign.organisation_id);
    assert_true(one.team_id == other.team_id && one.team_id != foreign.team_id);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM team"), 2);
}

static gboolean find_foreign(DbTx *tx, gpointer data, GError **error)
{
    const Somebody *pair = data; /* Anna, and somebody of another organisation */
    g_autoptr(Person) person = people_find(tx, pair[1].organisation_id, pair[0].id, error);
    return person != NULL;
}

static gboolean coach_foreign_team(DbTx *tx, gpointer data, GError **error)
{
    const Somebody *pair = data;
    return people_team_coach(tx, pair[1].organisation_id, pair[0].team_id, pair[1].id, error);
}

static void people_of_another_organisation_are_not_there(void **state)
{
    App *app = case_app(state);
    Somebody pair[2] = { { .organisation = "Acme", .team = "North", .email = "anna@example.org", .name = "Anna" },
                         { .organisation = "Other", .email = "eve@example.org", .name = "Eve", .roles = ROLE_ADMIN } };
    add_somebody(app, &pair[0]);
    add_somebody(app, &pair[1]);
    GError *error = NULL;
    assert_false(db_read(app->db, find_foreign, pair, &error));
    assert_int_equal(code_of(&error), WHET_ERROR_NOT_FOUND);
    assert_false(db_write(app->db, coach_foreign_team, pair, &error));
    assert_int_equal(code_of(&error), WHET_ERROR_NOT_FOUND);

    PersonChange change = PERSON_CHANGE_NOTHING;
    change.name = "Gone";
    assert_int_equal(change_person(app, pair[1].id, pair[1].organisation_id, pair[0].id, change),
                     WHET_ERROR_NOT_FOUND + 1);
    change.name = NULL;
    change.team_id = pair[0].team_id;
    assert_int_equal(change_person(app, pair[1].id, pair[1].organisation_id, pair[1].id, change),
                     WHET_ERROR_NOT_FOUND + 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM person WHERE name = 'Gone'"), 0);
}

static void change_touches_only_what_it_says_and_is_recorded(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.session_minutes = 8;
    change.time_zone = "Europe/Berlin";
    change.challenge = "harder";
    assert_int_equal(change_person(app, anna.id, anna.organisation_id, anna.id, change), 0);
    g_autoptr(Person) person = find_again(app, &anna);
    assert_string_equal(person->name, "Anna");
    assert_string_equal(person->time_zone, "Europe/Berlin");
    assert_int_equal(person->session_minutes, 8);
    assert_int_equal(person->challenge, TARGET_HARDER);
    assert_int_equal(person->roles, ROLE_LEARNER);
    assert_true(person->has_password);
    assert_int_equal(
        number_of(app, "SELECT COUNT(*) FROM audit WHERE action = 'person.changed' AND detail LIKE '%Berlin%'"), 1);
}

static void refused_change_changes_nothing(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.name = "Somebody else";
    change.time_zone = "Mars/Olympus";
    assert_int_equal(change_person(app, anna.id, anna.organisation_id, anna.id, change), WHET_ERROR_INVALID + 1);
    change.time_zone = NULL;
    change.roles = 0;
    assert_int_equal(change_person(app, 0, anna.organisation_id, anna.id, change), WHET_ERROR_INVALID + 1);
    g_autoptr(Person) person = find_again(app, &anna);
    assert_string_equal(person->name, "Anna");
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM audit"), 0);
}

static void admin_cannot_lock_themselves_out_but_another_can(void **state)
{
    App *app = case_app(state);
    Somebody admin = { .organisation = "Acme", .email = "a@b", .name = "A", .roles = ROLE_ADMIN | ROLE_LEARNER };
    Somebody other = { .organisation = "Acme", .email = "c@d", .name = "C", .roles = ROLE_ADMIN };
    add_somebody(app, &admin);
    add_somebody(app, &other);
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.roles = ROLE_LEARNER;
    assert_int_equal(change_person(app, admin.id, admin.organisation_id, admin.id, change), WHET_ERROR_CONFLICT + 1);
    change.roles = ROLE_ADMIN;
    assert_int_equal(change_person(app, admin.id, admin.organisation_id, admin.id, change), 0);
    change.disabled = 1;
    assert_int_equal(change_person(app, admin.id, admin.organisation_id, admin.id, change), WHET_ERROR_CONFLICT + 1);
    assert_int_equal(change_person(app, other.id, admin.organisation_id, admin.id, change), 0);
    g_autoptr(Person) person = find_again(app, &admin);
    assert_true(person->disabled_at > 0);
}

static void time_zones_are_names_and_not_paths(void **state)
{
    static const char *const known[] = { "UTC",       "Europe/Berlin", "America/Argentina/Buenos_Aires",
                                         "Etc/GMT+5", "GMT",           "Asia/Kolkata" };
    static const char *const unknown[] = { "",
                                           "Mars/Olympus",
                                           "/etc/passwd",
                                           "../../../etc/passwd",
                                           "Europe/../../../../etc/passwd",
                                           ":/etc/passwd",
                                           "Europe",
                                           "leapseconds",
                                           "posixrules",
                                           "+02:00",
                                           "europe/berlin ",
                                           "A\nB" };
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (!people_time_zone_is_known(known[i]))
            fail_msg("%s", known[i]);
    for (guint i = 0; i < G_N_ELEMENTS(unknown); i++)
        if (people_time_zone_is_known(unknown[i]))
            fail_msg("%s", unknown[i]);
    g_autofree char *long_name = g_strnfill(5000, 'A');
    assert_false(people_time_zone_is_known(long_name));
}

static void roles_survive_being_written_and_read(void **state)
{
    for (unsigned roles = 0; roles <= ROLE_PERSON; roles++) {
        g_autofree char *text = people_roles_to_text(roles);
        unsigned read = 0;
        if (roles) {
            assert_true(people_roles_from_text(text, &read, NULL));
            assert_int_equal(read, roles);
        }
        json_t *list = people_roles_to_json(roles);
        assert_int_equal(json_array_size(list), __builtin_popcount(roles));
        json_decref(list);
    }
    unsigned roles;
    assert_true(people_roles_from_text(" coach , learner", &roles, NULL));
    assert_int_equal(roles, ROLE_COACH | ROLE_LEARNER);
    assert_false(people_roles_from_text("", &roles, NULL));
    assert_false(people_roles_from_text("learner,", &roles, NULL));
    assert_false(people_roles_from_text("king", &roles, NULL));
}

/* --- a coach's page */

static gboolean make_coach(DbTx *tx, gpointer data, GError **error)
{
    const Somebody *pair = data; /* the coach, and somebody of the team */
    return people_team_coach(tx, pair[0].organisation_id, pair[1].team_id, pair[0].id, error);
}

typedef struct {
    gint64 organisation_id, coach_id;
    GPtrArray *members;
} TeamPage;

static gboolean read_team_page(DbTx *tx, gpointer data, GError **error)
{
    TeamPage *page = data;
    gint64 now = clock_now();
    page->members = people_db_team_members(tx, page->organisation_id, page->coach_id, now, now - 7 * CLOCK_DAY, error);
    return page->members != NULL;
}

static gboolean practise(DbTx *tx, gpointer data, GError **error)
{
    static const char pack[] =
        "INSERT INTO pack (id, organisation_id, slug, title, language, about, source, digest, version, imported_at)"
        " VALUES (1, $1, 'p', 'P', 'en', '', '', '', 1, 0)";
    static const char skill[] =
        "INSERT INTO skill (id, organisation_id, pack_id, slug, name, position) VALUES (1, $1, 1, 's', 'S', 0)";
    static const char concept[] =
        "INSERT INTO concept (id, organisation_id, pack_id, skill_id, slug, title, must_know, position, text, file,"
        " source, retired_at) VALUES ($1, $2, 1, 1, $3, 'C', 0, 0, '', '', '', $4)";
    static const char exercise[] =
        "INSERT INTO exercise (id, organisation_id, concept_id, slug, kind, version, position, hint, options, correct)"
        " VALUES (1, $1, 1, 'e', 'recall', 1, 0, 0, 0, 0)";
    static const char memory[] =
        "INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews, lapses,"
        " confidently_wrong, organisation_id, seen) VALUES ($1, $2, $3, 1, 5, 0, 0, 1, 0, $4, $5, '')";
    static const char attempt[] =
        "INSERT INTO attempt (id, organisation_id, person_id, concept_id, exercise_id, version, key, answer,"
        " confidence, seconds, answered_at, received_at, day, try_number, grader, result)"
        " VALUES ($1, $2, $3, 1, 1, 1, $4, '', 1, 5, $5, $5, 0, 1, 'none', '')";
    const Somebody *member = data;
    gint64 organisation_id = member->organisation_id, now = clock_now();
    gboolean ok = db_run(tx, pack, DB_ARGS(db_int(organisation_id)), error) &&
                  db_run(tx, skill, DB_ARGS(db_int(organisation_id)), error);
    const char *slugs[] = { "due", "later", "retired" };
    for (int i = 0; ok && i < 3; i++)
        ok = db_run(tx, concept,
                    DB_ARGS(db_int(i + 1), db_int(organisation_id), db_text(slugs[i]), i == 2 ? db_int(1) : db_null()),
                    error) &&
             db_run(tx, memory,
                    DB_ARGS(db_int(member->id), db_int(i + 1), db_int(i == 1 ? now + CLOCK_DAY : now - 1),
                            db_int(i != 0), db_int(organisation_id)),
                    error);
    ok = ok && db_run(tx, exercise, DB_ARGS(db_int(organisation_id)), error);
    const gint64 times[] = { now - 8 * CLOCK_DAY, now - 2 * CLOCK_DAY, now - CLOCK_HOUR };
    const char *keys[] = { "one", "two", "three" };
    for (int i = 0; ok && i < 3; i++)
        ok = db_run(
            tx, attempt,
            DB_ARGS(db_int(i + 1), db_int(organisation_id), db_int(member->id), db_text(keys[i]), db_int(times[i])),
            error);
    return ok;
}

static void coach_sees_the_people_of_their_own_teams_only(void **state)
{
    App *app = case_app(state);
    Somebody people[] = {
        { .organisation = "Acme", .email = "coach@b", .name = "Coach", .roles = ROLE_COACH },
        { .organisation = "Acme", .team = "North", .email = "a@b", .name = "Anna" },
        { .organisation = "Acme", .team = "North", .email = "b@b", .name = "Ben" },
        { .organisation = "Acme", .team = "South", .email = "c@b", .name = "Carl" },
        { .organisation = "Acme", .team = "North", .email = "d@b", .name = "Disabled" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(people); i++)
        add_somebody(app, &people[i]);
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.disabled = 1;
    assert_int_equal(change_person(app, 0, people[4].organisation_id, people[4].id, change), 0);
    must_write(app, make_coach, people);
    must_write(app, practise, &people[1]);

    TeamPage page = { people[0].organisation_id, people[0].id, NULL };
    must_read(app, read_team_page, &page);
    assert_int_equal(page.members->len, 2);
    const TeamMember *anna = g_ptr_array_index(page.members, 0), *ben = g_ptr_array_index(page.members, 1);
    assert_string_equal(anna->name, "Anna");
    assert_string_equal(anna->team_name, "North");
    assert_int_equal(anna->attempts, 2);
    assert_int_equal(anna->due, 1);
    assert_int_equal(anna->sure_and_wrong, 1);
    assert_true(anna->practised_at > clock_now() - 2 * CLOCK_HOUR);
    assert_int_equal(ben->attempts + ben->due + ben->sure_and_wrong + ben->practised_at, 0);
    g_ptr_array_unref(page.members);

    TeamPage others = { people[0].organisation_id, people[3].id, NULL };
    must_read(app, read_team_page, &others);
    assert_int_equal(others.members->len, 0);
    g_ptr_array_unref(others.members);
    TeamPage elsewhere = { 12345, people[0].id, NULL };
    must_read(app, read_team_page, &elsewhere);
    assert_int_equal(elsewhere.members->len, 0);
    g_ptr_array_unref(elsewhere.members);
}

/* --- the record */

static gboolean write_record(DbTx *tx, gpointer data, GError **error)
{
    const Somebody *anna = data;
    return people_audit(tx, anna->organisation_id, 0, "server.started", 0, NULL, error) &&
           people_audit(tx, anna->organisation_id, anna->id, "pack.imported", 7, "selling", error) &&
           people_emit(tx, anna->organisation_id, anna->id, "attempt", 9, error);
}

static void record_says_who_did_what_to_what(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    must_write(app, write_record, &anna);
    assert_int_equal(
        number_of(app, "SELECT COUNT(*) FROM audit WHERE person_id IS NULL AND subject_id IS NULL AND detail IS NULL"),
        1);
    assert_int_equal(
        number_of(
            app, "SELECT COUNT(*) FROM audit WHERE action = 'pack.imported' AND subject_id = 7 AND detail = 'selling'"),
        1);
    assert_int_equal(number_of(app, "SELECT person_id FROM event WHERE kind = 'attempt' AND subject_id = 9"), anna.id);
}

static void what_has_expired_is_cleared_away_and_nothing_else(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    must_write(app, write_record, &anna);
    sign_in_free(must_sign_in(app, "anna@example.org"));
    g_free(people_link_new(app->db, anna.id, 1, 60, NULL));
    assert_null(sign_in_as(app, "anna@example.org", "wrong", NULL));
    const JobHandler *tidy = &people_jobs[1];
    assert_true(tidy->every > 0);
    static const char count[] = "SELECT (SELECT COUNT(*) FROM sign_in) + (SELECT COUNT(*) FROM sign_in_link)"
                                " + (SELECT COUNT(*) FROM sign_in_failure) + (SELECT COUNT(*) FROM event)";
    assert_true(tidy->function(app, NULL, NULL));
    assert_int_equal(number_of(app, count), 4);
    clock_shift(CLOCK_DAY);
    assert_true(tidy->function(app, NULL, NULL));
    assert_int_equal(number_of(app, count), 2);
    clock_shift(31 * CLOCK_DAY);
    assert_true(tidy->function(app, NULL, NULL));
    assert_int_equal(number_of(app, count), 0);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM audit WHERE action = 'pack.imported'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(person_is_kept_with_a_trimmed_name_and_a_lower_case_address),
        ON_BOTH(address_belongs_to_one_person_on_the_server),
        ON_BOTH(wrong_accounts_are_refused),
        ON_BOTH(organisation_and_team_of_a_name_are_made_once),
        ON_BOTH(people_of_another_organisation_are_not_there),
        ON_BOTH(change_touches_only_what_it_says_and_is_recorded),
        ON_BOTH(refused_change_changes_nothing),
        ON_BOTH(admin_cannot_lock_themselves_out_but_another_can),
        ON_BOTH(coach_sees_the_people_of_their_own_teams_only),
        ON_BOTH(record_says_who_did_what_to_what),
        ON_BOTH(what_has_expired_is_cleared_away_and_nothing_else),
        cmocka_unit_test(time_zones_are_names_and_not_paths),
        cmocka_unit_test(roles_survive_being_written_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
