/* Challenge train: learners are laid into lanes one after the other, cut into windows, and each window is a step of
 * Adam. */
#include "engine/challenge/challenge_train.h"
#include "engine/maths/matrix.h"
#include "engine/simulate/chance.h"

#include <math.h>
#include <string.h>

/* Attempts in a step, so that an epoch has about STEPS_EPOCH of them, and how they are laid out. */
enum { STEPS_EPOCH = 160, CELLS_FEWEST = 256, CELLS_MOST = 4096, LANES_FEWEST = 8, LANES_MOST = 32 };
/* Epochs, so that about WORK attempts are looked at; after PATIENCE without a better one it ends. */
enum { WORK = 5 * 1000 * 1000, EPOCHS_FEWEST = 2, EPOCHS_MOST = 8, PATIENCE = 3 };

/* Adam's step at the beginning, for CELLS_MOST attempts a step, by the square root for fewer; falls to RATE_LEAST of it
 * along half a cosine. */
#define RATE 1e-3f
#define RATE_LEAST 0.02f
#define MEAN_KEPT 0.9f
#define SQUARE_KEPT 0.999f
#define DIVISOR_LEAST 1e-8f
#define GRADIENT_MOST 1.0 /* its length, of the weights that all attempts use */
#define DECAY 1e-5f
#define TABLE_DECAY 2e-4f
#define DROPOUT 0.2

/* More lanes than learners would stand idle. */
static NetworkWindow *window_of(guint cells, guint learners)
{
    const guint lanes = MIN(CLAMP(cells / 128, LANES_FEWEST, LANES_MOST), MAX(learners, 1));
    return network_window_new(lanes, cells / lanes);
}

/* Where each lane of a window is. */
typedef struct {
    const ChallengeLearners *learners;
    const guint *order; /* of learners, may be NULL: as they stand */
    gboolean train_only;
    guint next, lanes;
    struct {
        guint *attempts, at, n;
    } * lane;
} Feed;

static Feed feed_new(const ChallengeLearners *learners, const guint *order, gboolean train_only, guint lanes)
{
    return (Feed){ .learners = learners,
                   .order = order,
                   .train_only = train_only,
                   .lanes = lanes,
                   .lane = g_malloc0_n(lanes, sizeof *((Feed *)NULL)->lane) };
}

static void feed_clear(Feed *feed)
{
    for (guint i = 0; i < feed->lanes; i++)
        g_free(feed->lane[i].attempts);
    g_free(feed->lane);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Feed, feed_clear)

static void next_learner(Feed *feed, guint lane)
{
    const AttemptLog *log = feed->learners->log;
    while (feed->lane[lane].at == feed->lane[lane].n && feed->next < feed->learners->n) {
        const guint place = feed->order ? feed->order[feed->next] : feed->next;
        const guint learner = feed->learners->learners[place];
        feed->next++;
        g_free(feed->lane[lane].attempts);
        feed->lane[lane].attempts = g_new(guint, log->first[learner + 1] - log->first[learner]);
        feed->lane[lane].at = 0;
        feed->lane[lane].n = challenge_features_sequence(log, learner, feed->train_only, feed->lane[lane].attempts);
    }
}

/* Fills a window. Returns how many attempts it has; 0 at the end. */
static guint feed_window(Feed *feed, NetworkWindow *window)
{
    guint live = 0;
    for (guint lane = 0; lane < window->lanes; lane++)
        for (guint step = 0; step < window->steps; step++) {
            const guint cell = step * window->lanes + lane;
            next_learner(feed, lane);
            const gboolean is_live = feed->lane[lane].at < feed->lane[lane].n;
            window->begins[cell] = is_live && feed->lane[lane].at == 0;
            window->attempts[cell] = is_live ? (gint64)feed->lane[lane].attempts[feed->lane[lane].at++] : -1;
            live += is_live;
        }
    return live;
}

/* Adam. */

