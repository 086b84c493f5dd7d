/* Answers: what one leaves behind, and what it does not. */
#include "practice_case.h"

#include "engine/challenge/challenge_weights.h"
#include "feature/practice/review.h"

/* An organisation with a learner and a pack whose one concept has every kind of exercise. */
typedef struct {
    App *app;
    Learner anna;
    const HttpIdentity *who;
    gint64 org, concept, one, several, recall, reflect;
} Practice;

static void practice_open(Practice *practice, void **state)
{
    App *app = practice->app = case_app(state);
    practice->anna = learner_of(app, "Acme", NULL, "anna@acme.test");
    practice->who = &practice->anna.who;
    practice->org = practice->who->organisation_id;
    IMPORT(app, practice->org, { "pack.md", PACK_FRONT }, { "price.md", PRICE });
    practice->concept = concept_id(app, practice->org, "price");
    practice->one = exercise_id(app, practice->org, "choose-one");
    practice->several = exercise_id(app, practice->org, "choose-several");
    practice->recall = exercise_id(app, practice->org, "recall-question");
    practice->reflect = exercise_id(app, practice->org, "reflect-last-time");
}

/* A session with one place, for the exercise. */
static gboolean add_session(DbTx *tx, gpointer data, GError **error)
{
    const Practice *practice = data;
    g_autoptr(Session) session = session_new();
    session->id = 77;
    session->kind = g_strdup("daily");
    session->created_at = clock_now();
    SessionEntry *entry = g_new0(SessionEntry, 1);
    *entry = (SessionEntry){
        .version = 1, .concept_id = practice->concept, .exercise_id = practice->one, .why = g_strdup("new")
    };
    g_ptr_array_add(session->entries, entry);
    return practice_db_add_session(tx, practice->who, session, error);
}

static const char rows_of_all[] = "SELECT (SELECT COUNT(*) FROM attempt) * 10000 + (SELECT COUNT(*) FROM memory) * "
                                  "1000 + (SELECT COUNT(*) FROM ability) * 100"
                                  " + (SELECT COUNT(*) FROM exercise_difficulty) * 10 + (SELECT COUNT(*) FROM event)";

static void answer_leaves_attempt_memory_ability_difficulty_and_event(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    gint64 before = clock_now();
    g_autoptr(Attempt) attempt =
        must_answer(practice.app, practice.who,
                    (Answer){ .exercise_id = practice.one, .choices = "[1]", .confidence = CONFIDENCE_SURE });
    assert_int_equal(number_of(practice.app, rows_of_all), 11111);

    assert_int_equal(attempt->version, 1);
    assert_int_equal(attempt->concept_id, practice.concept);
    assert_int_equal(attempt->try_number, 1);
    assert_int_equal(attempt->review, 1);
    assert_true(attempt->score == 1);
    assert_string_equal(attempt->answer, "{\"choices\":[1]}");
    assert_string_equal(attempt->grader, "options");
    assert_int_equal(attempt->rating, memory_rating(1, 3, 20 / exercise_kind_info(EXERCISE_CHOOSE)->usual_seconds));
    assert_true(attempt->received_at >= before && attempt->answered_at <= attempt->received_at);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    assert_int_equal(attempt->day, clock_day(attempt->answered_at, utc));

    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    MemoryState expected = memory_next(&model, (MemoryState){ 0 }, 0, attempt->rating);
    g_auto(MemoryRow) memory = memory_of(practice.app, practice.who, practice.concept);
    assert_true(memory.state.stability == expected.stability && memory.state.difficulty == expected.difficulty);
    assert_true(attempt->stability_before == 0 && near(attempt->stability_after, expected.stability));
    assert_int_equal(memory.reviews, 1);
    assert_int_equal(memory.reviewed_at, attempt->answered_at);
    assert_int_equal(memory.due_at, review_due(&model, &memory, TRUE));
    assert_int_equal(memory.due_at, attempt->due_at);
    assert_int_equal(g_ascii_strtoll(memory.seen, NULL, 10), practice.one);

    ChallengeInput input = challenge_input_unknown;
    input.difficulty = challenge_difficulty_prior(exercise_kind_info(EXERCISE_CHOOSE)->difficulty, 0);
    input.retrievability = -1;
    input.floor = 0.5;
    assert_true(near(attempt->predicted, challenge_expect(&challenge_weights_default, &input)));
    challenge_learn(&challenge_weights_default, &input, 1);
    assert_true(near(real_of(practice.app, "SELECT mean FROM person_ability"), input.overall.mean));
    assert_true(near(real_of(practice.app, "SELECT variance FROM person_ability"), input.overall.variance));
    assert_true(near(real_of(practice.app, "SELECT mean FROM ability"), input.ability.mean));
    assert_true(near(real_of(practice.app, "SELECT variance FROM ability"), input.ability.variance));
    assert_true(near(real_of(practice.app, "SELECT mean FROM exercise_difficulty"), input.difficulty.mean));
    assert_true(near(real_of(practice.app, "SELECT variance FROM exercise_difficulty"), input.difficulty.variance));
    assert_int_equal(number_of(practice.app, "SELECT attempts FROM exercise_difficulty"), 1);
    assert_int_equal(number_of(practice.app, "SELECT subject_id FROM event WHERE kind = 'attempt'"), attempt->id);
}

