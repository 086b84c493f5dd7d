/* That an organisation may change how its memories fade, and that fitting to its own answers makes it better: memories
 * go on following from attempts, whatever comes in between. */
#include "practice_case.h"

#include <math.h>

#include "engine/memory/memory_fit.h"
#include "feature/practice/model_db.h"
#include "feature/practice/practice.h"
#include "feature/practice/review.h"

#define TALK FRONT("talk-first", "talk", "") CHOOSE("first") CHOOSE("second")

typedef struct {
    App *app;
    Learner anna;
    const HttpIdentity *who;
    gint64 org, price, talk, exercises[4]; /* two of price, two of talk */
} Practice;

static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->who = &practice->anna.who;
    practice->org = practice->who->organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "price.md", PRICE }, { "talk.md", TALK });
    practice->price = concept_id(app, practice->org, "price");
    practice->talk = concept_id(app, practice->org, "talk-first");
    static const char *const slugs[] = { "choose-one", "choose-several", "choose-first", "choose-second" };
    for (guint i = 0; i < G_N_ELEMENTS(slugs); i++)
        practice->exercises[i] = exercise_id(app, practice->org, slugs[i]);
}

static void fail_with(const char *sentence, gpointer data)
{
    fail_msg("%s", sentence);
}

static void assert_all_follow(const Practice *practice, guint memories)
{
    guint checked;
    g_autoptr(GError) error = NULL;
    if (!practice_check(practice->app, FALSE, fail_with, NULL, &checked, &error))
        no_error(error);
    assert_int_equal(checked, memories);
}

/* A few weeks of practice, some of it wrong, some of it several times a day. */
static void practise(const Practice *practice, const HttpIdentity *who)
{
    static const int days_ago[] = { 28, 28, 25, 25, 25, 19, 12, 12, 3, 1, 0, 0 };
    for (guint i = 0; i < G_N_ELEMENTS(days_ago); i++)
        answer_quietly(practice->app, who,
                       (Answer){ .exercise_id = practice->exercises[i % 4],
                                 .choices = i % 3 == 1 ? "[0]" : "[1]",
                                 .confidence = (Confidence)(1 + i % 3),
                                 .answered_at = clock_now() - days_ago[i] * CLOCK_DAY + i * CLOCK_MINUTE });
}

static void use(const Practice *practice, MemoryAlgorithm algorithm)
{
    g_autoptr(GError) error = NULL;
    if (!practice_use_memory(practice->app, practice->org, practice->who->person_id, algorithm, &error))
        no_error(error);
}

/* Everything that is due, as the server's threads would. */
static guint run_jobs(App *app)
{
    static const JobHandler *const tables[] = { practice_jobs, NULL };
    guint n = 0;
    for (gboolean ran = TRUE; ran; n += ran) {
        g_autoptr(GError) error = NULL;
        if (!jobs_run_next(app->db, tables, app, &ran, &error))
            no_error(error);
    }
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM job WHERE failure IS NOT NULL"), 0);
    return n;
}

static gint64 model_of_organisation(const Practice *practice)
{
    return number_with(practice->app, "SELECT memory_model_id FROM organisation WHERE id = $1",
                       DB_ARGS(db_int(practice->org)));
}

static gint64 memories_of_model(const Practice *practice, gint64 model_id)
{
    return number_with(practice->app, "SELECT COUNT(*) FROM memory WHERE model_id = $1", DB_ARGS(db_int(model_id)));
}

/* --- changing the algorithm */

