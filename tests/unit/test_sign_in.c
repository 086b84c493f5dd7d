/* Signing in: what proves who somebody is, how long it holds, and what ends it. */
#include "people_case.h"

#include "feature/people/sign_in_link.h"
#include "feature/people/token.h"

static int sign_in_code(App *app, const char *email, const char *password)
{
    GError *error = NULL;
    g_autoptr(SignIn) sign_in = sign_in_as(app, email, password, &error);
    return sign_in ? 0 : code_of(&error) + 1;
}

static int link_code(App *app, const char *token)
{
    GError *error = NULL;
    g_autoptr(SignIn) sign_in = sign_in_by_link(app, token, &(Browser){ 0 }, &error);
    return sign_in ? 0 : code_of(&error) + 1;
}

static char *link_for(App *app, gint64 person_id, int uses, gint64 seconds)
{
    g_autoptr(GError) error = NULL;
    char *token = people_link_new(app->db, person_id, uses, seconds, &error);
    no_error(error);
    return token;
}

static void disable(App *app, const Somebody *somebody)
{
    PersonChange change = PERSON_CHANGE_NOTHING;
    change.disabled = 1;
    assert_int_equal(change_person(app, 0, somebody->organisation_id, somebody->id, change), 0);
}

/* --- passwords */

static void password_gives_a_cookie_that_says_who_it_is(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, " ANNA@example.org");
    assert_string_equal(sign_in->person->name, "Anna");
    assert_int_equal(strlen(sign_in->cookie), TOKEN_LENGTH);
    HttpIdentity who = identity_of(app, sign_in->cookie);
    assert_int_equal(who.person_id, anna.id);
    assert_int_equal(who.organisation_id, anna.organisation_id);
    assert_int_equal(who.roles, ROLE_LEARNER);
    assert_true(who.sign_in_id > 0);
    assert_string_equal(who.csrf, sign_in->csrf);
    assert_int_equal(strlen(who.csrf), 64);
    assert_int_equal(
        number_of(app, "SELECT COUNT(*) FROM audit WHERE action = 'person.signed-in' AND detail = 'password'"), 1);
}

static void database_holds_no_token(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, "anna@example.org");
    g_autofree char *token = link_for(app, anna.id, 1, 60);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in WHERE LENGTH(token_hash) = 64"), 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in_link WHERE LENGTH(token_hash) = 64"), 1);
    /* Its hash, from the database, opens nothing. */
    g_autofree char *hash = token_hash(sign_in->cookie);
    assert_int_equal(identity_of(app, hash).person_id, 0);
}

static void wrong_password_and_unknown_address_look_the_same(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    Somebody ben = { .organisation = "Acme", .email = "ben@example.org", .name = "Ben", .no_password = TRUE };
    add_somebody(app, &ben);
    static const char *const emails[] = { "anna@example.org", "nobody@example.org", "ben@example.org", "not an address",
                                          "\u00e4" };
    for (guint i = 0; i < G_N_ELEMENTS(emails); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sign_in_as(app, emails[i], "wrong", &error));
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_SIGN_IN));
        assert_string_equal(error->message, "The e-mail address or the password is not right.");
    }
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in"), 0);
}

static void sixth_failure_in_a_quarter_of_an_hour_has_to_wait(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    static const char *const emails[] = { "anna@example.org", "nobody@example.org" };
    for (guint i = 0; i < G_N_ELEMENTS(emails); i++) {
        for (int n = 0; n < 5; n++)
            assert_int_equal(sign_in_code(app, emails[i], "wrong"), WHET_ERROR_SIGN_IN + 1);
        g_autoptr(GError) error = NULL;
        assert_null(sign_in_as(app, emails[i], PASSWORD, &error));
        assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_TOO_MANY));
        assert_non_null(strstr(error->message, "in 15 minutes"));
    }
    clock_shift(14 * CLOCK_MINUTE + 30 * CLOCK_SECOND);
    g_autoptr(GError) error = NULL;
    assert_null(sign_in_as(app, "Anna@example.org", PASSWORD, &error));
    assert_non_null(strstr(error->message, "in 1 minute."));
    clock_shift(15 * CLOCK_MINUTE);
    assert_int_equal(sign_in_code(app, "anna@example.org", PASSWORD), 0);
}

static void success_forgives_earlier_failures(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    for (int round = 0; round < 2; round++) {
        for (int n = 0; n < 4; n++)
            assert_int_equal(sign_in_code(app, "anna@example.org", "wrong"), WHET_ERROR_SIGN_IN + 1);
        assert_int_equal(sign_in_code(app, "anna@example.org", PASSWORD), 0);
    }
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in_failure"), 0);
}