static void next_answer_goes_on_from_the_last(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    clock_shift(-10 * CLOCK_DAY);
    g_autoptr(Attempt) first =
        must_answer(practice.app, practice.who, (Answer){ .exercise_id = practice.one, .choices = "[1]" });
    clock_shift(0);
    g_autoptr(Attempt) second =
        must_answer(practice.app, practice.who, (Answer){ .exercise_id = practice.several, .choices = "[0, 1]" });
    const MemoryModel model = memory_model_default(MEMORY_FSRS6);
    MemoryState before = memory_next(&model, (MemoryState){ 0 }, 0, first->rating);
    MemoryState after = memory_next(&model, before, (double)(second->day - first->day), second->rating);
    assert_int_equal(second->day - first->day, 10);
    assert_int_equal(second->review, 2);
    assert_true(near(second->stability_before, before.stability) && near(second->stability_after, after.stability));
    double days = (double)(second->answered_at - first->answered_at) / (double)CLOCK_DAY;
    assert_true(near(second->retrievability_before, memory_recall(&model, before, days)));
    assert_true(second->predicted > 0);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM ability"), 1);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM exercise_difficulty"), 2);
}

static void sure_and_wrong_is_remembered_as_such(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    answer_quietly(practice.app, practice.who, (Answer){ .exercise_id = practice.one, .choices = "[1]" });
    answer_quietly(practice.app, practice.who,
                   (Answer){ .exercise_id = practice.one, .choices = "[0]", .confidence = CONFIDENCE_SURE });
    g_auto(MemoryRow) memory = memory_of(practice.app, practice.who, practice.concept);
    assert_true(memory.confidently_wrong);
    assert_int_equal(memory.lapses, 1);
}

/* --- the same key */

static void same_key_gives_the_same_attempt_and_changes_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const Answer answer = { .key = "the-same-key-0001",
                            .exercise_id = practice.recall,
                            .text = "  Compared with what?  " };
    g_autoptr(Attempt) first = must_answer(practice.app, practice.who, answer);
    assert_string_equal(first->answer, "{\"text\":\"Compared with what?\"}");
    gint64 due_at = number_of(practice.app, "SELECT due_at FROM memory");
    clock_shift(CLOCK_DAY);
    gboolean replayed = FALSE;
    g_autoptr(GError) error = NULL;
    g_autoptr(Attempt) again = try_answer(practice.app, practice.who, answer, &replayed, &error);
    no_error(error);
    assert_true(replayed);
    assert_int_equal(again->id, first->id);
    assert_int_equal(again->answered_at, first->answered_at);
    assert_true(again->score == first->score && again->stability_after == first->stability_after);
    assert_string_equal(again->result, first->result);
    assert_int_equal(number_of(practice.app, rows_of_all), 11111);
    assert_int_equal(number_of(practice.app, "SELECT due_at FROM memory"), due_at);
    assert_int_equal(number_of(practice.app, "SELECT attempts FROM exercise_difficulty"), 1);
}

