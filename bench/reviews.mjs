// A log of simulated reviews: people whose memory follows FSRS-6 with weights of their own, asked when recall has fallen
// to about 0.85, now and then twice a day. The same every time.

const W = [0.4, 1, 3.2, 12, 6.6, 0.7, 2.6, 0.02, 1.7, 0.14, 1, 1.6, 0.08, 0.3, 1.5, 0.5, 2.1, 0.6, 0.12, 0.1, 0.22];
const DAY = 86400, FIRST_DAY = 19000, DAYS = 365, RETENTION = 0.85;
const FIRST_RATINGS = [1, 1, 2, 3, 3, 3, 3, 3, 4];

const decay = -W[20], factor = 0.9 ** (1 / decay) - 1;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const recallAfter = (days, stability) => (1 + factor * days / stability) ** decay;
const firstDifficulty = (rating) => W[4] - Math.exp(W[5] * (rating - 1)) + 1;

function next(memory, days, rating) {
  const { stability: s, difficulty: d } = memory, recall = recallAfter(days, s);
  let stability;
  if (days === 0) {
    const growth = Math.exp(W[17] * (rating - 3 + W[18])) * s ** -W[19];
    stability = s * (rating > 1 ? Math.max(growth, 1) : growth);
  } else if (rating === 1) {
    stability = Math.min(W[11] * d ** -W[12] * ((s + 1) ** W[13] - 1) * Math.exp(W[14] * (1 - recall)), s / Math.exp(W[17] * W[18]));
  } else {
    const bonus = rating === 2 ? W[15] : rating === 4 ? W[16] : 1;
    stability = s * (1 + Math.exp(W[8]) * (11 - d) * s ** -W[9] * Math.expm1(W[10] * (1 - recall)) * bonus);
  }
  const difficulty = W[7] * firstDifficulty(4) + (1 - W[7]) * (d - W[6] * (rating - 3) * (10 - d) / 9);
  return { stability: clamp(stability, 0.001, 36500), difficulty: clamp(difficulty, 1, 10) };
}

/** mulberry32 */
function chances(seed) {
  return () => {
    seed = (seed + 0x6D2B79F5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Cards, each a list of {time: seconds since the epoch, rating}, with `n` reviews together. */
export function simulate(n, seed = 12345) {
  const chance = chances(seed), cards = [];
  for (let count = 0; count < n;) {
    const card = [];
    let day = Math.floor(chance() * 300), memory;
    const add = (rating, later = 0) => {
      card.push({ time: (FIRST_DAY + day) * DAY + 36000 + Math.floor(chance() * 3600) + later, rating });
      count++;
    };
    const first = FIRST_RATINGS[Math.floor(chance() * FIRST_RATINGS.length)];
    memory = { stability: W[first - 1], difficulty: clamp(firstDifficulty(first), 1, 10) };
    add(first);
    while (count < n) {
      const soon = chance() < 0.12;
      const gap = soon ? 0 : Math.max(1, Math.round(memory.stability / factor * (RETENTION ** (1 / decay) - 1) * (0.6 + 0.8 * chance())));
      day += gap;
      if (day >= DAYS) break;
      let rating = 1;
      if (chance() < (soon ? 0.85 : recallAfter(gap, memory.stability)))
        rating = chance() < 0.12 ? 2 : chance() < 0.15 ? 4 : 3;
      add(rating, soon ? 4000 * card.length : 0);
      memory = next(memory, gap, rating);
    }
    cards.push(card.sort((a, b) => a.time - b.time));
  }
  return cards;
}

/** As `whet fit memory` reads it. */
export function csv(cards) {
  return `card,time,rating\n${cards.flatMap((card, i) => card.map(({ time, rating }) => `${i},${time},${rating}\n`)).join('')}`;
}
