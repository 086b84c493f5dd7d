/* Challenge trace: histories of a learner with items, skills and everything, one record each, and what follows from
 * them. A record is the learner's when it bears the learner's number, so that nobody has to be wiped out of a million
 * records. */
#include "engine/challenge/challenge_trace.h"

#include "engine/maths/odds.h"

enum { FADES = 3, PERSON_FADES = 4 };
/* What is left of an outcome after one more attempt. */
static const float fades[FADES] = { 0.6f, 0.9f, 0.98f }, person_fades[PERSON_FADES] = { 0.8f, 0.95f, 0.99f, 0.998f };

/* Of a learner with an item, a skill, or everything. */
typedef struct {
    guint32 learner;
    guint32 tries, last; /* `last`: the learner's attempts before the latest one of these */
    gint16 run;          /* successes (+) or failures (-) in a row */
    guint8 outcomes;     /* the last three, latest in the lowest bit */
    float wins;
    float surprise[FADES]; /* faded sums of score - expected */
    float ability, variance;
    double time;
} History;

struct ChallengeTrace {
    History *items, *skills;
    guint32 learner, position;
    History whole;
    float surprise[PERSON_FADES], weight[PERSON_FADES];
    float moment, moment_variance; /* ability overall that moves fast */
    guint32 item, other, run;      /* the item before, the last other one, how often the former was repeated */
    gboolean has_other;
    float scores[3]; /* the last three, latest first */
    guint32 skills_hash;
};

/* Variances in logits squared: of an ability that nothing is known of, and what each attempt adds to it since people
 * change. */
#define ITEM_VARIANCE 0.5f
#define ITEM_DRIFT 0.01f
#define SKILL_VARIANCE 0.5f
#define SKILL_DRIFT 0.004f
#define WHOLE_VARIANCE 1.0f
#define WHOLE_DRIFT 0.002f
#define MOMENT_VARIANCE 0.5f
#define MOMENT_DRIFT 0.03f
/* An attempt's surprise is shared out between the three abilities. */
#define SHARE_WHOLE 0.7f
#define SHARE_PART 0.5f

#define WIN 0.5f /* a score from here on */
#define RECENT_ATTEMPTS 50.0f

/* Of an attempt without skills. */
static const History no_skill = { .variance = SKILL_VARIANCE };

const guint challenge_trace_plain = 0;

ChallengeTrace *challenge_trace_new(guint n_items, guint n_skills)
{
    ChallengeTrace *trace = g_new0(ChallengeTrace, 1);
    trace->items = g_new0(History, MAX(n_items, 1));
    trace->skills = g_new0(History, MAX(n_skills, 1));
    challenge_trace_begin(trace);
    return trace;
}

void challenge_trace_free(ChallengeTrace *trace)
{
    if (!trace)
        return;
    g_free(trace->items);
    g_free(trace->skills);
    g_free(trace);
}

void challenge_trace_begin(ChallengeTrace *trace)
{
    *trace = (ChallengeTrace){
        .items = trace->items,
        .skills = trace->skills,
        .learner = trace->learner + 1,
        .whole.variance = WHOLE_VARIANCE,
        .moment_variance = MOMENT_VARIANCE,
    };
}

static History *history_of(ChallengeTrace *trace, History *history, float variance)
{
    if (history->learner != trace->learner)
        *history = (History){ .learner = trace->learner, .variance = variance };
    return history;
}

static History *item_of(ChallengeTrace *trace, const Attempt *attempt)
{
    return history_of(trace, &trace->items[attempt->item], ITEM_VARIANCE);
}

static History *skill_of(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt, guint i)
{
    return history_of(trace, &trace->skills[log->skills[attempt->first_skill + i]], SKILL_VARIANCE);
}

/* Contexts. */

