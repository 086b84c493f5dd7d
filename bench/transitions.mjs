// Transitions of a memory by a review with ts-fsrs's bare next_state, on the inputs of memory.c. Prints one JSON object.
import { performance } from 'node:perf_hooks';
import { FSRSAlgorithm } from 'ts-fsrs';

const TRANSITIONS = 2_000_000, STATES = 1024, STABILITY_MOST = 1000;
const gaps = [0, 1, 3, 8, 21, 60, 2, 5], ratings = [3, 1, 3, 4, 3, 2, 3];

const algorithm = new FSRSAlgorithm({});
const states = Array(STATES).fill(null);
function go(n) {
  for (let i = 0; i < n; i++) {
    const state = states[i % STATES];
    states[i % STATES] = algorithm.next_state(state && state.stability > STABILITY_MOST ? null : state, gaps[i % gaps.length], ratings[i % ratings.length]);
  }
}
go(TRANSITIONS / 10); // until it is compiled
const begun = performance.now();
go(TRANSITIONS);
console.log(JSON.stringify({ transitions_per_second: Math.round(TRANSITIONS / (performance.now() - begun) * 1000) }));
