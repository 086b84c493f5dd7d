// `whet eval grade`: what it measures on answers made up here, and what it says about files that are no use.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from './support/engine.mjs';
import { whet } from './support/whet.mjs';

const header = 'id\tquestion\treference\tanswer\tscore\tsplit\tquestion_id';
const measures = ['n', 'accuracy', 'macro_f1', 'pearson', 'rmse', 'qwk'];

const questions = [
  ['q1', 'Why does the bulb light?', 'The bulb is in a closed path with the battery||There is no gap in the path', ['because it is in a closed path', 'there is no gap', 'the path with the battery is closed'], ['it is hot', 'because of the switch', 'there is a gap']],
  ['q2', 'What is a fair price?', 'A price that both sides would agree to', ['both sides agree to it', 'a price both would agree to', 'one that the two sides agree on'], ['a low one', 'what the shop says', 'no idea']],
  ['q3', 'Why do leaves fall?', 'The tree saves water in winter||Leaves would lose water', ['to save water', 'the tree saves water in the winter', 'they would lose the water'], ['it is cold', 'they are red', 'wind']],
];

/* Every third answer is for judging; the third question is judged alone. */
function answers({ splits = true, ids = true } = {}) {
  const rows = [];
  for (let round = 0; round < 4; round++)
    for (const [id, question, reference, right, wrong] of questions)
      for (const [score, texts] of [[1, right], [0, wrong]])
        texts.forEach((text, i) => {
          const split = id === 'q3' ? 'unseen' : i === 2 ? 'seen' : 'train';
          rows.push([rows.length, question, reference, round % 2 ? text : `I think ${text}`, score, ...(splits ? [split] : []), ...(ids ? [id] : [])]);
        });
  return rows;
}

const table = (rows, head = header) => [head, ...rows.map((row) => row.join('\t'))].join('\n') + '\n';

let folder;
before(async () => (folder = await temporaryFolder()));

async function file(name, content) {
  const whole = path.join(folder, name);
  await writeFile(whole, content);
  return whole;
}

