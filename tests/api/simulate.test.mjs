// whet simulate: what it prints, that it is a fact about the seed, and what it refuses.
import assert from 'node:assert/strict';
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from './support/engine.mjs';
import { whet } from './support/whet.mjs';

const SMALL = ['simulate', '--learners', '40', '--concepts', '40', '--seed', '5'];
const POLICIES = ['course', 'weekly', 'leitner', 'sm2', 'fsrs-0.70', 'fsrs-0.75', 'fsrs-0.80', 'fsrs-0.85', 'fsrs-0.90', 'fsrs-0.95', 'whet-0.85', 'whet'];
const TRUTHS = ['fsrs', 'activation'];

const done = async (...words) => {
  const { status, stdout, stderr } = await whet([...SMALL, ...words]);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, ''); // progress is for terminals
  return stdout;
};
const json = async (...words) => JSON.parse(await done('--json', ...words));

describe('whet simulate', () => {
  it('compares every policy under every truth, for programs', async () => {
    const report = await json();
    assert.deepEqual([report.learners, report.concepts, report.days, report.minutes_a_day, report.seed], [40, 40, 365, 5, 5]);
    assert.deepEqual(report.rows.map((row) => `${row.truth} ${row.policy}`), TRUTHS.flatMap((truth) => POLICIES.map((policy) => `${truth} ${policy}`)));
    for (const row of report.rows) {
      for (const { low, mean, high } of [row.remembered_90, row.remembered_365, row.remembered_after, row.per_hour])
        assert.ok(low < mean && mean < high);
      for (const { mean } of [row.remembered_90, row.remembered_365, row.remembered_after])
        assert.ok(mean > 0 && mean < 40);
      assert.ok(Math.abs(row.per_hour.mean - row.remembered_365.mean / (row.minutes / 60)) < 1e-6);
    }
    for (const truth of TRUTHS) {
      const of = (policy) => report.rows.find((row) => row.truth === truth && row.policy === policy);
      assert.ok(of('course').remembered_365.mean < of('course').remembered_90.mean);
      assert.ok(of('whet').remembered_365.mean > of('course').remembered_365.mean + 5);
    }
  });

  it('says by how much the plan differs from FSRS at its best', async () => {
    const { rows, differences } = await json();
    assert.deepEqual(differences.map(({ truth, which }) => [truth, which]), TRUTHS.flatMap((truth) => [[truth, 'remembers most'], [truth, 'most per hour']]));
    for (const difference of differences) {
      const fixed = rows.filter((row) => row.truth === difference.truth && row.policy.startsWith('fsrs-'));
      const measure = (row) => (difference.which === 'most per hour' ? row.per_hour.mean : row.remembered_365.mean);
      const best = fixed.reduce((a, b) => (measure(b) > measure(a) ? b : a));
      const ours = rows.find((row) => row.truth === difference.truth && row.policy === 'whet');
      assert.equal(difference.against, best.policy);
      assert.ok(Math.abs(difference.per_hour.mean - (ours.per_hour.mean - best.per_hour.mean)) < 1e-6);
      assert.ok(Math.abs(difference.remembered_365.mean - (ours.remembered_365.mean - best.remembered_365.mean)) < 1e-6);
    }
  });

  it('gives the same for the same seed, with any number of threads', async () => {
    const few = ['--policy', 'whet,sm2'];
    const rows = (await json(...few, '--threads', '1')).rows;
    assert.deepEqual((await json(...few, '--threads', '7')).rows, rows);
    assert.notDeepEqual((await json(...few, '--seed', '6')).rows, rows);
  });

  it('prints a table for people, with what is measured', async () => {
    const text = await done('--truth', 'activation', '--policy', 'fsrs-0.70,fsrs-0.90,whet');
    assert.match(text, /^40 learners, 40 concepts, 5 minutes/);
    assert.match(text, /90 days after the practice ended/);
    assert.match(text, /Truth: activation/);
    assert.doesNotMatch(text, /Truth: fsrs/);
    assert.match(text, /^fsrs-0\.70 +\d+ +\d+\.\d ±\d+\.\d/m);
    assert.match(text, /^whet against fsrs-0\.\d\d, which remembers most per hour: [+-]/m);
  });

  it('takes what concepts consist of, the days and the minutes', async () => {
    const few = ['--policy', 'whet', '--truth', 'fsrs'];
    const usual = (await json(...few)).rows[0];
    const shorter = (await json(...few, '--days', '30')).rows[0];
    const slower = (await json(...few, '--kinds', 'roleplay,explain', '--minutes', '20')).rows[0];
    assert.ok(shorter.minutes < usual.minutes && shorter.remembered_365.mean < usual.remembered_365.mean);
    assert.ok(slower.minutes > usual.minutes);
  });

  it('compares no hours when there were none, because nothing fits the minutes', async () => {
    const text = await done('--days', '1', '--minutes', '1', '--kinds', 'roleplay,roleplay');
    assert.match(text, /^sm2 +0 .* - +SM-2$/m);
    assert.match(text, /^whet against fsrs-0\.70, which remembers most: [^,]+ concepts \([^)]+\)\.$/m);
    assert.doesNotMatch(text, /nan|inf/);
  });

  it('draws the curves, one line for each policy and a panel for each truth', async () => {
    const file = path.join(await temporaryFolder(), 'curves.svg');
    await done('--plot', file, '--policy', 'course,whet');
    const svg = await readFile(file, 'utf8');
    assert.match(svg, /^<svg [^>]*role="img"/);
    assert.equal(svg.match(/<polyline /g).length, 4);
    assert.equal(svg.match(/<text[^>]*>whet<\/text>/g).length, 2);
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.doesNotMatch(svg, /nan|inf/);
  });

  it('refuses what makes no sense, with status 2 and a reason', async () => {
    for (const [words, reason] of [
      [['--learners', '0'], /learners must be 2 to/], [['--learners', '1'], /learners/], [['--learners', '1000000000'], /learners/], [['--learners', 'many'], /many/],
      [['--days', '0'], /days must be 1 to 365/], [['--days', '-3'], /days/], [['--days', '366'], /days/], [['--concepts', '0'], /concepts/], [['--concepts', '20000'], /concepts/],
      [['--minutes', '0'], /minutes/], [['--minutes', 'nan'], /minutes/], [['--minutes', '1e9'], /minutes/], [['--threads', '0'], /threads/], [['--seed', '-1'], /seed/],
      [['--policy', 'cramming'], /no 'cramming'; there are: course/], [['--policy', ''], /policy/], [['--policy', 'sm2,sm2'], /twice/], [['--truth', 'none'], /there are: fsrs, activation/],
      [['--kinds', 'choose'], /2 to 16/], [['--kinds', 'choose,reflect'], /reflect/], [['--plot', '/none/such.svg'], /cannot be written/], [['more'], /more/], [['--dance'], /dance/],
    ]) {
      const { status, stdout, stderr } = await whet([...SMALL, ...words]);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, reason);
      assert.equal(stdout, '');
    }
  });

  it('puts the picture in the place of a plain file only, never of a link or a device', async () => {
    const folder = await temporaryFolder(), file = path.join(folder, 'curves.svg'), link = path.join(folder, 'link.svg');
    await writeFile(file, 'before');
    await symlink(file, link);
    const { status, stderr } = await whet([...SMALL, '--plot', link]);
    assert.equal(status, 2);
    assert.match(stderr, /link\.svg cannot be written/);
    assert.equal(await readFile(file, 'utf8'), 'before');
    await done('--plot', file, '--policy', 'course', '--truth', 'fsrs');
    assert.match(await readFile(file, 'utf8'), /^<svg /);
    assert.equal((await whet([...SMALL, '--plot', '/dev/fd/1'])).status, 2);
  });

  it('leaves nothing behind when the picture cannot be written', async () => {
    const folder = await temporaryFolder();
    const { status } = await whet([...SMALL, '--plot', folder]);
    assert.equal(status, 2);
    assert.ok((await stat(folder)).isDirectory());
  });
});
