// `whet eval challenge`: what it measures on attempts made up here, and what it says about files that are no use.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from './support/engine.mjs';
import { whet } from './support/whet.mjs';

// Numbers that look random and are the same every time.
function chance(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// Learners of different ability meet items of different difficulty, now and then the same twice running.
function attempts({ learners = 24, each = 60, items = 12, split = true } = {}) {
  const random = chance(7), rows = [];
  for (let learner = 0; learner < learners; learner++) {
    const ability = 3 * random() - 1.5;
    let item = 0;
    for (let time = 1; time <= each; time++) {
      item = random() < 0.1 ? item : Math.floor(random() * items);
      const p = 1 / (1 + Math.exp(-(ability + 2 - 4 * item / (items - 1))));
      rows.push([`l${learner}`, `i${item}`, `s${item % 3}`, time, Number(random() < p), ...(split ? [learner % 4 ? 'train' : 'test'] : [])]);
    }
  }
  return rows;
}

const header = 'learner,item,skill,time,correct';
const table = (rows) => [rows[0].length > 5 ? `${header},split` : header, ...rows.map((row) => row.join(','))].join('\n') + '\n';

let folder;
before(async () => (folder = await temporaryFolder()));

async function file(name, content) {
  const name_ = path.join(folder, name);
  await writeFile(name_, content);
  return name_;
}

async function evaluate(name, ...words) {
  const { status, stdout, stderr } = await whet(['eval', 'challenge', '--attempts', name, '--json', ...words]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const changed = (row, place, value) => Object.assign([...row], { [place]: value });

describe('eval challenge', () => {
  it('predicts test learners better than averages, and says what it kept learning from', async () => {
    const rows = attempts(), found = await evaluate(await file('split.csv', table(rows)));
    assert.equal(found.n, rows.filter((row) => row[5] === 'test').length);
    assert.ok(found.auc > 0.75 && found.auc < 1, found.auc);
    for (const name of ['average', 'item_average']) {
      assert.equal(found.baselines[name].n, found.n);
      assert.ok(found.log_loss < found.baselines[name].log_loss, name);
    }
    assert.equal(found.baselines.average.auc, 0.5);
    assert.ok(found.accuracy > 0.6 && found.ece >= 0 && found.ece < 0.2 && found.seconds >= 0);
    assert.match(found.updated_while_predicting, /learner/);
    assert.ok(found.learner_bytes < 1024);
  });

  it('gives the same for the same seed, from gzip, with any number of threads, and with lines that end in CRLF', async () => {
    const text = table(attempts());
    const [plain, packed] = [await evaluate(await file('same.csv', text.replaceAll('\n', '\r\n')), '--threads', '1'), await evaluate(await file('same.csv.gz', gzipSync(text)), '--threads', '3')];
    for (const found of [plain, packed]) {
      delete found.seconds;
      delete found.threads;
    }
    assert.deepEqual(plain, packed);
  });

  it('counts attempts at the item before, and leaves them out when asked', async () => {
    const rows = attempts(), name = await file('repeats.csv', table(rows));
    const repeats = rows.filter((row, i) => row[5] === 'test' && row[3] > 1 && rows[i - 1][1] === row[1]).length;
    const all = await evaluate(name), others = await evaluate(name, '--no-repeats');
    assert.ok(repeats > 0);
    assert.equal(all.repeats.n, repeats);
    assert.ok(Math.abs(all.repeats_share - repeats / all.n) < 1e-12);
    assert.equal(others.n, all.n - repeats);
    assert.equal(others.auc, all.others.auc);
    assert.equal(others.repeats_excluded, true);
  });

  it('predicts each fifth of the learners from the others when there is no split', async () => {
    const rows = attempts({ split: false, learners: 11, each: 30 });
    const found = await evaluate(await file('folds.csv', table(rows)));
    assert.equal(found.n, rows.length);
    assert.match(found.protocol, /fold/);
  });

  it('draws expected against observed, and prints a table for people', async () => {
    const name = await file('plot.csv', table(attempts())), picture = path.join(folder, 'plot.svg');
    assert.equal((await whet(['eval', 'challenge', '--attempts', name, '--plot', folder])).status, 2);
    const { status, stdout } = await whet(['eval', 'challenge', '--attempts', name, '--plot', picture]);
    assert.equal(status, 0);
    for (const row of [/forecast +360/, /average of the item/, /live model/])
      assert.match(stdout, row);
    const svg = await readFile(picture, 'utf8');
    assert.match(svg, /^<svg[\s\S]*observed[\s\S]*<\/svg>\s*$/);
    assert.doesNotMatch(svg, /nan|inf\b/);
  });

  it('gives null for what cannot be measured', async () => {
    const rows = attempts({ learners: 8, each: 10 }).map((row) => changed(row, 4, 1));
    const found = await evaluate(await file('right.csv', table(rows)));
    assert.equal(found.auc, null);
    assert.ok(found.accuracy === 1 && found.log_loss < 0.2);
    const lonely = await evaluate(await file('lonely.csv', `${header},split\na,x,s,1,1,train\nb,x,s,1,0,test\n`));
    assert.equal(lonely.n, 1);
    assert.equal(lonely.repeats.auc, null);
  });

  it('says what is missing in a file that is no use, with status 1', async () => {
    const rows = attempts({ learners: 4, each: 3 });
    const cases = [
      ['only-train.csv', table(rows.map((row) => changed(row, 5, 'train'))), /test/],
      ['only-test.csv', table(rows.map((row) => changed(row, 5, 'test'))), /train/],
      ['one.csv', table(attempts({ split: false, learners: 1 })), /one learner/],
      ['empty.csv', '', /empty/],
      ['header.csv', `${header}\n`, /\S{4,}/],
      ['columns.csv', 'learner,item,time,correct\na,b,1,1\n', /skill/],
      ['score.csv', `${header}\na,b,c,1,2\n`, /line 2/],
      ['time.csv', `${header}\na,b,c,nan,1\n`, /line 2/],
    ];
    for (const [name, text, expected] of cases) {
      const { status, stdout, stderr } = await whet(['eval', 'challenge', '--attempts', await file(name, text), '--json']);
      assert.equal(status, 1, `${name}: ${stderr}`);
      assert.equal(stdout, '', name);
      assert.match(stderr, expected, name);
    }
  });

  it('says what is wrong with the words, with status 2', async () => {
    for (const words of [[], ['--attempts'], ['--attempts', 'x', 'more'], ['--attempts', 'x', '--threads', '0'], ['--attempts', 'x', '--seed', '-1'], ['--attempts', 'x', '--wrong']]) {
      const { status, stderr, stdout } = await whet(['eval', 'challenge', ...words]);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}`);
      assert.equal(stdout, '');
    }
  });
});
