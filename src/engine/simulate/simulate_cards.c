/* Cards with a day on each: what is due comes back, the rest of the time goes to new ones. */
#include "engine/simulate/simulate_ways.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const SimulatePolicy *policy;
    const SimulateSetting *setting;
    MemoryModel model;
    SimulateCard *cards;  /* by concept */
    guint introduced;     /* concepts, in order */
    GArray *due;          /* Due */
    GArray *seconds_ones; /* SimulateTask: the second exercises of new concepts */
} Cards;

typedef struct {
    guint concept;
    double rank; /* the smallest comes first */
} Due;

/* --- rules */

enum { LEITNER_BOXES = 8 };

void simulate_rule_leitner(SimulateCard *card, const MemoryModel *model, double retention, const SimulateAnswer *answer)
{
    gboolean is_later = !card->is_known || answer->day > card->day;
    if (answer->rating == RATING_AGAIN)
        card->box = 0;
    else if (card->is_known && is_later)
        card->box = MIN(card->box + 1, LEITNER_BOXES - 1);
    card->due = answer->day + (1u << card->box);
}

#define SM2_EASE_FIRST 2.5
#define SM2_EASE_MIN 1.3
#define SM2_INTERVAL_FIRST 1.0
#define SM2_INTERVAL_SECOND 6.0
enum { SM2_GRADE_PASS = 3, SM2_GRADE_MOST = 5 };

static double sm2_interval(const SimulateCard *card)
{
    if (card->repetitions == 1)
        return SM2_INTERVAL_FIRST;
    return card->repetitions == 2 ? SM2_INTERVAL_SECOND : MIN(card->interval * card->ease, MEMORY_INTERVAL_MAX);
}

/* What is repeated on the day that it was failed changes nothing, as SM-2 has it. */
void simulate_rule_sm2(SimulateCard *card, const MemoryModel *model, double retention, const SimulateAnswer *answer)
{
    int grade = (int)answer->rating + 1;
    if (!card->is_known)
        card->ease = SM2_EASE_FIRST;
    if (grade < SM2_GRADE_PASS)
        card->repetitions = 0;
    if (card->is_known && answer->day == card->day) {
        card->interval = grade < SM2_GRADE_PASS ? SM2_INTERVAL_FIRST : card->interval;
        card->due = answer->day + (guint)ceil(card->interval);
        return;
    }
    int missing = SM2_GRADE_MOST - grade;
    card->repetitions += grade >= SM2_GRADE_PASS;
    card->interval = card->repetitions ? sm2_interval(card) : SM2_INTERVAL_FIRST;
    card->ease = MAX(SM2_EASE_MIN, card->ease + 0.1 - missing * (0.08 + missing * 0.02));
    card->due = answer->day + (guint)ceil(card->interval);
}

void simulate_rule_fsrs(SimulateCard *card, const MemoryModel *model, double retention, const SimulateAnswer *answer)
{
    double elapsed = card->is_known ? answer->day - card->day : 0;
    card->memory = memory_next(model, card->memory, elapsed, answer->rating);
    card->due = answer->day + (guint)MAX(1, round(memory_interval(model, card->memory, retention)));
}

/* --- the box of cards */

static gpointer cards_create(const SimulatePolicy *policy, const SimulateSetting *setting)
{
    Cards *cards = g_new0(Cards, 1);
    cards->policy = policy;
    cards->setting = setting;
    cards->model = memory_model_default(MEMORY_FSRS6);
    cards->cards = g_new0(SimulateCard, setting->concepts);
    cards->due = g_array_new(FALSE, FALSE, sizeof(Due));
    cards->seconds_ones = g_array_new(FALSE, FALSE, sizeof(SimulateTask));
    return cards;
}

static void cards_destroy(gpointer state)
{
    Cards *cards = state;
    g_array_unref(cards->due);
    g_array_unref(cards->seconds_ones);
    g_free(cards->cards);
    g_free(cards);
}