static gpointer guess_on_a_thread(gpointer app)
{
    return GINT_TO_POINTER(sign_in_code(app, "anna@example.org", "wrong"));
}

static void guesses_at_the_same_moment_count_too(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    GThread *threads[12];
    int wrong = 0, waiting = 0;
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("guess", guess_on_a_thread, app);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
        int code = GPOINTER_TO_INT(g_thread_join(threads[i]));
        wrong += code == WHET_ERROR_SIGN_IN + 1;
        waiting += code == WHET_ERROR_TOO_MANY + 1;
    }
    assert_int_equal(wrong, 5);
    assert_int_equal(waiting, 7);
}

static void new_password_ends_the_other_sign_ins_and_needs_the_old_one(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) here = must_sign_in(app, "anna@example.org");
    g_autoptr(SignIn) there = must_sign_in(app, "anna@example.org");
    g_autofree char *token = link_for(app, anna.id, 1, 60);
    HttpIdentity who = identity_of(app, here->cookie);
    GError *error = NULL;
    assert_false(sign_in_set_password(app, &who, NULL, "another password", &error));
    assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
    assert_false(sign_in_set_password(app, &who, "wrong", "another password", &error));
    assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
    assert_false(sign_in_set_password(app, &who, PASSWORD, "too short", &error));
    assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
    assert_int_equal(identity_of(app, there->cookie).person_id, anna.id);

    if (!sign_in_set_password(app, &who, PASSWORD, "another password", &error))
        no_error(error);
    assert_int_equal(identity_of(app, here->cookie).person_id, anna.id);
    assert_int_equal(identity_of(app, there->cookie).person_id, 0);
    assert_int_equal(link_code(app, token), WHET_ERROR_SIGN_IN + 1);
    assert_int_equal(sign_in_code(app, "anna@example.org", PASSWORD), WHET_ERROR_SIGN_IN + 1);
    assert_int_equal(sign_in_code(app, "anna@example.org", "another password"), 0);
}

static void guessing_the_current_password_is_throttled_too(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    g_autoptr(SignIn) here = must_sign_in(app, "anna@example.org");
    HttpIdentity who = identity_of(app, here->cookie);
    GError *error = NULL;
    for (int n = 0; n < 5; n++) {
        assert_false(sign_in_set_password(app, &who, "wrong", "another password", &error));
        assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
    }
    assert_false(sign_in_set_password(app, &who, PASSWORD, "another password", &error));
    assert_int_equal(code_of(&error), WHET_ERROR_TOO_MANY);
}

static void first_password_needs_no_old_one(void **state)
{
    App *app = case_app(state);
    Somebody ben = { .organisation = "Acme", .email = "ben@example.org", .name = "Ben", .no_password = TRUE };
    add_somebody(app, &ben);
    HttpIdentity who = { .person_id = ben.id, .organisation_id = ben.organisation_id };
    g_autoptr(GError) error = NULL;
    if (!sign_in_set_password(app, &who, NULL, PASSWORD, &error))
        no_error(error);
    assert_int_equal(sign_in_code(app, "ben@example.org", PASSWORD), 0);
}

/* --- cookies */

static void cookies_that_are_none_sign_nobody_in(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    g_autofree char *never_given = token_new();
    g_autofree char *very_long = g_strnfill(100000, 'a');
    const char *cookies[] = { NULL, "", "a", never_given, very_long, "' OR 1=1 --                                  " };
    for (guint i = 0; i < G_N_ELEMENTS(cookies); i++)
        assert_int_equal(identity_of(app, cookies[i]).person_id, 0);
}

static void sign_in_that_is_used_does_not_end_and_one_that_is_not_does(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, "anna@example.org");
    for (int month = 1; month <= 3; month++) {
        clock_shift(month * 29 * CLOCK_DAY);
        assert_int_equal(identity_of(app, sign_in->cookie).person_id, anna.id);
    }
    clock_shift(3 * 29 * CLOCK_DAY + 30 * CLOCK_DAY);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
}