typedef struct {
    float rate, mean_share, square_share; /* the latter two correct what begins at 0 */
} Step;

static Step step_of(guint number, float rate)
{
    return (Step){ rate, 1 - powf(MEAN_KEPT, (float)number), 1 - powf(SQUARE_KEPT, (float)number) };
}

static void adapt(float *values, float *gradient, float *mean, float *square, guint n, float scale, float decay,
                  const Step *step)
{
    for (guint i = 0; i < n; i++) {
        const float slope = gradient[i] * scale + decay * values[i];
        mean[i] = MEAN_KEPT * mean[i] + (1 - MEAN_KEPT) * slope;
        square[i] = SQUARE_KEPT * square[i] + (1 - SQUARE_KEPT) * slope * slope;
        values[i] -=
            step->rate * (mean[i] / step->mean_share) / (sqrtf(square[i] / step->square_share) + DIVISOR_LEAST);
        gradient[i] = 0;
    }
}

static void adapt_table(NetworkTable *table, float scale, const Step *step)
{
    for (guint row = 0; row < table->rows; row++) {
        if (!table->touched[row])
            continue;
        const gsize at = (gsize)row * table->width;
        table->touched[row] = 0;
        adapt(table->values + at, table->gradient + at, table->mean + at, table->square + at, table->width, scale,
              TABLE_DECAY, step);
    }
}

static void adapt_network(ChallengeNetwork *network, guint live, const Step *step)
{
    const float scale = 1 / (float)live;
    double squares = 0;
    for (guint i = 0; i < network->n_weights; i++)
        squares += (double)network->gradient[i] * network->gradient[i];
    const double length = sqrt(squares) * scale;
    const float shortened = scale * (float)(length > GRADIENT_MOST ? GRADIENT_MOST / length : 1);
    adapt(network->weights, network->gradient, network->mean, network->square, network->n_weights, shortened, DECAY,
          step);
    for (guint i = 0; i < NETWORK_TABLES; i++)
        adapt_table(&network->tables[i], scale, step);
}

/* The best so far. */

typedef struct {
    float *weights, *tables[NETWORK_TABLES];
    double loss;
} Best;

static void copy_floats(float *to, const float *from, gsize n)
{
    memcpy(to, from, n * sizeof *to);
}

static gsize table_size(const NetworkTable *table)
{
    return (gsize)table->rows * table->width;
}

static void best_keep(Best *best, const ChallengeNetwork *network, double loss)
{
    best->loss = loss;
    if (!best->weights) {
        best->weights = matrix_new(network->n_weights);
        for (guint i = 0; i < NETWORK_TABLES; i++)
            best->tables[i] = matrix_new(table_size(&network->tables[i]));
    }
    copy_floats(best->weights, network->weights, network->n_weights);
    for (guint i = 0; i < NETWORK_TABLES; i++)
        copy_floats(best->tables[i], network->tables[i].values, table_size(&network->tables[i]));
}

static void best_take(Best *best, ChallengeNetwork *network)
{
    if (!best->weights)
        return;
    copy_floats(network->weights, best->weights, network->n_weights);
    matrix_free(best->weights);
    for (guint i = 0; i < NETWORK_TABLES; i++) {
        copy_floats(network->tables[i].values, best->tables[i], table_size(&network->tables[i]));
        matrix_free(best->tables[i]);
    }
}

/* Training. */

typedef struct {
    const ChallengeLearners *learn;
    ChallengeNetwork *network;
    NetworkWindow *window;
    guint *order;
    guint epochs, steps;
    float rate;
    guint64 key;
} Training;