static void cards_begin(gpointer state, guint64 key)
{
    Cards *cards = state;
    cards->introduced = 0;
    for (guint i = 0; i < cards->setting->concepts; i++)
        cards->cards[i] = (SimulateCard){ .exercise = i % cards->setting->n_exercises };
}

/* In a backlog what is least forgotten comes first: what can still be saved. For FSRS that is recall; for the others
 * the share of the interval by which the card is late. */
static double rank(const Cards *cards, const SimulateCard *card, guint day)
{
    double waited = day - card->day;
    return cards->policy->retention > 0 ? -memory_recall(&cards->model, card->memory, waited)
                                        : waited / (card->due - card->day);
}

static int by_rank(gconstpointer a, gconstpointer b)
{
    const Due *left = a, *right = b;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return left->concept < right->concept ? -1 : left->concept > right->concept;
}

static void collect(Cards *cards, guint day)
{
    g_array_set_size(cards->due, 0);
    for (guint i = 0; i < cards->introduced; i++) {
        const SimulateCard *card = &cards->cards[i];
        if (card->due > day)
            continue;
        Due due = { .concept = i, .rank = rank(cards, card, day) };
        g_array_append_val(cards->due, due);
    }
    g_array_sort(cards->due, by_rank);
}

/* The next exercise in turn that takes no longer; -1 when none does. */
static int next_within(const Cards *cards, guint concept, double seconds, int not_this)
{
    guint n = cards->setting->n_exercises;
    for (guint i = 0; i < n; i++) {
        guint exercise = (cards->cards[concept].exercise + i) % n;
        if ((int)exercise != not_this && cards->setting->exercises[exercise].seconds <= seconds)
            return (int)exercise;
    }
    return -1;
}

static double take(Cards *cards, GArray *tasks, guint concept, guint exercise, gboolean introduces)
{
    SimulateTask task = { .concept = concept, .exercise = exercise, .introduces = introduces };
    g_array_append_val(tasks, task);
    cards->cards[concept].exercise = (exercise + 1) % cards->setting->n_exercises;
    return cards->setting->exercises[exercise].seconds;
}

/* The two exercises of new concepts, every second one after every first. */
static void introduce(Cards *cards, GArray *tasks, double left)
{
    const SimulateSetting *setting = cards->setting;
    guint until = MIN(cards->introduced + setting->new_most, setting->concepts);
    g_array_set_size(cards->seconds_ones, 0);
    for (guint concept = cards->introduced; concept < until; concept ++) {
        int first = next_within(cards, concept, left, -1);
        int second = first < 0 ? -1 : next_within(cards, concept, left - setting->exercises[first].seconds, first);
        if (second < 0)
            break;
        left -= take(cards, tasks, concept, (guint)first, TRUE) + setting->exercises[second].seconds;
        SimulateTask later = { .concept = concept, .exercise = (guint)second };
        g_array_append_val(cards->seconds_ones, later);
        cards->introduced++;
    }
    for (guint i = 0; i < cards->seconds_ones->len; i++) {
        const SimulateTask *second = &g_array_index(cards->seconds_ones, SimulateTask, i);
        take(cards, tasks, second->concept, second->exercise, FALSE);
    }
}

static void cards_session(gpointer state, guint day, GArray *tasks)
{
    Cards *cards = state;
    double left = cards->setting->budget_seconds;
    collect(cards, day);
    for (guint i = 0; i < cards->due->len; i++) {
        guint concept = g_array_index(cards->due, Due, i).concept;
        int exercise = next_within(cards, concept, left, -1);
        if (exercise >= 0)
            left -= take(cards, tasks, concept, (guint)exercise, FALSE);
    }
    introduce(cards, tasks, left);
}

static void cards_learn(gpointer state, const SimulateTask *task, const SimulateAnswer *answer)
{
    Cards *cards = state;
    SimulateCard *card = &cards->cards[task->concept];
    cards->policy->rule(card, &cards->model, cards->policy->retention, answer);
    card->is_known = TRUE;
    card->day = answer->day;
}

const SimulateWay simulate_way_cards = { cards_create, cards_destroy, cards_begin, cards_session, cards_learn };