static void cookie_is_renewed_after_a_day_and_the_old_one_is_good_for_a_minute(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, "anna@example.org");
    g_autofree char *renewed = NULL;
    g_autofree char *again = NULL;
    assert_true(sign_in_renew(app, sign_in->cookie, &renewed, NULL));
    assert_null(renewed);
    clock_shift(CLOCK_DAY + CLOCK_MINUTE);
    assert_true(sign_in_renew(app, sign_in->cookie, &renewed, NULL));
    assert_non_null(renewed);
    assert_string_not_equal(renewed, sign_in->cookie);
    HttpIdentity old = identity_of(app, sign_in->cookie), fresh = identity_of(app, renewed);
    assert_int_equal(old.person_id, anna.id);
    assert_int_equal(fresh.sign_in_id, old.sign_in_id);
    assert_string_equal(fresh.csrf, old.csrf);
    /* A second tab with the old one must not take the new one away. */
    assert_true(sign_in_renew(app, sign_in->cookie, &again, NULL));
    assert_null(again);
    assert_int_equal(identity_of(app, renewed).person_id, anna.id);

    clock_shift(CLOCK_DAY + CLOCK_MINUTE + 61 * CLOCK_SECOND);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
    assert_int_equal(identity_of(app, renewed).person_id, anna.id);
}

static void cookie_stays_good_when_the_reply_with_the_new_one_is_lost(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, "anna@example.org");
    g_autofree char *lost = NULL, *renewed = NULL;
    clock_shift(CLOCK_DAY + CLOCK_MINUTE);
    assert_true(sign_in_renew(app, sign_in->cookie, &lost, NULL));
    assert_non_null(lost);
    clock_shift(2 * CLOCK_DAY);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, anna.id);
    clock_shift(3 * CLOCK_DAY);
    assert_true(sign_in_renew(app, sign_in->cookie, &renewed, NULL));
    assert_non_null(renewed);
    assert_int_equal(identity_of(app, lost).person_id, 0);
    assert_int_equal(identity_of(app, renewed).person_id, anna.id);
    clock_shift(3 * CLOCK_DAY + 61 * CLOCK_SECOND);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
    assert_int_equal(identity_of(app, renewed).person_id, anna.id);
}

static void sign_in_replaces_the_one_the_browser_had(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) elsewhere = must_sign_in(app, "anna@example.org");
    g_autoptr(SignIn) before = must_sign_in(app, "anna@example.org");
    Browser browser = { .old_cookie = before->cookie };
    g_autoptr(SignIn) after = sign_in_by_password(app, "anna@example.org", PASSWORD, &browser, NULL);
    assert_non_null(after);
    assert_int_equal(identity_of(app, before->cookie).person_id, 0);
    assert_int_equal(identity_of(app, after->cookie).person_id, anna.id);
    assert_int_equal(identity_of(app, elsewhere->cookie).person_id, anna.id);
}

static void hostile_user_agent_is_cut_and_made_valid(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    g_autofree char *agent = g_strnfill(5000, '\xff');
    Browser browser = { .user_agent = agent };
    g_autoptr(SignIn) sign_in = sign_in_by_password(app, "anna@example.org", PASSWORD, &browser, NULL);
    assert_non_null(sign_in);
    assert_int_equal(number_of(app, "SELECT LENGTH(user_agent) FROM sign_in"), 200);
}

static void time_zone_of_the_browser_is_taken_over_once(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    static const char *const zones[] = { "Europe/Berlin", "Asia/Tokyo" };
    for (guint i = 0; i < G_N_ELEMENTS(zones); i++) {
        Browser browser = { .time_zone = zones[i] };
        g_autoptr(SignIn) sign_in = sign_in_by_password(app, "anna@example.org", PASSWORD, &browser, NULL);
        assert_string_equal(sign_in->person->time_zone, "Europe/Berlin");
    }
    g_autoptr(Person) person = find_again(app, &anna);
    assert_string_equal(person->time_zone, "Europe/Berlin");
    Browser browser = { .time_zone = "../../etc/passwd" };
    GError *error = NULL;
    assert_null(sign_in_by_password(app, "anna@example.org", PASSWORD, &browser, &error));
    assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
}

