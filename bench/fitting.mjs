// Fits with fsrs-rs (npm's @open-spaced-repetition/binding), and judges parameters by its own metric.
//
// fitting.mjs fit REVIEWS        prints {"milliseconds", "parameters"} of one computeParameters
// fitting.mjs judge REVIEWS P…   prints, for each JSON array of parameters, {"logLoss", "rmseBins"} by `evaluate`
//
// A day begins at 04:00 UTC. `timeout: 1` asks for the result every millisecond; otherwise its wait would be measured.
import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import { computeParameters, FSRSBinding, FSRSBindingItem, FSRSBindingReview } from '@open-spaced-repetition/binding';

const day = (time) => Math.floor((time - 4 * 3600) / 86400);

/** One item for each review a day or more after the one before, with all reviews of the card up to it; in order of time. */
function itemsOf(file) {
  const cards = new Map();
  for (const line of fs.readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [card, time, rating] = line.split(',');
    if (!cards.has(card)) cards.set(card, []);
    cards.get(card).push({ time: Number(time), rating: Number(rating) });
  }
  const items = [];
  for (const reviews of cards.values()) {
    const history = [];
    reviews.sort((a, b) => a.time - b.time).forEach(({ time, rating }, i) => {
      const gap = i > 0 ? day(time) - day(reviews[i - 1].time) : 0;
      history.push([rating, gap]);
      if (gap > 0) items.push({ time, history: history.slice() });
    });
  }
  return items.sort((a, b) => a.time - b.time)
    .map(({ history }) => new FSRSBindingItem(history.map(([rating, gap]) => new FSRSBindingReview(rating, gap))));
}

const [what, file, ...parameters] = process.argv.slice(2);
const items = itemsOf(file);
if (what === 'fit') {
  const begun = performance.now();
  const fitted = await computeParameters(items, { enableShortTerm: true, timeout: 1 });
  console.log(JSON.stringify({ milliseconds: performance.now() - begun, parameters: fitted }));
} else {
  console.log(JSON.stringify(parameters.map((text) => new FSRSBinding(JSON.parse(text)).evaluate(items))));
}
process.exit(0); // its threads would keep it waiting