static void memories_are_folded_anew_when_the_algorithm_changes(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    g_auto(MemoryRow) before = memory_of(practice.app, practice.who, practice.price);
    use(&practice, MEMORY_FSRS7);
    gint64 model_id = model_of_organisation(&practice);
    assert_true(model_id != 0);
    /* Until the job has run they are what they were, and follow from the attempts by their own model. */
    assert_int_equal(memories_of_model(&practice, 0), 2);
    assert_all_follow(&practice, 2);

    assert_true(run_jobs(practice.app) > 0);
    assert_int_equal(memories_of_model(&practice, model_id), 2);
    assert_all_follow(&practice, 2);
    g_auto(MemoryRow) after = memory_of(practice.app, practice.who, practice.price);
    const MemoryModel fsrs7 = memory_model_default(MEMORY_FSRS7);
    assert_true(after.state.fast > 0 && before.state.fast == 0);
    assert_int_equal(after.reviews, before.reviews);
    assert_int_equal(after.due_at, review_due(&fsrs7, &after, TRUE));
    assert_true(after.due_at != before.due_at);

    /* Once more a little later, for answers that were under way; then it is over. */
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM job WHERE kind = 'memory-refold'"), 1);
    clock_shift(2 * CLOCK_MINUTE);
    assert_int_equal(run_jobs(practice.app), 1);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM job"), 0);

    use(&practice, MEMORY_FSRS6);
    run_jobs(practice.app);
    g_auto(MemoryRow) back = memory_of(practice.app, practice.who, practice.price);
    assert_true(back.state.stability == before.state.stability && back.state.fast == 0 &&
                back.state.difficulty == before.state.difficulty);
    assert_int_equal(back.due_at, before.due_at);
    assert_string_equal(back.seen, before.seen);
    assert_all_follow(&practice, 2);
}

static void answer_folds_its_memory_anew_before_the_job_has_come_to_it(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    use(&practice, MEMORY_FSRS7);
    gint64 model_id = model_of_organisation(&practice);
    g_autoptr(Attempt) attempt =
        must_answer(practice.app, practice.who, (Answer){ .exercise_id = practice.exercises[0], .choices = "[1]" });
    assert_int_equal(memories_of_model(&practice, model_id), 1);
    assert_int_equal(memories_of_model(&practice, 0), 1);
    assert_all_follow(&practice, 2);

    const MemoryModel fsrs7 = memory_model_default(MEMORY_FSRS7);
    g_auto(MemoryRow) memory = memory_of(practice.app, practice.who, practice.price);
    assert_true(near(attempt->stability_after, memory_lasts(&fsrs7, memory.state)));
    assert_true(attempt->stability_before > 0 && attempt->retrievability_before < 1);
    assert_int_equal(attempt->due_at, memory.due_at);
    run_jobs(practice.app);
    assert_int_equal(memories_of_model(&practice, model_id), 2);
    assert_all_follow(&practice, 2);
}

static void second_try_leaves_an_old_memory_as_it_is(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    g_auto(MemoryRow) before = memory_of(practice.app, practice.who, practice.price);
    use(&practice, MEMORY_FSRS7);
    /* A place of a session where something was answered before. */
    run_sql(practice.app, "INSERT INTO session (id, organisation_id, person_id, kind, budget_seconds, created_at)"
                          " SELECT 7, organisation_id, id, 'daily', 300, 1 FROM person");
    run_sql(practice.app,
            "INSERT INTO session_entry (session_id, position, organisation_id, concept_id, exercise_id, version, why,"
            " retrievability, later, predicted, seconds, introduces) SELECT 7, 0, organisation_id, concept_id, id,"
            " version, 'due', 0.5, 0.4, 0.8, 20.0, 0 FROM exercise WHERE slug = 'choose-one'");
    run_sql(practice.app, "UPDATE attempt SET session_id = 7, position = 0 WHERE review = 1 AND exercise_id ="
                          " (SELECT id FROM exercise WHERE slug = 'choose-one')");
    g_autoptr(Attempt) again =
        must_answer(practice.app, practice.who,
                    (Answer){ .exercise_id = practice.exercises[0], .session_id = 7, .choices = "[1]" });
    assert_int_equal(again->try_number, 2);
    assert_int_equal(again->review, 0);
    assert_true(near(again->stability_after, before.state.stability) &&
                again->stability_before == again->stability_after);
    assert_int_equal(again->due_at, before.due_at);
    assert_int_equal(memories_of_model(&practice, 0), 2);
}