static void same_key_for_another_answer_is_a_conflict(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const Answer answer = { .key = "the-same-key-0001", .exercise_id = practice.one, .choices = "[1]" };
    answer_quietly(practice.app, practice.who, answer);
    Answer other = answer;
    other.choices = "[0]";
    assert_int_equal(refusal_of(practice.app, practice.who, other), WHET_ERROR_CONFLICT);
    other = answer;
    other.exercise_id = practice.several;
    assert_int_equal(refusal_of(practice.app, practice.who, other), WHET_ERROR_CONFLICT);
    other = (Answer){ .key = answer.key, .exercise_id = practice.recall, .text = "Something else." };
    assert_int_equal(refusal_of(practice.app, practice.who, other), WHET_ERROR_CONFLICT);
    must_write(practice.app, add_session, &practice);
    other = answer;
    other.session_id = 77;
    assert_int_equal(refusal_of(practice.app, practice.who, other), WHET_ERROR_CONFLICT);
    assert_int_equal(number_of(practice.app, rows_of_all), 11111);
}

static void key_belongs_to_a_person(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    const Answer answer = { .key = "the-same-key-0001", .exercise_id = practice.one, .choices = "[1]" };
    g_autoptr(Attempt) annas = must_answer(practice.app, practice.who, answer);
    g_autoptr(Attempt) bens = must_answer(practice.app, &ben.who, answer);
    assert_int_not_equal(annas->id, bens->id);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM memory WHERE reviews = 1"), 2);
}

static void kept_answer_is_given_back_when_its_exercise_has_changed_or_gone(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const Answer answer = { .key = "the-same-key-0001", .exercise_id = practice.several, .choices = "[0, 1]" };
    const Answer unkept = { .exercise_id = practice.several, .choices = "[0, 1]" };
    g_autoptr(Attempt) first = must_answer(practice.app, practice.who, answer);

    static const char one_right[] =
        FRONT("price", "money", "") "## choose: several\nWhich?\n\n- [x] A.\n  > Yes.\n- [ ] B.\n  > No.\n";
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "price.md", one_right });
    assert_int_equal(refusal_of(practice.app, practice.who, unkept), WHET_ERROR_INVALID);
    gboolean replayed = FALSE;
    g_autoptr(Attempt) changed = try_answer(practice.app, practice.who, answer, &replayed, NULL);
    assert_non_null(changed);
    assert_true(replayed);
    assert_int_equal(changed->id, first->id);
    assert_int_equal(changed->version, 1);

    static const char none[] = FRONT("price", "money", "") CHOOSE("one");
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "price.md", none });
    assert_int_equal(refusal_of(practice.app, practice.who, unkept), WHET_ERROR_NOT_FOUND);
    g_autoptr(Attempt) gone = try_answer(practice.app, practice.who, answer, &replayed, NULL);
    assert_non_null(gone);
    assert_int_equal(gone->id, first->id);
    Answer other = answer;
    other.choices = "[0]";
    assert_int_equal(refusal_of(practice.app, practice.who, other), WHET_ERROR_CONFLICT);
}

/* --- what does not count */

static void second_try_is_kept_and_does_not_touch_memory(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    must_write(practice.app, add_session, &practice);
    Answer answer = { .exercise_id = practice.one, .session_id = 77, .choices = "[0]" };
    g_autoptr(Attempt) first = must_answer(practice.app, practice.who, answer);
    answer.choices = "[1]";
    g_autoptr(Attempt) second = must_answer(practice.app, practice.who, answer);
    assert_int_equal(first->try_number, 1);
    assert_int_equal(second->try_number, 2);
    assert_true(second->score == 1);
    assert_int_equal(second->review, 0);
    assert_true(second->predicted < 0);
    assert_int_equal(second->due_at, first->due_at);
    assert_true(second->stability_after == first->stability_after);
    assert_int_equal(number_of(practice.app, rows_of_all), 21112);
    assert_int_equal(number_of(practice.app, "SELECT reviews FROM memory"), 1);
    assert_int_equal(number_of(practice.app, "SELECT attempts FROM exercise_difficulty"), 1);
    assert_int_equal(
        number_of(practice.app,
                  "SELECT COUNT(*) FROM attempt WHERE review IS NULL AND rating IS NULL AND predicted IS NULL"),
        1);
}

