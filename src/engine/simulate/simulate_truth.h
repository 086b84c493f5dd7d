/* Simulated memory: what really happens in the head of a simulated learner, which no policy sees. A table of truths, so
 * that a policy is not judged by the model that it assumes:
 *
 * fsrs        FSRS-6 with weights of each learner's own, drawn around the published ones: first stabilities times
 *             e^N(0, 0.6), every other weight N(default, half the spread of fitted weights among people; fsrs-rs
 *             6.6.1, the prior of its optimiser), and for each concept times e^N(0, 0.3).
 * activation  Pavlik and Anderson 2005, Cognitive Science 29: every practice leaves a trace that fades as a power of
 *             time, the slower the less active the concept was: m = ln sum t_j^-d_j, d_j = c e^(m at practice j) + a,
 *             recall = 1 / (1 + e^((threshold - m) / noise)). Days between sessions count as 0.025 of their seconds.
 *             c = 0.217 and a = 0.177 are theirs; a varies by N(0, 0.03). They taught pairs of words in hours; so that
 *             concepts last as long as they do at work, threshold N(-1.5, 0.25) and noise 0.4 are ours: after two
 *             exercises recall is about 0.85 on the next day and 0.45 after a month. Concepts differ by N(0, 0.3).
 *
 * A mind belongs to one thread at a time. */
#pragma once

#include "engine/memory/memory.h"
#include "engine/simulate/chance.h"

typedef struct SimulateMind SimulateMind;

/* The functions below, for one truth. */
typedef struct {
    const char *name;
    const char *about; /* one line */
    gpointer (*create)(guint concepts);
    void (*destroy)(gpointer mind);
    void (*begin)(gpointer mind, guint64 key);
    double (*recall)(gconstpointer mind, guint concept, double days);
    void (*read)(gpointer mind, guint concept, double days);
    void (*practise)(gpointer mind, guint concept, double days, MemoryRating felt);
} SimulateTruth;

extern const SimulateTruth simulate_truths[]; /* ends with one without a name */
enum { SIMULATE_TRUTHS = 2 };

/* The truth of that name; NULL when there is none. */
const SimulateTruth *simulate_truth_named(const char *name);

/* A mind for `concepts` concepts; begin it before use. Free with simulate_mind_free. */
SimulateMind *simulate_mind_new(const SimulateTruth *truth, guint concepts);
void simulate_mind_free(SimulateMind *mind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimulateMind, simulate_mind_free)

/* Makes it somebody else's, who knows nothing yet; `key` says whose. */
void simulate_mind_begin(SimulateMind *mind, guint64 key);

/* Probability of recall, 0..1, `days` after the beginning; 0 for what was never practised. `days` is never before the
 * last practice. */
double simulate_mind_recall(const SimulateMind *mind, guint concept, double days);

/* The concept's text is read, before its first exercise. */
void simulate_mind_read(SimulateMind *mind, guint concept, double days);
/* An exercise and its feedback, with the rating that the memory itself would give: Again when it was gone. */
void simulate_mind_practise(SimulateMind *mind, guint concept, double days, MemoryRating felt);