static void shuffle(guint *order, guint n, guint64 key)
{
    Chance chance = chance_begin(key);
    for (guint i = n; i > 1; i--) {
        const guint j = (guint)(chance_uniform(&chance) * i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

static void train_epoch(Training *training, guint epoch)
{
    const float turn = (1 + cosf((float)G_PI * (float)epoch / (float)training->epochs)) / 2;
    const float rate = training->rate * (RATE_LEAST + (1 - RATE_LEAST) * turn);
    shuffle(training->order, training->learn->n, chance_key(training->key, epoch));
    g_auto(Feed) feed = feed_new(training->learn, training->order, TRUE, training->window->lanes);
    guint live;
    while ((live = feed_window(&feed, training->window))) {
        const Step step = step_of(++training->steps, rate);
        training->window->key = chance_key(training->key, training->steps);
        challenge_network_forward(training->network, training->learn->log, training->learn->features, training->window);
        challenge_network_backward(training->network, training->learn->log, training->window);
        adapt_network(training->network, live, &step);
    }
}

static GArray *train_attempts(const ChallengeLearners *learners)
{
    GArray *attempts = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < learners->n; i++)
        for (guint j = learners->log->first[learners->learners[i]]; j < learners->log->first[learners->learners[i] + 1];
             j++)
            if (!learners->log->attempts[j].is_test)
                g_array_append_val(attempts, j);
    return attempts;
}

ChallengeNetwork *challenge_train(const ChallengeLearners *learn, const ChallengeLearners *watch,
                                  const ChallengeLogistic *logistic, guint64 key, ChallengeTick tick, gpointer data)
{
    g_autoptr(GArray) attempts = train_attempts(learn);
    const ChallengeRows use = { learn->log, learn->features, (const guint *)(gpointer)attempts->data, attempts->len };
    const guint cells = CLAMP(use.n / STEPS_EPOCH, CELLS_FEWEST, CELLS_MOST);
    g_autoptr(NetworkWindow) window = window_of(cells, learn->n);
    g_autofree guint *order = g_new(guint, MAX(learn->n, 1));
    g_autofree float *unused = g_new0(float, MAX(learn->log->n, 1));
    for (guint i = 0; i < learn->n; i++)
        order[i] = i;
    Training training = {
        .learn = learn,
        .network = challenge_network_new(&use, logistic, key),
        .window = window,
        .order = order,
        .epochs = CLAMP(WORK / MAX(use.n, 1), EPOCHS_FEWEST, EPOCHS_MOST),
        .rate = RATE * sqrtf((float)cells / CELLS_MOST),
        .key = key,
    };
    window->dropout = DROPOUT;
    Best best = { .loss = INFINITY };
    guint worse = 0;
    for (guint epoch = 0; epoch < training.epochs && worse < PATIENCE; epoch++) {
        train_epoch(&training, epoch);
        const double loss = challenge_network_predict(training.network, watch, TRUE, 0, unused);
        worse = loss < best.loss ? 0 : worse + 1;
        if (worse == 0)
            best_keep(&best, training.network, loss);
        if (tick)
            tick((epoch + 1.0) / training.epochs, data);
    }
    best_take(&best, training.network);
    return training.network;
}

static guint attempts_of(const ChallengeLearners *learners)
{
    guint n = 0;
    for (guint i = 0; i < learners->n; i++)
        n += learners->log->first[learners->learners[i] + 1] - learners->log->first[learners->learners[i]];
    return n;
}

double challenge_network_predict(const ChallengeNetwork *network, const ChallengeLearners *learners,
                                 gboolean train_only, double share, float *logits)
{
    g_autoptr(NetworkWindow) window = window_of(CLAMP(attempts_of(learners), CELLS_FEWEST, CELLS_MOST), learners->n);
    g_auto(Feed) feed = feed_new(learners, NULL, train_only, window->lanes);
    double loss = 0, n = 0;
    guint live;
    while ((live = feed_window(&feed, window))) {
        loss += challenge_network_forward(network, learners->log, learners->features, window);
        n += live;
        for (guint cell = 0; cell < window->lanes * window->steps; cell++)
            if (window->attempts[cell] >= 0)
                logits[window->attempts[cell]] += (float)share * window->logits[cell];
    }
    return loss / n;
}
