/* The memory model, the ratings and the cards of the simulation against the simulator of fsrs-rs 6.6.1 (its
 * src/simulation.rs, test_simulator_memorization): 10,000 cards, half an hour a day for a year at retention 0.9, costs
 * and chances of its SimulatorConfig::default(). It remembers 3370.383 cards on the last day; with another stream of
 * random numbers a run comes within a few per cent, and the mean of some nearer. */
#include "engine/memory/memory.h"
#include "engine/simulate/chance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CARDS = 10000, DAYS = 365, STEPS_MOST = 5, RUNS = 8, LEARNING_STEPS = 2, RELEARNING_STEPS = 1 };
#define SECONDS_A_DAY 1800.0
#define RETENTION 0.9
#define REMEMBERED 3370.383

static const double first_ratings[] = { 0.24, 0.094, 0.495, 0.171 };
static const double recalled_ratings[] = { 0.224, 0.631, 0.145 };

/* Chances of the next rating after Again, Hard and Good within a day, and the seconds that ratings cost. */
typedef struct {
    double next[3][4];
    double seconds[4];
} Steps;
static const Steps learning = {
    { { 0.3686, 0.0628, 0.5108, 0.0577 }, { 0.0442, 0.4553, 0.4457, 0.0549 }, { 0.0519, 0.0470, 0.8462, 0.0550 } },
    { 19.58, 18.79, 13.78, 10.71 }
};
static const Steps relearning = {
    { { 0.2157, 0.0643, 0.6595, 0.0604 }, { 0.0500, 0.4638, 0.4475, 0.0387 }, { 0.1057, 0.1434, 0.7266, 0.0244 } },
    { 16.44, 15.25, 12.32, 8.03 }
};
static const double review_seconds[] = { 19.38, 17.59, 12.38, 8.94 };

typedef struct {
    MemoryState state;
    guint day, due;
} Card;

typedef struct {
    MemoryModel model;
    Chance chance;
    double seconds; /* today */
    Card *cards;
    guint n; /* begun */
} Deck;

/* Its simulator lets Hard weaken a memory within the day; its scheduler, and ours, does not. */
static MemoryState repeated(const MemoryModel *model, MemoryState state, MemoryRating rating)
{
    MemoryState next = memory_next(model, state, 0, rating);
    if (rating == RATING_HARD)
        next.stability = state.stability * exp(model->w[17] * (RATING_HARD - 3 + model->w[18])) *
                         pow(state.stability, -model->w[19]);
    return next;
}

/* Repeats within the day until so many successes stand in a row. */
static void take_steps(Deck *deck, Card *card, MemoryRating rating, const Steps *steps, guint count)
{
    guint needed = rating > RATING_HARD ? count - 1 : count, row = 0;
    for (guint i = 0; i < STEPS_MOST && row < needed && rating < RATING_EASY; i++) {
        rating = (MemoryRating)(1 + chance_pick(&deck->chance, steps->next[rating - 1], 4));
        card->state = repeated(&deck->model, card->state, rating);
        deck->seconds += steps->seconds[rating - 1];
        row = rating > RATING_HARD ? row + 1 : rating == RATING_AGAIN ? 0 : row;
    }
}

static void schedule(Deck *deck, Card *card, guint day)
{
    card->day = day;
    card->due = day + (guint)MAX(1, round(memory_interval(&deck->model, card->state, RETENTION)));
}

static void learn(Deck *deck, guint day)
{
    Card *card = &deck->cards[deck->n++];
    MemoryRating rating = (MemoryRating)(1 + chance_pick(&deck->chance, first_ratings, 4));
    card->state = memory_next(&deck->model, (MemoryState){ 0 }, 0, rating);
    deck->seconds += learning.seconds[rating - 1];
    take_steps(deck, card, rating, &learning, LEARNING_STEPS);
    schedule(deck, card, day);
}

static void review(Deck *deck, Card *card, guint day)
{
    double elapsed = day - card->day;
    gboolean recalled = chance_uniform(&deck->chance) < memory_recall(&deck->model, card->state, elapsed);
    MemoryRating rating = recalled ? (MemoryRating)(2 + chance_pick(&deck->chance, recalled_ratings, 3)) : RATING_AGAIN;
    card->state = memory_next(&deck->model, card->state, elapsed, rating);
    deck->seconds += review_seconds[rating - 1];
    if (!recalled)
        take_steps(deck, card, RATING_AGAIN, &relearning, RELEARNING_STEPS);
    schedule(deck, card, day);
}

static int by_difficulty(gconstpointer a, gconstpointer b)
{
    const Card *left = *(const Card *const *)a, *right = *(const Card *const *)b;
    return left->state.difficulty < right->state.difficulty ? -1 : left->state.difficulty > right->state.difficulty;
}

/* Reviews by ascending difficulty, then new cards, while there is time. */
static void live_day(Deck *deck, guint day)
{
    g_autoptr(GPtrArray) due = g_ptr_array_new();
    deck->seconds = 0;
    for (guint i = 0; i < deck->n; i++)
        if (deck->cards[i].due <= day)
            g_ptr_array_add(due, &deck->cards[i]);
    g_ptr_array_sort(due, by_difficulty);
    for (guint i = 0; i < due->len && deck->seconds <= SECONDS_A_DAY; i++)
        review(deck, g_ptr_array_index(due, i), day);
    while (deck->n < CARDS && deck->seconds <= SECONDS_A_DAY)
        learn(deck, day);
}

static double remembered(guint64 seed)
{
    g_autofree Card *cards = g_new0(Card, CARDS);
    Deck deck = { .model = memory_model_default(MEMORY_FSRS6), .chance = chance_begin(seed), .cards = cards };
    for (guint day = 0; day < DAYS; day++)
        live_day(&deck, day);
    double sum = 0;
    for (guint i = 0; i < deck.n; i++)
        sum += memory_recall(&deck.model, cards[i].state, DAYS - 1 - cards[i].day);
    return sum;
}

static void a_year_of_fsrs_remembers_what_its_reference_simulator_says(void **unused)
{
    double sum = 0;
    for (guint64 run = 0; run < RUNS; run++) {
        double cards = remembered(chance_key(1, run));
        assert_true(fabs(cards / REMEMBERED - 1) < 0.06);
        sum += cards;
    }
    assert_true(fabs(sum / RUNS / REMEMBERED - 1) < 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_of_fsrs_remembers_what_its_reference_simulator_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