static void algorithm_that_is_in_use_already_changes_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    use(&practice, MEMORY_FSRS6);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM job"), 0);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM audit WHERE action LIKE 'memory%'"), 0);
    use(&practice, MEMORY_FSRS7);
    gint64 model_id = model_of_organisation(&practice);
    use(&practice, MEMORY_FSRS7);
    assert_int_equal(model_of_organisation(&practice), model_id);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM audit WHERE action = 'memory.algorithm-changed'"),
                     1);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM event WHERE kind = 'memory-model'"), 1);
    /* And again after a while with the other: its weights are still there. */
    use(&practice, MEMORY_FSRS6);
    use(&practice, MEMORY_FSRS7);
    assert_int_equal(model_of_organisation(&practice), model_id);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 1);
}

static void another_organisation_is_left_alone(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner ben = learner_of(practice.app, "Other", NULL, "ben@other.test");
    IMPORT(practice.app, ben.who.organisation_id, { "pack.md", PACK_FRONT }, { "price.md", PRICE });
    gint64 theirs = exercise_id(practice.app, ben.who.organisation_id, "choose-one");
    answer_quietly(practice.app, &ben.who, (Answer){ .exercise_id = theirs, .choices = "[1]" });
    practise(&practice, practice.who);
    use(&practice, MEMORY_FSRS7);
    run_jobs(practice.app);
    assert_int_equal(memories_of_model(&practice, 0), 1);
    assert_all_follow(&practice, 3);
    assert_int_equal(number_with(practice.app, "SELECT memory_model_id FROM organisation WHERE id = $1",
                                 DB_ARGS(db_int(ben.who.organisation_id))),
                     0);
}

static void refolding_tells_nothing_of_a_memory_without_attempts_and_ends(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    run_sql(practice.app, "DELETE FROM attempt WHERE concept_id = (SELECT id FROM concept WHERE slug = 'price')");
    use(&practice, MEMORY_FSRS7);
    for (int minute = 0; minute < 5; minute++) {
        run_jobs(practice.app);
        clock_shift((minute + 1) * 2 * CLOCK_MINUTE);
    }
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM job"), 0);
    assert_int_equal(memories_of_model(&practice, 0), 1);
}

/* --- with answers in between */

enum { THREADS = 4, ANSWERS = 12 };

typedef struct {
    const Practice *practice;
    const HttpIdentity *who;
    int number;
} Screen;

static gpointer answer_often(gpointer data)
{
    const Screen *screen = data;
    for (int i = 0; i < ANSWERS; i++)
        answer_quietly(screen->practice->app, screen->who,
                       (Answer){ .exercise_id = screen->practice->exercises[(i + screen->number) % 4],
                                 .choices = i % 3 ? "[1]" : "[0]",
                                 .answered_at = clock_now() - ((i * 7 + screen->number * 5) % 29) * CLOCK_DAY });
    return NULL;
}

static void answers_while_models_change_keep_their_memories_right(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    practise(&practice, practice.who);
    practise(&practice, &ben.who);
    Screen screens[THREADS];
    GThread *threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        screens[i] = (Screen){ &practice, i % 2 ? practice.who : &ben.who, i };
        threads[i] = g_thread_new("screen", answer_often, &screens[i]);
    }
    for (int i = 0; i < 6; i++) {
        use(&practice, i % 2 ? MEMORY_FSRS6 : MEMORY_FSRS7);
        run_jobs(practice.app);
    }
    for (int i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    assert_all_follow(&practice, 4);
    clock_shift(2 * CLOCK_MINUTE);
    run_jobs(practice.app);
    assert_int_equal(memories_of_model(&practice, model_of_organisation(&practice)), 4);
    assert_all_follow(&practice, 4);
    assert_int_equal(number_of(practice.app, "SELECT SUM(reviews) FROM memory"), THREADS * ANSWERS + 24);
}

/* --- fitting */

enum { PEOPLE = 12, ROUNDS = 8 };