static void disabled_person_is_out_at_once_and_stays_out(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autoptr(SignIn) sign_in = must_sign_in(app, "anna@example.org");
    g_autofree char *token = link_for(app, anna.id, 5, 600);
    run_sql(app, "UPDATE person SET disabled_at = 1"); /* even if the sign-in were still there */
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
    run_sql(app, "UPDATE person SET disabled_at = NULL");
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, anna.id);
    disable(app, &anna);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
    assert_int_equal(link_code(app, token), WHET_ERROR_SIGN_IN + 1);
    assert_int_equal(sign_in_code(app, "anna@example.org", PASSWORD), WHET_ERROR_SIGN_IN + 1);
    GError *error = NULL;
    assert_null(people_link_new(app->db, anna.id, 1, 60, &error));
    assert_int_equal(code_of(&error), WHET_ERROR_NOT_FOUND);

    PersonChange change = PERSON_CHANGE_NOTHING;
    change.disabled = 0;
    assert_int_equal(change_person(app, 0, anna.organisation_id, anna.id, change), 0);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, 0);
    assert_int_equal(sign_in_code(app, "anna@example.org", PASSWORD), 0);
}

/* --- links */

static void link_works_as_often_as_it_says(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autofree char *once = link_for(app, anna.id, 1, 60);
    g_autofree char *twice = link_for(app, anna.id, 2, 60);
    g_autoptr(SignIn) sign_in = sign_in_by_link(app, once, &(Browser){ 0 }, NULL);
    assert_non_null(sign_in);
    assert_int_equal(identity_of(app, sign_in->cookie).person_id, anna.id);
    assert_int_equal(link_code(app, once), WHET_ERROR_SIGN_IN + 1);
    assert_int_equal(link_code(app, twice), 0);
    assert_int_equal(link_code(app, twice), 0);
    assert_int_equal(link_code(app, twice), WHET_ERROR_SIGN_IN + 1);
    assert_int_equal(link_code(app, "never-given"), WHET_ERROR_SIGN_IN + 1);
}

static void link_ends_with_its_time(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autofree char *token = link_for(app, anna.id, 1, 60);
    clock_shift(61 * CLOCK_SECOND);
    assert_int_equal(link_code(app, token), WHET_ERROR_SIGN_IN + 1);
}

static gpointer use_on_a_thread(gpointer data)
{
    gpointer *pair = data;
    return GINT_TO_POINTER(link_code(pair[0], pair[1]));
}

static void link_that_is_used_twice_at_once_works_once(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autofree char *token = link_for(app, anna.id, 1, 60);
    gpointer pair[2] = { app, token };
    GThread *threads[8];
    int good = 0;
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("link", use_on_a_thread, pair);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        good += GPOINTER_TO_INT(g_thread_join(threads[i])) == 0;
    assert_int_equal(good, 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in"), 1);
}

/* --- links by e-mail: the log stands for the mail server */

static GString *logged;

static GLogWriterOutput keep_message(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_equal(fields[i].key, "MESSAGE"))
            g_string_append_printf(logged, "%s\n", (const char *)fields[i].value);
    return G_LOG_WRITER_HANDLED;
}

static void ask(App *app, const char *email)
{
    g_autoptr(GError) error = NULL;
    if (!sign_in_link_ask(app, email, &error))
        no_error(error);
}

/* Runs every job that is due; returns the token that was sent last, or NULL. Free with g_free. */
static char *sent_token(App *app)
{
    static const JobHandler *const tables[] = { people_jobs, NULL };
    g_string_truncate(logged, 0);
    for (gboolean ran = TRUE; ran;) {
        g_autoptr(GError) error = NULL;
        if (!jobs_run_next(app->db, tables, app, &ran, &error))
            no_error(error);
    }
    const char *start = strstr(logged->str, "https://whet.test/sign-in#");
    return start ? g_strndup(start + strlen("https://whet.test/sign-in#"), TOKEN_LENGTH) : NULL;
}

static void link_that_was_asked_for_signs_in_for_twenty_minutes(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    ask(app, "ANNA@example.org ");
    g_autofree char *token = sent_token(app);
    assert_non_null(token);
    assert_non_null(strstr(logged->str, "20 minutes"));
    clock_shift(19 * CLOCK_MINUTE);
    g_autoptr(SignIn) sign_in = sign_in_by_link(app, token, &(Browser){ 0 }, NULL);
    assert_non_null(sign_in);
    assert_int_equal(sign_in->person->id, anna.id);
    assert_int_equal(link_code(app, token), WHET_ERROR_SIGN_IN + 1);
    ask(app, "anna@example.org");
    g_autofree char *late = sent_token(app);
    clock_shift(40 * CLOCK_MINUTE);
    assert_int_equal(link_code(app, late), WHET_ERROR_SIGN_IN + 1);
}

