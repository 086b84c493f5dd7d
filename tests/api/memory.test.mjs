// The commands that work on a log of reviews: replay, fit memory and eval memory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './support/engine.mjs';
import { whet } from './support/whet.mjs';

const vectors = fileURLToPath(new URL('../vectors/', import.meta.url));
const DAY = 86400, NINE = 9 * 3600; // seconds

let folder, files = 0;
before(async () => (folder = await temporaryFolder()));

async function file(content) {
  const name = path.join(folder, `file-${files++}`);
  await writeFile(name, content);
  return name;
}
const table = (rows, header = ['card', 'time', 'rating']) => file([header, ...rows].map((row) => `${row.join(',')}\n`).join(''));

async function done(words) {
  const result = await whet(words);
  assert.equal(result.status, 0, `${words.join(' ')}: ${result.stderr}`);
  return result;
}
async function replayed(reviews, ...words) {
  const { stdout } = await done(['replay', '--reviews', reviews, ...words]);
  const [header, ...rows] = stdout.trimEnd().split('\n').map((line) => line.split(','));
  return { header, rows };
}
const near = (value, expected, relative) => assert.ok(Math.abs(value - expected) <= Math.max(1e-7, relative * Math.abs(expected)), `${value} is not ${expected}`);

/** People who forget more than most, deterministic. */
function simulated(cards) {
  let seed = 7;
  const chance = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  const rows = [];
  for (let card = 0; card < cards; card++) {
    let time = 20000 + Math.floor(chance() * 100), gap = 1;
    rows.push([`card ${card}`, time * DAY + NINE, chance() < 0.4 ? 1 : 3]);
    for (let i = 0; i < 7; i++) {
      time += Math.round(gap);
      const recalled = chance() < 0.6 + 0.04 * i;
      rows.push([`card ${card}`, time * DAY + NINE, recalled ? 3 : 1]);
      gap = recalled ? gap * 2.2 : 1;
    }
  }
  return rows;
}