static void reflection_is_kept_ungraded_and_leaves_no_memory(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Attempt) attempt =
        must_answer(practice.app, practice.who,
                    (Answer){ .exercise_id = practice.reflect, .text = "Last week, and it went well." });
    assert_true(attempt->score < 0);
    assert_string_equal(attempt->grader, "none");
    assert_int_equal(attempt->review, 0);
    assert_int_equal(number_of(practice.app, rows_of_all), 10001);
    assert_int_equal(number_of(practice.app, "SELECT COUNT(*) FROM attempt WHERE score IS NULL AND due_at IS NULL"), 1);
}

static void refused_answer_leaves_nothing(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const Answer wrong[] = {
        { .exercise_id = practice.one, .choices = "[2]" },     { .exercise_id = practice.one, .text = "That." },
        { .exercise_id = practice.recall, .choices = "[1]" },  { .exercise_id = practice.recall, .text = " \n " },
        { .exercise_id = practice.reflect, .choices = "[0]" }, { .exercise_id = practice.one },
    };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_int_equal(refusal_of(practice.app, practice.who, wrong[i]), WHET_ERROR_INVALID);
    assert_int_equal(number_of(practice.app, rows_of_all), 0);
}

/* --- when */

static void time_of_an_answer_is_kept_within_the_last_thirty_days(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    const struct {
        gint64 sent, expected; /* from now */
    } times[] = {
        { CLOCK_DAY, 0 },
        { G_MAXINT64 / 2, 0 },
        { -CLOCK_DAY, -CLOCK_DAY },
        { -29 * CLOCK_DAY, -29 * CLOCK_DAY },
        { -31 * CLOCK_DAY, -30 * CLOCK_DAY },
        { -9000 * CLOCK_DAY, -30 * CLOCK_DAY },
    };
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        gint64 now = clock_now();
        g_autoptr(Attempt) attempt =
            must_answer(practice.app, practice.who,
                        (Answer){ .exercise_id = practice.one, .choices = "[1]", .answered_at = now + times[i].sent });
        gint64 late = attempt->received_at - now; /* how long answering took */
        gint64 from_now = attempt->answered_at - now;
        assert_true(late >= 0 && from_now >= times[i].expected && from_now <= times[i].expected + late);
    }
}

static void day_begins_at_four_in_the_persons_own_zone(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    run_sql(practice.app, "UPDATE person SET time_zone = 'Asia/Tokyo'");
    g_autoptr(GTimeZone) tokyo = g_time_zone_new_identifier("Asia/Tokyo");
    gint64 answered_at = clock_now() - 2 * CLOCK_DAY;
    answered_at -= answered_at % CLOCK_DAY;   /* midnight UTC: nine in the morning there */
    static const gint64 hours[] = { -6, -4 }; /* three and five in the morning there */
    gint64 days[2];
    for (guint i = 0; i < G_N_ELEMENTS(hours); i++) {
        Answer answer = { .exercise_id = practice.one,
                          .choices = "[1]",
                          .answered_at = answered_at + hours[i] * CLOCK_HOUR };
        g_autoptr(Attempt) attempt = must_answer(practice.app, practice.who, answer);
        assert_int_equal(attempt->day, clock_day(attempt->answered_at, tokyo));
        days[i] = attempt->day;
    }
    assert_int_equal(days[1] - days[0], 1);
}

/* --- where */

static void exercise_of_another_organisation_is_not_there(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner other = learner_of(practice.app, "Other", NULL, "otto@other.test");
    assert_int_equal(refusal_of(practice.app, &other.who, (Answer){ .exercise_id = practice.one, .choices = "[1]" }),
                     WHET_ERROR_NOT_FOUND);
    HttpIdentity mixed = { .person_id = other.who.person_id, .organisation_id = practice.org };
    assert_int_equal(refusal_of(practice.app, &mixed, (Answer){ .exercise_id = practice.one, .choices = "[1]" }),
                     WHET_ERROR_NOT_FOUND);
    assert_int_equal(number_of(practice.app, rows_of_all), 0);
}