static guint64 mixed(guint64 key, guint64 value)
{
    key = (key ^ value) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static guint64 key_of(ChallengeContext context, guint64 a, guint64 b, guint64 c)
{
    return mixed(mixed(mixed(mixed(0, context + 1), a + 1), b + 1), c + 1);
}

static guint64 skills_key(const AttemptLog *log, const Attempt *attempt)
{
    guint64 key = attempt->n_skills;
    for (guint i = 0; i < attempt->n_skills; i++)
        key = mixed(key, log->skills[attempt->first_skill + i]);
    return key;
}

/* Which power of two: 0, 1, 2, 4, 8, ... */
static guint doublings(guint value)
{
    return value ? g_bit_storage(value) : 0;
}

enum { NEVER = 63 };

static guint gap_step(const ChallengeTrace *trace, const History *history)
{
    return history->tries ? doublings(trace->position - history->last) : NEVER;
}

static guint last_outcome(const History *history)
{
    return history->tries ? 1 + (history->outcomes & 1) : 0;
}

/* The last three and how many of them there were. */
static guint last_outcomes(const History *history)
{
    return MIN(history->tries, 3) * 8 + history->outcomes;
}

static gboolean is_again(const ChallengeTrace *trace, const Attempt *attempt)
{
    return trace->position > 0 && trace->item == attempt->item;
}

void challenge_trace_contexts(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt,
                              guint64 keys[CONTEXTS])
{
    const guint64 item = attempt->item, skills = skills_key(log, attempt);
    const History *history = item_of(trace, attempt);
    const History *skill = attempt->n_skills ? skill_of(trace, log, attempt, 0) : &no_skill;
    const gboolean again = is_again(trace, attempt);
    const guint run = again ? MIN(trace->run + 1, 7) : 0;
    const guint64 before = trace->position ? (guint64)trace->item * 2 + (trace->scores[0] >= WIN) : G_MAXUINT32;
    const guint32 other = again ? trace->other : trace->item;
    const gboolean has_other = again ? trace->has_other : trace->position > 0;

    keys[CONTEXT_EVERYTHING] = key_of(CONTEXT_EVERYTHING, 0, 0, 0);
    keys[CONTEXT_SKILL] = key_of(CONTEXT_SKILL, skills, 0, 0);
    keys[CONTEXT_ITEM] = key_of(CONTEXT_ITEM, item, 0, 0);
    keys[CONTEXT_ITEM_AGAIN] = key_of(CONTEXT_ITEM_AGAIN, item, again, 0);
    keys[CONTEXT_RUN] = key_of(CONTEXT_RUN, item, run, last_outcome(history));
    keys[CONTEXT_TRIES] = key_of(CONTEXT_TRIES, item, MIN(history->tries, 5), last_outcome(history) * 2 + again);
    keys[CONTEXT_HISTORY] = key_of(CONTEXT_HISTORY, item, last_outcomes(history), 0);
    keys[CONTEXT_GAP] = key_of(CONTEXT_GAP, item, gap_step(trace, history), last_outcome(history));
    keys[CONTEXT_AFTER] = key_of(CONTEXT_AFTER, item, before, 0);
    keys[CONTEXT_SEQUENCE] = key_of(CONTEXT_SEQUENCE, item, has_other ? other : G_MAXUINT32, 0);
    keys[CONTEXT_PRACTICE] = key_of(CONTEXT_PRACTICE, skills, MIN(skill->tries, 8), last_outcome(skill));
    keys[CONTEXT_MEMORY] =
        key_of(CONTEXT_MEMORY, last_outcomes(history), gap_step(trace, history), MIN(doublings(history->tries), 5));
}

/* Features. */

typedef struct {
    float *to;
    guint n;
} Writer;

static void put(Writer *writer, double value)
{
    writer->to[writer->n++] = (float)value;
}

static double log_more(double count)
{
    return log1p(MAX(count, 0));
}

static float signed_score(float score)
{
    return score >= WIN ? 1 : -1;
}

static void put_rates(Writer *writer, const ChallengeRate rates[CONTEXTS])
{
    const double skill = odds_logit(rates[CONTEXT_SKILL].p), item = odds_logit(rates[CONTEXT_ITEM].p),
                 again = odds_logit(rates[CONTEXT_ITEM_AGAIN].p);
    put(writer, skill);
    put(writer, item);
    put(writer, again);
    for (guint i = CONTEXT_RUN; i <= CONTEXT_SEQUENCE; i++)
        put(writer, odds_logit(rates[i].p) - again);
    put(writer, odds_logit(rates[CONTEXT_PRACTICE].p) - skill);
    put(writer, odds_logit(rates[CONTEXT_MEMORY].p));
    put(writer, log_more(rates[CONTEXT_AFTER].n));
    put(writer, log_more(rates[CONTEXT_ITEM].n));
}

/* How long in a row it goes well or badly. */
static void put_run(Writer *writer, double run)
{
    put(writer, log_more(run));
    put(writer, log_more(-run));
}

/* Means of what is kept of several histories: an attempt may be about several skills. */
typedef struct {
    double wins, losses, latest, before, gap, time, run, surprise[FADES], ability, variance, is_new;
} Summary;

static double faded_weight(float fade, guint32 tries)
{
    return (1 - pow(fade, tries)) / (1 - fade);
}

static void summary_add(Summary *summary, const ChallengeTrace *trace, const History *history, double now,
                        double gap_unit, double prior, double share)
{
    summary->wins += share * history->wins;
    summary->losses += share * ((double)history->tries - history->wins);
    summary->ability += share * history->ability;
    summary->variance += share * history->variance;
    if (history->tries == 0) {
        summary->is_new += share;
        return;
    }
    summary->latest += share * ((history->outcomes & 1) ? 1 : -1);
    summary->before += history->tries > 1 ? share * ((history->outcomes & 2) ? 1 : -1) : 0;
    summary->gap += share * log_more((double)trace->position - history->last);
    summary->time += share * log_more((now - history->time) / gap_unit);
    summary->run += share * history->run;
    for (guint i = 0; i < FADES; i++)
        summary->surprise[i] += share * history->surprise[i] / (faded_weight(fades[i], history->tries) + prior);
}

static void put_summary(Writer *writer, const Summary *summary)
{
    put(writer, log_more(summary->wins));
    put(writer, log_more(summary->losses));
    put(writer, summary->latest);
    put(writer, summary->before);
    put(writer, summary->gap);
    put(writer, summary->time);
    put(writer, summary->is_new);
    put_run(writer, summary->run);
    for (guint i = 0; i < FADES; i++)
        put(writer, summary->surprise[i]);
    put(writer, summary->ability);
    put(writer, summary->variance);
}

/* Attempts that the prior of a faded mean counts for. */
#define ITEM_PRIOR 0.5
#define SKILL_PRIOR 1.0
#define PERSON_PRIOR 2.0

static Summary item_summary(ChallengeTrace *trace, const Attempt *attempt, double gap_unit)
{
    Summary summary = { 0 };
    summary_add(&summary, trace, item_of(trace, attempt), attempt->time, gap_unit, ITEM_PRIOR, 1);
    return summary;
}

static Summary skill_summary(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt, double gap_unit)
{
    Summary summary = { 0 };
    for (guint i = 0; i < attempt->n_skills; i++)
        summary_add(&summary, trace, skill_of(trace, log, attempt, i), attempt->time, gap_unit, SKILL_PRIOR,
                    1.0 / attempt->n_skills);
    if (attempt->n_skills == 0)
        summary_add(&summary, trace, &no_skill, attempt->time, gap_unit, SKILL_PRIOR, 1);
    return summary;
}

static void put_person(Writer *writer, const ChallengeTrace *trace, const Attempt *attempt, double gap_unit)
{
    const History *whole = &trace->whole;
    put(writer, whole->ability);
    put(writer, whole->variance);
    put(writer, trace->moment);
    for (guint i = 0; i < PERSON_FADES; i++)
        put(writer, trace->surprise[i] / (trace->weight[i] + PERSON_PRIOR));
    put(writer, log_more(trace->position));
    put_run(writer, whole->run);
    put(writer, trace->position ? log_more((attempt->time - whole->time) / gap_unit) : 0);
}

/* What just happened. */
static void put_moment(Writer *writer, ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt)
{
    const gboolean again = is_again(trace, attempt);
    const History *item = item_of(trace, attempt);
    const float latest = trace->position ? signed_score(trace->scores[0]) : 0;
    put(writer, again);
    put(writer, log_more(again ? trace->run + 1 : 0));
    put(writer, again && latest > 0);
    put(writer, again && latest < 0);
    put(writer, latest);
    put(writer, trace->position > 1 ? signed_score(trace->scores[1]) : 0);
    put(writer, trace->position > 2 ? signed_score(trace->scores[2]) : 0);
    put(writer, trace->position > 0 && trace->skills_hash == (guint32)skills_key(log, attempt));
    put(writer, item->tries ? ((item->outcomes & 1) ? 1 : -1) *
                                  expf(-((float)trace->position - (float)item->last) / RECENT_ATTEMPTS)
                            : 0);
}

void challenge_trace_features(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt,
                              const ChallengeRate rates[CONTEXTS], double gap_unit,
                              float features[CHALLENGE_TRACE_FEATURES])
{
    Writer writer = { .to = features };
    const Summary item = item_summary(trace, attempt, gap_unit), skill = skill_summary(trace, log, attempt, gap_unit);
    const double rate = odds_logit(rates[CONTEXT_RUN].p);
    const double plain = rate + trace->whole.ability + skill.ability + item.ability;
    put(&writer, plain);
    put(&writer, odds_sigmoid(plain));
    put(&writer, rate + trace->moment);
    put_rates(&writer, rates);
    put_moment(&writer, trace, log, attempt);
    put_summary(&writer, &item);
    put_summary(&writer, &skill);
    put_person(&writer, trace, attempt, gap_unit);
    g_assert(writer.n == CHALLENGE_TRACE_FEATURES);
}

/* Learning. */

/* One step of a Kalman filter on a logit (as in engine/challenge/challenge.c). */
static void learn(float *ability, float *variance, float drift, float slope, float surprise, float share)
{
    *variance = 1 / (1 / (*variance + drift) + slope);
    *ability += *variance * surprise * share;
}

static void history_add(History *history, const ChallengeTrace *trace, const Attempt *attempt, float surprise)
{
    const gboolean win = attempt->score >= WIN;
    history->tries++;
    history->wins += attempt->score;
    history->last = trace->position;
    history->time = attempt->time;
    history->outcomes = (guint8)((history->outcomes << 1 | win) & 7);
    history->run = (gint16)(win ? CLAMP(history->run + 1, 1, G_MAXINT16) : CLAMP(history->run - 1, G_MININT16, -1));
    for (guint i = 0; i < FADES; i++)
        history->surprise[i] = history->surprise[i] * fades[i] + surprise;
}

static void person_add(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt, float surprise)
{
    const gboolean again = is_again(trace, attempt);
    for (guint i = 0; i < PERSON_FADES; i++) {
        trace->surprise[i] = trace->surprise[i] * person_fades[i] + surprise;
        trace->weight[i] = trace->weight[i] * person_fades[i] + 1;
    }
    trace->run = again ? trace->run + 1 : 0;
    if (!again && trace->position > 0) {
        trace->other = trace->item;
        trace->has_other = TRUE;
    }
    trace->item = attempt->item;
    trace->skills_hash = (guint32)skills_key(log, attempt);
    trace->scores[2] = trace->scores[1];
    trace->scores[1] = trace->scores[0];
    trace->scores[0] = attempt->score;
}

void challenge_trace_add(ChallengeTrace *trace, const AttemptLog *log, const Attempt *attempt, double expected)
{
    History *item = item_of(trace, attempt);
    float ability = trace->whole.ability + item->ability;
    for (guint i = 0; i < attempt->n_skills; i++)
        ability += skill_of(trace, log, attempt, i)->ability / (float)attempt->n_skills;

    const float p = (float)odds_sigmoid(expected + ability), slope = p * (1 - p), surprise = attempt->score - p;
    const float beyond = attempt->score - (float)odds_sigmoid(expected);
    learn(&trace->whole.ability, &trace->whole.variance, WHOLE_DRIFT, slope, surprise, SHARE_WHOLE);
    learn(&item->ability, &item->variance, ITEM_DRIFT, slope, surprise, SHARE_PART);
    history_add(item, trace, attempt, beyond);
    for (guint i = 0; i < attempt->n_skills; i++) {
        History *skill = skill_of(trace, log, attempt, i);
        learn(&skill->ability, &skill->variance, SKILL_DRIFT, slope, surprise, SHARE_PART);
        history_add(skill, trace, attempt, beyond);
    }
    const float moment = (float)odds_sigmoid(expected + trace->moment);
    learn(&trace->moment, &trace->moment_variance, MOMENT_DRIFT, moment * (1 - moment), attempt->score - moment, 1);
    history_add(&trace->whole, trace, attempt, beyond);
    person_add(trace, log, attempt, beyond);
    trace->position++;
}

void challenge_trace_size(gsize *learner, gsize *item, gsize *skill)
{
    *learner = sizeof(ChallengeTrace);
    *item = *skill = sizeof(History);
}