describe('whet replay', () => {
  it('gives the states of the reference implementations', async () => {
    const golden = JSON.parse(await readFile(path.join(vectors, 'fsrs6-histories.json'), 'utf8'));
    for (const [name, parameters] of Object.entries(golden.parameters)) {
      const rows = [], expected = [];
      golden.cases.filter((one) => one.params === name).forEach((one, card) => {
        let day = 100;
        one.reviews.forEach(([gap, rating], i) => {
          rows.push([`c${card}`, day += gap, rating]);
          expected.push(one.ts[i]);
        });
      });
      const { header, rows: states } = await replayed(await table(rows), '--unit', 'days', '--parameters', await file(JSON.stringify(parameters)));
      assert.deepEqual(header, ['card', 'time', 'rating', 'stability', 'difficulty', 'interval']);
      assert.equal(states.length, expected.length);
      states.forEach((state, i) => {
        near(Number(state[3]), expected[i][0], 1e-6);
        near(Number(state[4]), expected[i][1], 1e-6);
      });
    }
  });

  it('keeps the order of the file and prints what it was given', async () => {
    const { rows } = await replayed(await table([['"b, ""two"""', '1700000000.250', 3], ['a', '1700000000', 4], ['"b, ""two"""', '1700300000', 1]]));
    assert.deepEqual(rows.map((row) => row.join(',').split(/,(?=\d)/)[0]), ['"b, ""two"""', 'a', '"b, ""two"""']);
    assert.match(rows[0].join(','), /^"b, ""two""",1700000000\.250,3,2\.3065/);
    assert.match(rows[1].join(','), /^a,1700000000,4,8\.2956/);
  });

  it('gives intervals for the retention, without fuzz and in full precision', async () => {
    const reviews = await table([['a', 1, 3], ['a', 4, 3], ['a', 20, 3]]);
    const at90 = (await replayed(reviews, '--unit', 'days')).rows, at80 = (await replayed(reviews, '--unit', 'days', '--retention', '0.8')).rows;
    for (const i of [0, 1, 2]) {
      near(Number(at90[i][5]), Number(at90[i][3]), 1e-12); // FSRS-6: recall is 0.9 when the stability has passed
      assert.ok(Number(at80[i][5]) > 2 * Number(at90[i][5]));
    }
    assert.ok(at90[2][3].length >= 16, at90[2][3]);
  });

  it('has both traces of FSRS-7, which knows hours', async () => {
    const defaults = JSON.parse(await readFile(path.join(vectors, 'fsrs7-vectors.json'), 'utf8'));
    const history = defaults.histories[2];
    let day = 0;
    const reviews = await table(history.reviews_dt_rating.map(([gap, rating]) => ['a', day += gap, rating]));
    const { header, rows } = await replayed(reviews, '--unit', 'days', '--parameters', await file(JSON.stringify(defaults.weights)));
    assert.equal(header.at(-1), 'fast');
    rows.forEach((row, i) => {
      near(Number(row[3]), history.states[i][0], 1e-4);
      near(Number(row[6]), history.states[i][1], 1e-4);
      near(Number(row[4]), history.states[i][2], 1e-4);
    });
  });

  it('takes parameters of older versions, clips what is out of bounds and says so', async () => {
    const reviews = await table([['a', 1, 3], ['a', 1.1, 3]]);
    const older = [0.4, 0.6, 2.4, 5.8, 4.93, 0.94, 0.86, 0.01, 1.49, 0.14, 0.94, 2.18, 0.05, 0.34, 1.26, 0.29, 2.61];
    for (const parameters of [older, [...older, 0.5, 0.3]]) {
      const { stderr, stdout } = await done(['replay', '--reviews', reviews, '--unit', 'days', '--parameters', await file(JSON.stringify(parameters))]);
      assert.match(stderr, /older version/);
      assert.match(stdout, /^a,1,3,2\.3999|^a,1,3,2\.4/m);
    }
    const wild = JSON.parse(await readFile(path.join(vectors, 'fsrs6-histories.json'), 'utf8')).parameters.default.map((weight, i) => (i === 7 ? 55 : weight));
    const { stderr } = await done(['replay', '--reviews', reviews, '--unit', 'days', '--parameters', await file(JSON.stringify(wild))]);
    assert.match(stderr, /w7 = 55 .*0\.75/);
  });

  it('refuses parameters that are none', async () => {
    const reviews = await table([['a', 1, 3]]);
    const numbers = (n) => JSON.stringify(Array(n).fill(1));
    for (const [content, message] of [['', /JSON/], ['[1, NaN]', /JSON/], [numbers(20), /20 parameters/], [numbers(0), /0 parameters/], [numbers(35), /35 parameters/],
      [`[${'1,'.repeat(20)}null]`, /w20/], [`["1"${',1'.repeat(20)}]`, /w0/], [`[1e999${',1'.repeat(20)}]`, /JSON/], ['{"parameters": 3}', /array/], ['7', /array|JSON/], ['[1', /JSON/],
      [`[${'1,'.repeat(40000)}1]`, /long/], [Buffer.from([0xff, 0xfe, 0]), /JSON/]]) {
      const { status, stderr, stdout } = await whet(['replay', '--reviews', reviews, '--parameters', await file(content)]);
      assert.equal(status, 1, String(content).slice(0, 60));
      assert.match(stderr, message);
      assert.equal(stdout, '');
    }
    assert.equal((await whet(['replay', '--reviews', reviews, '--parameters', path.join(folder, 'none')])).status, 1);
  });
});

describe('whet fit memory', () => {
  it('learns parameters that predict better, and eval and replay take what it prints', async () => {
    const reviews = await table(simulated(200));
    for (const [model, n] of [['fsrs6', 21], ['fsrs7', 34]]) {
      const { stdout } = await done(['fit', 'memory', '--reviews', reviews, '--model', model, '--json']);
      const fit = JSON.parse(stdout);
      assert.equal(fit.parameters.length, n);
      assert.equal(fit.n, 1400);
      assert.ok(fit.log_loss < fit.log_loss_default);
      assert.ok(fit.auc > 0.5 && fit.auc < 1 && fit.rmse_bins > 0 && fit.seconds >= 0);
      const parameters = await file(stdout);
      const judged = JSON.parse((await done(['eval', 'memory', '--reviews', reviews, '--parameters', parameters, '--json'])).stdout);
      near(judged.log_loss, fit.log_loss, 1e-12);
      near(judged.rmse_bins, fit.rmse_bins, 1e-12);
      const same = JSON.parse((await done(['eval', 'memory', '--reviews', reviews, '--fit', '--model', model, '--json'])).stdout);
      near(same.log_loss, fit.log_loss, 1e-12);
      assert.equal((await replayed(reviews, '--parameters', parameters)).rows.length, 1600);
    }
  });

  it('gives the same parameters for any number of threads', async () => {
    const reviews = await table(simulated(100));
    const [one, four] = await Promise.all(['1', '4'].map(async (threads) => JSON.parse((await done(['fit', 'memory', '--reviews', reviews, '--threads', threads, '--json'])).stdout)));
    assert.deepEqual(one.parameters, four.parameters);
  });

  it('leaves the published weights when there is too little to learn from', async () => {
    const { stdout, stderr } = await done(['fit', 'memory', '--reviews', await table([['a', 1e9, 3], ['a', 1e9 + 5 * DAY, 3]]), '--json']);
    const fit = JSON.parse(stdout);
    assert.equal(fit.parameters[2], 2.3065);
    assert.equal(fit.n, 1);
    assert.equal(fit.auc, null);
    assert.match(stderr, /too few/);
  });

  it('speaks to people as well', async () => {
    const { stdout } = await done(['fit', 'memory', '--reviews', await table(simulated(20))]);
    assert.match(stdout, /log loss +0\.\d{4}/);
  });
});