static void exercise_for_another_team_is_not_there(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    Learner north = learner_of(practice.app, "Acme", "North", "n@acme.test");
    const PackPiece same[] = { { "pack.md", PACK_FRONT }, { "price.md", PRICE }, { 0 } };
    import_for(practice.app, practice.org, north.team_id, same);
    const Answer answer = { .exercise_id = practice.one, .choices = "[1]" };
    assert_int_equal(refusal_of(practice.app, practice.who, answer), WHET_ERROR_NOT_FOUND);
    answer_quietly(practice.app, &north.who, answer);
}

static void place_in_a_session_must_be_ones_own_and_right(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    must_write(practice.app, add_session, &practice);
    Learner ben = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    Answer answer = { .exercise_id = practice.one, .session_id = 77, .choices = "[1]" };
    assert_int_equal(refusal_of(practice.app, &ben.who, answer), WHET_ERROR_NOT_FOUND);
    answer.position = 1;
    assert_int_equal(refusal_of(practice.app, practice.who, answer), WHET_ERROR_NOT_FOUND);
    answer = (Answer){ .exercise_id = practice.several, .session_id = 77, .choices = "[0, 1]" };
    assert_int_equal(refusal_of(practice.app, practice.who, answer), WHET_ERROR_NOT_FOUND);
    answer = (Answer){ .exercise_id = practice.one, .session_id = 78, .choices = "[1]" };
    assert_int_equal(refusal_of(practice.app, practice.who, answer), WHET_ERROR_NOT_FOUND);
    assert_int_equal(number_of(practice.app, rows_of_all), 0);
}

static void answer_in_a_session_is_judged_by_the_wording_that_was_shown(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    must_write(practice.app, add_session, &practice);
    static const char turned[] =
        FRONT("price", "money", "") "## choose: one\nWhich?\n\n- [x] That.\n  > Yes.\n- [ ] This.\n  > No.\n";
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "price.md", turned });
    g_autoptr(Attempt) shown = must_answer(practice.app, practice.who,
                                           (Answer){ .exercise_id = practice.one, .session_id = 77, .choices = "[1]" });
    assert_int_equal(shown->version, 1);
    assert_true(shown->score == 1);
    g_autoptr(Attempt) now =
        must_answer(practice.app, practice.who, (Answer){ .exercise_id = practice.one, .choices = "[1]" });
    assert_int_equal(now->version, 2);
    assert_true(now->score == 0);

    static const char gone[] = FRONT("price", "money", "") CHOOSE("other");
    IMPORT(practice.app, practice.org, { "pack.md", PACK_FRONT }, { "price.md", gone });
    answer_quietly(practice.app, practice.who,
                   (Answer){ .exercise_id = practice.one, .session_id = 77, .choices = "[1]" });
    assert_int_equal(refusal_of(practice.app, practice.who, (Answer){ .exercise_id = practice.one, .choices = "[1]" }),
                     WHET_ERROR_NOT_FOUND);
}

/* --- reading back */

typedef struct {
    const HttpIdentity *who;
    gint64 concept_id, before;
    int limit;
    GPtrArray *attempts;
} Page;

static gboolean read_page(DbTx *tx, gpointer data, GError **error)
{
    Page *page = data;
    page->attempts = practice_db_attempts(tx, page->who, page->concept_id, page->before, page->limit, error);
    return page->attempts != NULL;
}

static void attempts_are_read_back_as_they_were_kept(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    g_autoptr(Attempt) graded = must_answer(practice.app, practice.who,
                                            (Answer){ .exercise_id = practice.one, .choices = "[1]", .seconds = 7.5 });
    g_autoptr(Attempt) open = must_answer(
        practice.app, practice.who, (Answer){ .exercise_id = practice.reflect, .text = "\xC3\x84 \xF0\x9F\x98\x80" });
    Page page = { .who = practice.who, .limit = 5 };
    must_read(practice.app, read_page, &page);
    assert_int_equal(page.attempts->len, 2);
    const Attempt *newest = page.attempts->pdata[0], *oldest = page.attempts->pdata[1];
    assert_string_equal(newest->answer, open->answer);
    assert_true(newest->score < 0 && newest->predicted < 0);
    assert_int_equal(newest->review + newest->session_id, 0);
    assert_int_equal(newest->due_at, graded->due_at);
    assert_int_equal(newest->position, -1);
    assert_int_equal(oldest->id, graded->id);
    assert_string_equal(oldest->key, graded->key);
    assert_true(oldest->seconds == 7.5 && oldest->score == graded->score && oldest->predicted == graded->predicted);
    assert_int_equal(oldest->rating, graded->rating);
    g_ptr_array_unref(page.attempts);

    page = (Page){ .who = practice.who, .limit = 5, .before = open->id, .concept_id = practice.concept };
    must_read(practice.app, read_page, &page);
    assert_int_equal(page.attempts->len, 1);
    g_ptr_array_unref(page.attempts);
    Learner other = learner_of(practice.app, "Acme", NULL, "ben@acme.test");
    page = (Page){ .who = &other.who, .limit = 5 };
    must_read(practice.app, read_page, &page);
    assert_int_equal(page.attempts->len, 0);
    g_ptr_array_unref(page.attempts);
}