static void nobody_gets_a_link_who_has_no_account(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    ask(app, "nobody@example.org");
    /* What is asked for looks the same until the job is done. */
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 1);
    g_autofree char *none = sent_token(app);
    assert_null(none);
    disable(app, &anna);
    ask(app, "anna@example.org");
    none = sent_token(app);
    assert_null(none);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in_link"), 0);
    GError *error = NULL;
    assert_false(sign_in_link_ask(app, "no address", &error));
    assert_int_equal(code_of(&error), WHET_ERROR_INVALID);
}

static void three_links_an_hour_are_enough(void **state)
{
    App *app = case_app(state);
    Somebody anna = add_anna(app);
    g_autofree char *from_the_operator = link_for(app, anna.id, 1, 24 * 60 * 60);
    for (int n = 0; n < 3; n++) {
        ask(app, "anna@example.org");
        g_autofree char *token = sent_token(app);
        assert_int_equal(link_code(app, token), 0);
    }
    ask(app, "anna@example.org");
    g_autofree char *fourth = sent_token(app);
    assert_null(fourth);
    const JobHandler *tidy = &people_jobs[1];
    clock_shift(59 * CLOCK_MINUTE);
    assert_true(tidy->function(app, NULL, NULL));
    ask(app, "anna@example.org");
    fourth = sent_token(app);
    assert_null(fourth);
    clock_shift(61 * CLOCK_MINUTE);
    ask(app, "anna@example.org");
    fourth = sent_token(app);
    assert_non_null(fourth);
}

static void link_that_could_not_be_sent_is_tried_again_and_does_not_count(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    g_autoptr(GError) error = NULL;
    char **arguments = g_strsplit("--mail-url=smtp://127.0.0.1:1", " ", -1);
    g_autoptr(Settings) broken = settings_new(arguments, &error);
    no_error(error);
    g_strfreev(arguments);
    const Settings *working = app->settings;
    app->settings = broken;
    ask(app, "anna@example.org");
    g_autofree char *none = sent_token(app);
    assert_null(none);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM sign_in_link"), 0);
    assert_int_equal(number_of(app, "SELECT tries FROM job WHERE failure LIKE '%mail server%'"), 1);
    app->settings = working;
    clock_shift(CLOCK_MINUTE);
    g_autofree char *token = sent_token(app);
    assert_non_null(token);
    assert_int_equal(link_code(app, token), 0);
}

static void link_is_not_sent_hours_later(void **state)
{
    App *app = case_app(state);
    add_anna(app);
    ask(app, "anna@example.org");
    clock_shift(2 * CLOCK_HOUR);
    g_autofree char *none = sent_token(app);
    assert_null(none);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(password_gives_a_cookie_that_says_who_it_is),
        ON_BOTH(database_holds_no_token),
        ON_BOTH(wrong_password_and_unknown_address_look_the_same),
        ON_BOTH(sixth_failure_in_a_quarter_of_an_hour_has_to_wait),
        ON_BOTH(success_forgives_earlier_failures),
        ON_BOTH(guesses_at_the_same_moment_count_too),
        ON_BOTH(new_password_ends_the_other_sign_ins_and_needs_the_old_one),
        ON_BOTH(guessing_the_current_password_is_throttled_too),
        ON_BOTH(first_password_needs_no_old_one),
        ON_BOTH(cookies_that_are_none_sign_nobody_in),
        ON_BOTH(sign_in_that_is_used_does_not_end_and_one_that_is_not_does),
        ON_BOTH(cookie_is_renewed_after_a_day_and_the_old_one_is_good_for_a_minute),
        ON_BOTH(cookie_stays_good_when_the_reply_with_the_new_one_is_lost),
        ON_BOTH(sign_in_replaces_the_one_the_browser_had),
        ON_BOTH(hostile_user_agent_is_cut_and_made_valid),
        ON_BOTH(time_zone_of_the_browser_is_taken_over_once),
        ON_BOTH(disabled_person_is_out_at_once_and_stays_out),
        ON_BOTH(link_works_as_often_as_it_says),
        ON_BOTH(link_ends_with_its_time),
        ON_BOTH(link_that_is_used_twice_at_once_works_once),
        ON_BOTH(link_that_was_asked_for_signs_in_for_twenty_minutes),
        ON_BOTH(nobody_gets_a_link_who_has_no_account),
        ON_BOTH(three_links_an_hour_are_enough),
        ON_BOTH(link_that_could_not_be_sent_is_tried_again_and_does_not_count),
        ON_BOTH(link_is_not_sent_hours_later),
    };
    logged = g_string_new(NULL);
    g_log_set_writer_func(keep_message, NULL, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_string_free(logged, TRUE);
    return failed;
}