async function evaluate(name, ...words) {
  const { status, stdout, stderr } = await whet(['eval', 'grade', '--answers', name, '--json', ...words]);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const changed = (row, place, value) => Object.assign([...row], { [place]: value });

describe('whet eval grade', () => {
  it('learns from train and measures every other split', async () => {
    const found = await evaluate(await file('answers.tsv', table(answers())));
    assert.deepEqual(Object.keys(found.splits).sort(), ['seen', 'unseen']);
    assert.equal(found.splits.seen.n, 16);
    assert.equal(found.splits.unseen.n, 24);
    for (const split of Object.values(found.splits)) assert.deepEqual(Object.keys(split), measures);
    assert.ok(found.splits.seen.accuracy > 0.7, JSON.stringify(found));
    assert.ok(found.splits.seen.rmse > 0 && found.splits.seen.rmse < 0.5);
    assert.ok(found.answers_per_second > 0);
    assert.equal(found.n, undefined);
  });

  it('gives the measures of a single split beside the splits', async () => {
    const rows = answers().filter((row) => row[5] !== 'seen');
    const found = await evaluate(await file('single.tsv', table(rows)));
    assert.equal(found.n, 24);
    for (const measure of measures) assert.equal(found[measure], found.splits.unseen[measure]);
  });

  it('gives the same again, from gzip and with lines that end in CRLF', async () => {
    const text = table(answers());
    const all = [await evaluate(await file('one.tsv', text)), await evaluate(await file('two.tsv.gz', gzipSync(text.replaceAll('\n', '\r\n'))))];
    for (const found of all) delete found.answers_per_second;
    assert.deepEqual(all[0], all[1]);
  });

  it('takes labels, columns in another order and questions without an id', async () => {
    const rows = answers({ ids: false }).map(([id, question, reference, answer, score, split]) => [split, score ? 'Correct' : 'partially_correct_incomplete', id, answer, reference, question]);
    const found = await evaluate(await file('labels.tsv', table(rows, 'split\tscore\tid\tanswer\treference\tquestion')));
    const plain = await evaluate(await file('plain.tsv', table(answers())));
    assert.deepEqual(found.splits, plain.splits);
  });

  it('judges without learning when asked for the shipped weights', async () => {
    const rows = answers({ splits: false });
    const name = await file('shipped.tsv', table(rows, header.replace('\tsplit', '')));
    const found = await evaluate(name, '--shipped');
    assert.deepEqual(Object.keys(found.splits), ['all']);
    assert.equal(found.n, rows.length);
    assert.ok(found.accuracy > 0.6, JSON.stringify(found));
    assert.equal((await evaluate(name, '--rubric')).n, rows.length);
  });

  it('keeps the labels of a coach out of what it measures', async () => {
    const name = await file('coach.tsv', table(answers()));
    const found = await evaluate(name, '--coach', '6');
    assert.equal(found.splits.unseen.n, 18);
    assert.equal(found.splits.seen.n, 4);
  });

  it('prints a table for people and the weights as they stand in the sources', async () => {
    const name = await file('text.tsv', table(answers()));
    const people = await whet(['eval', 'grade', '--answers', name]);
    assert.equal(people.status, 0);
    assert.match(people.stdout, /^split +n +accuracy +macro_f1 +pearson +rmse +qwk\n/);
    assert.match(people.stdout, /^unseen +24 /m);
    const weights = await whet(['eval', 'grade', '--answers', name, '--weights']);
    assert.equal(weights.status, 0);
    assert.match(weights.stdout, /grade_weights_shipped = \{[^]*\/\* coverage \*\/[^]*grade_calibration_alone/);
    assert.doesNotMatch(weights.stdout, /nan|inf\b/);
  });

  it('gives null for what cannot be measured', async () => {
    const rows = [[1, 'q', 'r', 'a', 1, 'train', 'q'], [2, 'q', 'r', 'b', 1, 'test', 'q']];
    const found = await evaluate(await file('null.tsv', table(rows)));
    assert.equal(found.pearson, null);
    assert.equal(found.qwk, null);
    assert.equal(found.n, 1);
  });

  it('says what is wrong with a file that is no use, with status 1', async () => {
    const row = ['1', 'q', 'r', 'a', '1', 'train', 'q'];
    const cases = [
      ['absent', null, /absent/],
      ['empty.tsv', '', /empty/],
      ['header.tsv', `${header}\n`, /no row/],
      ['columns.tsv', 'id\tquestion\tanswer\tscore\n1\tq\ta\t1\n', /reference/],
      ['score.tsv', table([changed(row, 4, '1.5')]), /line 2/],
      ['label.tsv', table([row, changed(row, 4, 'fine')]), /line 3.*'fine'/],
      ['train.tsv', table([changed(row, 5, 'test')]), /train.*--shipped/],
      ['bytes.tsv', Buffer.from(`${header}\n1\tq\tr\t\xff\t1\ttrain\tq\n`, 'latin1'), /line 2/],
    ];
    for (const [name, content, expected] of cases) {
      const whole = content === null ? path.join(folder, name) : await file(name, content);
      const { status, stdout, stderr } = await whet(['eval', 'grade', '--answers', whole, '--json']);
      assert.equal(status, 1, name);
      assert.equal(stdout, '', name);
      assert.match(stderr, expected, name);
    }
  });

  it('refuses options it does not know, with status 2', async () => {
    for (const words of [[], ['--answers'], ['--answers', 'a', '--coach', '-1'], ['--answers', 'a', '--coach', 'x'], ['--answers', 'a', '--nonsense'], ['--answers', 'a', 'b']]) {
      const { status, stderr } = await whet(['eval', 'grade', ...words]);
      assert.equal(status, 2, words.join(' '));
      assert.notEqual(stderr, '');
    }
  });
});