static const char *const emails[PEOPLE] = { "1@a.test", "2@a.test", "3@a.test", "4@a.test",  "5@a.test",  "6@a.test",
                                            "7@a.test", "8@a.test", "9@a.test", "10@a.test", "11@a.test", "12@a.test" };

/* People who forget much faster than the published weights expect: after two days it is gone. */
static void forget_fast(const Practice *practice)
{
    static const int gaps[ROUNDS] = { 0, 1, 3, 1, 4, 1, 2, 5 };
    for (int person = 0; person < PEOPLE; person++) {
        Learner learner = learner_of(practice->app, "Acme", NULL, emails[person]);
        int day = -25;
        for (int i = 0; i < ROUNDS; i++) {
            int gap = (gaps[i] + person) % 5;
            day += gap;
            for (int concept = 0; concept < 2; concept ++)
                answer_quietly(practice->app, &learner.who,
                               (Answer){ .exercise_id = practice->exercises[2 * concept + i % 2],
                                         .choices = gap < 2 ? (i % 2 && !concept ? "[0, 1]" : "[1]") : "[0]",
                                         .answered_at = clock_now() + day * CLOCK_DAY });
        }
    }
}

static PracticeFit fit_now(const Practice *practice)
{
    g_autoptr(GError) error = NULL;
    PracticeFit fit;
    if (!practice_fit_memory(practice->app, practice->org, 0, &fit, &error))
        no_error(error);
    return fit;
}

static void fitting_makes_a_better_model_and_uses_it(MemoryAlgorithm algorithm, void **state)
{
    Practice practice;
    practice_open(&practice, state);
    use(&practice, algorithm);
    run_jobs(practice.app);
    forget_fast(&practice);
    PracticeFit fit = fit_now(&practice);
    assert_true(fit.n > 100);
    assert_int_equal(fit.n, number_of(practice.app, "SELECT CAST(SUM(returns) AS BIGINT) FROM exercise_difficulty"));
    assert_true(fit.chosen);
    assert_true(fit.log_loss < fit.log_loss_default - 0.05);
    assert_true(near(fit.log_loss_before, fit.log_loss_default));
    assert_int_equal(fit.model.algorithm, algorithm);

    gint64 model_id = model_of_organisation(&practice);
    assert_true(model_id != 0);
    assert_int_equal(number_with(practice.app, "SELECT n FROM memory_model WHERE id = $1", DB_ARGS(db_int(model_id))),
                     fit.n);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM audit WHERE action = 'memory.fitted'"), 1);
    run_jobs(practice.app);
    assert_int_equal(memories_of_model(&practice, model_id), 2 * PEOPLE);
    assert_all_follow(&practice, 2 * PEOPLE);

    /* Once more on the same answers: it goes on from there. */
    PracticeFit again = fit_now(&practice);
    assert_true(again.log_loss_before == fit.log_loss);
    assert_true(again.chosen && again.log_loss <= fit.log_loss);
    gint64 last = model_of_organisation(&practice);
    assert_true(last != model_id);
    use(&practice, algorithm == MEMORY_FSRS6 ? MEMORY_FSRS7 : MEMORY_FSRS6);
    use(&practice, algorithm);
    assert_int_equal(model_of_organisation(&practice), last);
}

static void fitting_makes_a_better_fsrs6_and_uses_it(void **state)
{
    fitting_makes_a_better_model_and_uses_it(MEMORY_FSRS6, state);
}

static void fitting_makes_a_better_fsrs7_and_uses_it(void **state)
{
    fitting_makes_a_better_model_and_uses_it(MEMORY_FSRS7, state);
}

static void weights_are_read_back_to_the_last_bit(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    forget_fast(&practice);
    PracticeFit fit = fit_now(&practice);
    run_jobs(practice.app);
    g_auto(MemoryRow) memory = memory_of(practice.app, practice.who, practice.price);
    assert_int_equal(memory.reviews, 0);
    practise(&practice, practice.who);
    g_auto(MemoryRow) later = memory_of(practice.app, practice.who, practice.price);
    assert_int_equal(later.due_at, review_due(&fit.model, &later, TRUE));
    assert_all_follow(&practice, 2 * PEOPLE + 2);
}