/* What two people's answers, each of which has read the exercise as it was before both, make of its difficulty. */
static gboolean move_down(DbTx *tx, gpointer data, GError **error)
{
    const Practice *practice = data;
    const ExerciseEvidence evidence = {
        .exercise_id = practice->one,
        .from = { 0.5, 0.4 },
        .to = { 0.25, 0.3 },
        .score = 0.75,
        .predicted = 0.5,
        .seconds = 8,
        .returned = TRUE,
    };
    return practice_db_add_evidence(tx, practice->org, &evidence, error);
}

static void answers_of_two_people_at_once_both_count_for_the_difficulty(void **state)
{
    Practice practice;
    practice_open(&practice, state);
    for (int person = 0; person < 2; person++) {
        g_autoptr(GError) error = NULL;
        if (!db_write(practice.app->db, move_down, &practice, &error))
            no_error(error);
    }
    assert_true(near(real_of(practice.app, "SELECT mean FROM exercise_difficulty"), 0.0));
    assert_true(near(real_of(practice.app, "SELECT variance FROM exercise_difficulty"), 0.3 * 0.3 / 0.4));
    assert_int_equal(number_of(practice.app, "SELECT attempts + 10 * returns + 100 * passes FROM exercise_difficulty"),
                     222);
    assert_true(real_of(practice.app, "SELECT score_sum FROM exercise_difficulty") == 1.5);
    assert_true(real_of(practice.app, "SELECT score_squares FROM exercise_difficulty") == 1.125);
    assert_true(real_of(practice.app, "SELECT predicted_sum FROM exercise_difficulty") == 1);
    assert_true(real_of(practice.app, "SELECT predicted_squares FROM exercise_difficulty") == 0.5);
    assert_true(real_of(practice.app, "SELECT score_predicted FROM exercise_difficulty") == 0.75);
    assert_true(real_of(practice.app, "SELECT seconds_sum FROM exercise_difficulty") == 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(answer_leaves_attempt_memory_ability_difficulty_and_event),
        ON_BOTH(next_answer_goes_on_from_the_last),
        ON_BOTH(sure_and_wrong_is_remembered_as_such),
        ON_BOTH(same_key_gives_the_same_attempt_and_changes_nothing),
        ON_BOTH(same_key_for_another_answer_is_a_conflict),
        ON_BOTH(key_belongs_to_a_person),
        ON_BOTH(kept_answer_is_given_back_when_its_exercise_has_changed_or_gone),
        ON_BOTH(second_try_is_kept_and_does_not_touch_memory),
        ON_BOTH(reflection_is_kept_ungraded_and_leaves_no_memory),
        ON_BOTH(refused_answer_leaves_nothing),
        ON_BOTH(time_of_an_answer_is_kept_within_the_last_thirty_days),
        ON_BOTH(day_begins_at_four_in_the_persons_own_zone),
        ON_BOTH(exercise_of_another_organisation_is_not_there),
        ON_BOTH(exercise_for_another_team_is_not_there),
        ON_BOTH(place_in_a_session_must_be_ones_own_and_right),
        ON_BOTH(answer_in_a_session_is_judged_by_the_wording_that_was_shown),
        ON_BOTH(attempts_are_read_back_as_they_were_kept),
        ON_BOTH(answers_of_two_people_at_once_both_count_for_the_difficulty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