describe('whet eval memory', () => {
  const NAMES = ['average', 'moving_average', 'hlr', 'sm2', 'fsrs6_defaults', 'fsrs7_defaults'];

  it('measures in sample and by folds, with baselines beside', async () => {
    const reviews = await table(simulated(200));
    const plain = JSON.parse((await done(['eval', 'memory', '--reviews', reviews, '--json'])).stdout);
    assert.equal(plain.n, 1400);
    assert.deepEqual(Object.keys(plain.baselines), NAMES);
    for (const name of NAMES)
      assert.equal(plain.baselines[name].n, 1400);
    near(plain.log_loss, plain.baselines.fsrs6_defaults.log_loss, 1e-12);
    assert.ok(plain.as_fsrs_rs.n <= plain.n);

    const folds = JSON.parse((await done(['eval', 'memory', '--reviews', reviews, '--folds', '5', '--json'])).stdout);
    assert.equal(folds.n, 5 * Math.floor(1400 / 6));
    for (const name of NAMES)
      assert.equal(folds.baselines[name].n, folds.n);
    assert.ok(folds.log_loss < folds.baselines.fsrs6_defaults.log_loss);
    assert.equal(folds.as_fsrs_rs, undefined);
  });

  it('counts a day from 04:00 UTC', async () => {
    const four = 20000 * DAY + 4 * 3600;
    const counted = async (times) => JSON.parse((await done(['eval', 'memory', '--reviews', await table(times.map((time) => ['a', time, 3])), '--json'])).stdout).n;
    assert.equal(await counted([four - 60, four + 60]), 1);
    assert.equal(await counted([four + 60, four + DAY - 60]), 0);
  });

  it('reads a table in another order, with CRLF and columns of others', async () => {
    const rows = [['x', 3, 'a', 1e9], ['y', 1, 'a', 1e9 + 3 * DAY], ['z', 3, 'a', 1e9 + 9 * DAY]];
    const content = `note,rating,card,time\r\n${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
    assert.equal(JSON.parse((await done(['eval', 'memory', '--reviews', await file(content), '--json'])).stdout).n, 2);
  });

  it('sorts and drops what is out of order or twice there, with a note', async () => {
    const sorted = [['a', 1e9, 3], ['a', 1e9 + 3 * DAY, 1], ['a', 1e9 + 9 * DAY, 3]];
    const mixed = [sorted[2], sorted[0], sorted[1], sorted[0]];
    const [one, other] = [await table(sorted), await table(mixed)];
    const expected = (await done(['eval', 'memory', '--reviews', one, '--json'])).stdout;
    const { stdout, stderr } = await done(['eval', 'memory', '--reviews', other, '--json']);
    assert.equal(stdout, expected);
    assert.match(stderr, /sorted by time/);
    assert.match(stderr, /dropped/);
    assert.equal((await replayed(other)).rows.length, 3);
  });

  it('says when nothing can be measured', async () => {
    const { stdout, stderr } = await done(['eval', 'memory', '--reviews', await table([['a', 1e9, 3]]), '--folds', '5', '--json']);
    assert.equal(JSON.parse(stdout).log_loss, null);
    assert.match(stderr, /nothing to evaluate/);
    assert.doesNotMatch((await done(['eval', 'memory', '--reviews', await table([['a', 1e9, 3]])])).stdout, /nan/);
  });

  it('prints a table for people', async () => {
    const { stdout } = await done(['eval', 'memory', '--reviews', await table(simulated(20)), '--fit']);
    for (const name of [/FSRS-6/, /SM-2/, /half-life/, /share recalled/])
      assert.match(stdout, name);
  });
});

describe('a log that is none', () => {
  const commands = [['replay'], ['fit', 'memory'], ['eval', 'memory']];

  it('is refused with its line, by every command', async () => {
    const good = ['a', 1e9, 3];
    for (const [reviews, message] of [
      [await file(''), /empty/],
      [await table([]), /no row/],
      [await table([good], ['card', 'when', 'rating']), /time/],
      [await table([good, ['a', 1e9 + DAY, 5]]), /line 3.*rating/],
      [await table([good, ['a', 1e9 + DAY, 0]]), /line 3.*rating/],
      [await table([good, ['a', 1e9 + DAY, 'good']]), /line 3.*rating/],
      [await table([['a', -5, 3]]), /line 2.*negative/],
      [await table([['a', 'nan', 3]]), /line 2.*time/],
      [await table([['a', 'inf', 3]]), /line 2.*time/],
      [await table([['a', 1.7e12, 3]]), /line 2.*milliseconds/],
      [await table([['a', 1e30, 3]]), /line 2/],
      [await table([good, ['a', 1e9, 1]]), /lines 2 and 3/],
      [await table([['', 1e9, 3]]), /line 2/],
      [await file('card,time,rating\na,1e9\n'), /line 2/],
      [path.join(folder, 'not-there'), /not-there/],
    ])
      for (const words of commands) {
        const { status, stdout, stderr } = await whet([...words, '--reviews', reviews]);
        assert.equal(status, 1, `${words} ${message}: ${stdout}${stderr}`);
        assert.match(stderr, message, words.join(' '));
        assert.equal(stdout, '');
      }
  });
});

describe('words that make no sense', () => {
  it('are told with status 2', async () => {
    const reviews = await table([['a', 1e9, 3]]);
    const some = ['--reviews', reviews];
    for (const words of [['replay'], ['replay', ...some, 'extra'], ['replay', ...some, '--wrong'], ['replay', ...some, '--retention', '1'], ['replay', ...some, '--retention', 'nan'],
      ['replay', ...some, '--retention', 'x'], ['replay', ...some, '--unit', 'weeks'], ['replay', '--reviews', '-'], ['replay', '--reviews'],
      ['fit'], ['fit', 'dance'], ['fit', 'memory', ...some, 'extra'], ['fit', 'memory', ...some, '--model', 'fsrs5'], ['fit', 'memory', ...some, '--threads', '0'],
      ['fit', 'memory', ...some, '--threads', '100000'], ['fit', 'memory', ...some, '--unit', ''], ['fit', 'memory', '--organisation', 'Acme', '--unit', 'days'],
      ['fit', 'memory', '--organisation', 'Acme', '--threads', '1'],
      ['eval'], ['eval', 'dance'], ['eval', 'memory'], ['eval', 'memory', ...some, '--folds', '0'], ['eval', 'memory', ...some, '--folds=-1'], ['eval', 'memory', ...some, '--folds', '1000'], ['eval', 'memory', ...some, '--folds', 'x'],
      ['eval', 'memory', ...some, '--fit', '--folds', '5'], ['eval', 'memory', ...some, '--model', 'x'], ['eval', 'memory', ...some, '--wrong']]) {
      const { status, stdout, stderr } = await whet(words);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, /\S{4,}/);
      assert.equal(stdout, '');
    }
  });

  it('include a pipe, of which nothing is left to read a second time', async () => {
    const pipe = path.join(folder, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const { status, stderr } = await whet(['replay', '--reviews', pipe]);
    assert.equal(status, 2);
    assert.match(stderr, /read twice/);
  });

  it('include parameters of another model than the one asked for', async () => {
    const parameters = await file(JSON.stringify(Array(34).fill(0.5)));
    const { status, stderr } = await whet(['eval', 'memory', '--reviews', await table([['a', 1e9, 3]]), '--parameters', parameters, '--model', 'fsrs6']);
    assert.equal(status, 2);
    assert.match(stderr, /not those/);
  });
});