static void memory_whose_first_answer_is_not_there_tells_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    forget_fast(&practice);
    gint64 n = fit_now(&practice).n;
    gint64 of_one = number_of(practice.app, "SELECT COUNT(*) FROM attempt JOIN attempt AS earlier"
                                            " ON earlier.person_id = attempt.person_id"
                                            " AND earlier.concept_id = attempt.concept_id"
                                            " AND earlier.review = attempt.review - 1"
                                            " WHERE attempt.day > earlier.day AND attempt.concept_id ="
                                            " (SELECT id FROM concept WHERE slug = 'price')");
    assert_true(of_one > 0 && of_one < n);
    run_sql(practice.app, "DELETE FROM attempt WHERE review = 1 AND concept_id ="
                          " (SELECT id FROM concept WHERE slug = 'price')");
    assert_int_equal(fit_now(&practice).n, n - of_one);
}

static void too_few_answers_fit_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    PracticeFit fit = fit_now(&practice);
    assert_true(fit.n > 0 && fit.n < MEMORY_FIT_LEAST && !fit.chosen);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 0);
    assert_int_equal(model_of_organisation(&practice), 0);
}

/* What the server does on its own. */
static void watch(App *app)
{
    g_autoptr(GError) error = NULL;
    for (const JobHandler *handler = practice_jobs; handler->kind; handler++)
        if (handler->every > 0 && !handler->function(app, NULL, &error))
            no_error(error);
    run_jobs(app);
}

static void fitting_comes_by_itself_when_there_is_enough_that_is_new(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    practise(&practice, practice.who);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 0);
    forget_fast(&practice);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 1);
    watch(practice.app);
    clock_shift(2 * CLOCK_DAY);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 1); /* nothing is new */
    clock_shift(0);
    run_sql(practice.app, "UPDATE memory_model SET returns = returns / 2");
    watch(practice.app);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 1); /* on the same day */
    clock_shift(2 * CLOCK_DAY);
    watch(practice.app);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory_model"), 2);
}

static void damaged_weights_are_an_error(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    use(&practice, MEMORY_FSRS7);
    static const char *const damages[] = {
        "UPDATE memory_model SET weights = '[1, 2, 3]'",
        "UPDATE memory_model SET weights = '[\"1\"]'",
        "UPDATE memory_model SET weights = 'x'",
        "UPDATE memory_model SET algorithm = 'fsrs6'",
    };
    for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
        run_sql(practice.app, damages[i]);
        assert_int_equal(
            refusal_of(practice.app, practice.who, (Answer){ .exercise_id = practice.exercises[0], .choices = "[1]" }),
            WHET_ERROR_FAILED);
        assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM attempt"), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(memories_are_folded_anew_when_the_algorithm_changes),
        ON_BOTH(answer_folds_its_memory_anew_before_the_job_has_come_to_it),
        ON_BOTH(second_try_leaves_an_old_memory_as_it_is),
        ON_BOTH(algorithm_that_is_in_use_already_changes_nothing),
        ON_BOTH(another_organisation_is_left_alone),
        ON_BOTH(refolding_tells_nothing_of_a_memory_without_attempts_and_ends),
        ON_BOTH(answers_while_models_change_keep_their_memories_right),
        ON_BOTH(fitting_makes_a_better_fsrs6_and_uses_it),
        ON_BOTH(fitting_makes_a_better_fsrs7_and_uses_it),
        ON_BOTH(weights_are_read_back_to_the_last_bit),
        ON_BOTH(memory_whose_first_answer_is_not_there_tells_nothing),
        ON_BOTH(too_few_answers_fit_nothing),
        ON_BOTH(fitting_comes_by_itself_when_there_is_enough_that_is_new),
        ON_BOTH(damaged_weights_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
