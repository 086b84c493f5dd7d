// How an organisation's memories fade, and how well what was predicted came true: switching, statistics, calibration.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { answerTo, exercisesOf, importPack } from './support/packs.mjs';
import { until } from './support/whet.mjs';

const DAY = 86_400_000;

onEachEngine((engine) => {
  let server, learner, author, coach, admin, exercises;

  const answer = (name, { right = true, daysAgo = 0, ...more } = {}) => learner.want(201, 'POST', '/api/v1/attempts',
    attempt(exercises[name].id, { ...answers(name, right), answeredAt: new Date(Date.now() - daysAgo * DAY).toISOString(), ...more }));
  const answers = (name, right) => exercises[name].kind === 'choose' ? { choices: right ? [1] : [0] } : answerTo(exercises[name], right);
  const memories = () => server.database.sql('SELECT concept_id, stability, fast, difficulty, due_at, reviews, model_id FROM memory ORDER BY concept_id');
  const statistics = async (query = '') => (await author.get(`/api/v1/exercises/statistics${query}`)).exercises;

  before(async () => {
    server = await engine.server();
    learner = await server.newcomer('learner@example.org', { organisation: 'Ours' });
    await importPack(server, undefined, { organisation: 'Ours' });
    author = await server.newcomer('author@example.org', { organisation: 'Ours', roles: 'author' });
    coach = await server.newcomer('coach@example.org', { organisation: 'Ours', roles: 'coach' });
    admin = await server.newcomer('admin@example.org', { organisation: 'Ours', roles: 'admin' });
    exercises = await exercisesOf(author);
  });

  it('before anybody has answered, the pages say how little is known', async () => {
    const calibration = await coach.get('/api/v1/calibration');
    assert.deepEqual([calibration.success.n, calibration.recall.n, calibration.success.logLoss, calibration.days], [0, 0, null, 90]);
    assert.equal(calibration.recall.bins.length, 10);
    assert.ok(calibration.recall.bins.every(({ n, expected, low, high }) => n === 0 && expected === null && low === 0 && high === 1));
    assert.deepEqual([calibration.memory.algorithm, calibration.memory.id, calibration.memory.answers], ['fsrs6', null, 0]);
    const listed = await statistics();
    assert.ok(listed.length >= 6 && listed.every((one) => one.answers === 0 && one.right === null && one.discrimination === null && one.seconds === null));
    assert.ok(listed.every(({ flags }) => flags.includes('too-few-answers')));
    assert.ok(!listed.some(({ kind }) => kind === 'reflect'), 'what is not graded has no statistics');
  });

  it('statistics count graded first tries, and their numbers fit together', async () => {
    for (const daysAgo of [12, 9, 6, 4, 2, 1])
      for (const name of ['moon/choose-high-water', 'moon/choose-the-pier'])
        await answer(name, { daysAgo, right: daysAgo % 3 !== 1 });
    const one = (await statistics()).find(({ id }) => id === exercises['moon/choose-high-water'].id);
    assert.equal(one.answers, 6);
    assert.equal(one.right.estimate, 4 / 6);
    assert.ok(one.right.low < 0.4 && one.right.high > 0.85);
    assert.ok(one.difficulty.low < one.difficulty.estimate && one.difficulty.estimate < one.difficulty.high);
    assert.ok(one.success.low < one.success.estimate && one.success.estimate < one.success.high);
    assert.equal(one.seconds, 12);
    assert.equal(one.concept.title, 'The moon pulls');
    assert.equal(one.pack.title, 'Tides');
    assert.deepEqual(one.flags, ['too-few-answers']);
  });

  it('statistics come page by page, of one pack, or with one flag', async () => {
    const all = await statistics();
    const paged = [];
    for (let after = ''; after !== null;) {
      const page = await author.get(`/api/v1/exercises/statistics?limit=2${after && `&after=${after}`}`);
      assert.ok(page.exercises.length <= 2);
      paged.push(...page.exercises);
      after = page.next;
    }
    assert.deepEqual(paged, all);
    assert.deepEqual(await statistics(`?packId=${all[0].pack.id}`), all);
    assert.deepEqual(await statistics('?packId=1'), []);
    assert.deepEqual(await statistics('?flag=too-few-answers'), all);
    assert.deepEqual(await statistics('?flag=teaches-nothing'), []);
    await author.want(400, 'GET', '/api/v1/exercises/statistics?flag=nonsense');
    await author.want(400, 'GET', '/api/v1/exercises/statistics?limit=501');
  });

  it('an exercise that everybody gets right is found by its flag', async () => {
    await server.database.sql(`UPDATE exercise_difficulty SET attempts = 60, passes = 60, score_sum = 60, score_squares = 60
      WHERE exercise_id = ${exercises['moon/choose-the-pier'].id}`);
    const found = await statistics('?flag=teaches-nothing');
    assert.deepEqual(found.map(({ slug }) => slug), ['choose-the-pier']);
    const { status, stdout } = await server.run(['check']);
    assert.equal(status, 1);
    assert.match(stdout, /exercise \d+: 60 answers/);
    await server.done(['check', '--repair']);
    assert.match(await server.done(['check']), /exercises' statistics follow from their attempts/);
    assert.deepEqual(await statistics('?flag=teaches-nothing'), []);
  });

  it('calibration sets beside each other what was expected and what came', async () => {
    const { success, recall } = await coach.get('/api/v1/calibration');
    const [[counted, expected, observed]] = await server.database.sql('SELECT COUNT(*), SUM(predicted), SUM(score) FROM attempt WHERE review IS NOT NULL');
    assert.equal(success.n, Number(counted));
    const sum = (bins, what) => bins.reduce((total, bin) => total + (bin.n ? bin.n * bin[what] : 0), 0);
    assert.ok(Math.abs(sum(success.bins, 'expected') - expected) < 1e-6);
    assert.ok(Math.abs(sum(success.bins, 'observed') - observed) < 1e-6);
    for (const bin of success.bins.filter(({ n }) => n > 0)) {
      assert.ok(bin.from <= bin.expected && bin.expected <= bin.to);
      assert.ok(bin.low <= bin.observed && bin.observed <= bin.high);
    }
    assert.ok(success.logLoss > 0 && success.calibrationError >= 0 && success.auc >= 0 && success.auc <= 1);
    assert.equal(recall.n, 5, 'of those days, five came a day or more after the one before');
    assert.ok(recall.bins.every(({ n, from }) => n === 0 || from >= 0.5));
  });

  it('what came before the last ninety days is not looked at', async () => {
    const { success } = await coach.get('/api/v1/calibration');
    const [[id]] = await server.database.sql('SELECT MIN(id) FROM attempt WHERE review IS NOT NULL');
    await server.database.sql(`UPDATE attempt SET id = 1 WHERE id = ${id}`);
    assert.equal((await coach.get('/api/v1/calibration')).success.n, success.n - 1);
    await server.database.sql(`UPDATE attempt SET id = ${id} WHERE id = 1`);
  });

  it('an admin chooses another algorithm, and every memory is folded anew', async () => {
    const before = await memories();
    assert.ok(before.length > 0 && before.every(([, , fast, , , , model]) => Number(fast) === 0 && model === '0'));
    assert.deepEqual((await admin.get('/api/v1/organisation/memory')).models, []);
    const chosen = await admin.want(200, 'PATCH', '/api/v1/organisation/memory', { algorithm: 'fsrs7' });
    assert.equal(chosen.current.algorithm, 'fsrs7');
    assert.equal(chosen.models.length, 1);
    const { current } = await until(async () => {
      const now = await admin.get('/api/v1/organisation/memory');
      return now.waiting === 0 && now;
    }, 'no memory waits any longer');
    const after = await memories();
    assert.deepEqual(after.map(([concept, , , , , reviews]) => [concept, reviews]), before.map(([concept, , , , , reviews]) => [concept, reviews]));
    assert.ok(after.every(([, , fast, , , , model]) => Number(fast) > 0 && model === current.id));
    assert.ok(after.every(([, , , , due], at) => due !== before[at][4]));
    assert.match(await server.done(['check']), /memories follow from their attempts/);
    const audited = await server.database.sql("SELECT person_id, detail FROM audit WHERE action = 'memory.algorithm-changed'");
    assert.deepEqual(audited, [[admin.id, 'fsrs7, before fsrs6']]);
  });

  it('practice goes on with it: what is shown is days until recall has fallen to 0.9', async () => {
    const feedback = await answer('moon/choose-high-water');
    const { memory } = feedback;
    assert.ok(memory.before.stability > 0 && memory.after.stability > memory.before.stability);
    const { memory: shown } = await learner.get(`/api/v1/concepts/${exercises['moon/choose-high-water'].conceptId}`);
    assert.ok(Math.abs(shown.stability - memory.after.stability) < 1e-9);
    const { skills } = await learner.get('/api/v1/progress');
    const concept = skills.flatMap(({ concepts }) => concepts).find(({ id }) => id === exercises['moon/choose-high-water'].conceptId);
    assert.ok(concept.curve[0].recall > 0.99 && concept.curve.at(-1).recall < concept.curve[0].recall);
    assert.match(await server.done(['check']), /memories follow/);
  });

  it('the way back gives the memories that were there', async () => {
    await admin.want(200, 'PATCH', '/api/v1/organisation/memory', { algorithm: 'fsrs6' });
    await until(async () => (await admin.get('/api/v1/organisation/memory')).waiting === 0, 'no memory waits any longer');
    const { current } = await admin.get('/api/v1/organisation/memory');
    assert.deepEqual([current.id, current.algorithm], [null, 'fsrs6']);
    assert.match(await server.done(['check']), /memories follow/);
    await admin.want(400, 'PATCH', '/api/v1/organisation/memory', { algorithm: 'sm2' });
  });

  it('with too few answers, fitting from the command line changes nothing and says so', async () => {
    const { status, stdout, stderr } = await server.run(['fit', 'memory', '--organisation', 'Ours']);
    assert.deepEqual([status, stdout], [0, '']);
    assert.match(stderr, /answers a day or more after the one before are too few/);
    assert.deepEqual(await server.database.sql('SELECT memory_model_id FROM organisation WHERE memory_model_id <> 0'), []);
    for (const [wanted, words] of [[1, ['--organisation', 'Nobody']], [2, []], [2, ['--organisation', 'Ours', '--reviews', 'reviews.csv']], [2, ['--organisation', 'Ours', '--model', 'sm2']]])
      assert.equal((await server.run(['fit', 'memory', ...words])).status, wanted, words.join(' '));
  });

  it('with enough answers a fitted model is used, and the server works the memories out anew', async () => {
    for (let daysAgo = 28; daysAgo > 12; daysAgo--)
      await answer('moon/choose-both', { daysAgo, choices: [0, 1] });
    for (let daysAgo = 28; daysAgo > 12; daysAgo -= 2)
      await answer('rhythm/recall-how-often', { daysAgo, right: daysAgo % 4 !== 0 });
    const { stdout } = await server.run(['fit', 'memory', '--organisation', 'Ours', '--json']);
    const fit = JSON.parse(stdout);
    assert.equal(fit.model, 'fsrs6');
    assert.equal(fit.parameters.length, 21);
    assert.ok(fit.n >= 16 && fit.used && fit.log_loss <= fit.log_loss_before, stdout);
    const { memory } = await coach.get('/api/v1/calibration');
    assert.deepEqual([memory.algorithm, memory.answers, memory.used], ['fsrs6', fit.n, true]);
    assert.ok(Math.abs(memory.logLoss - fit.log_loss) < 1e-12);
    await until(async () => (await admin.get('/api/v1/organisation/memory')).waiting === 0, 'no memory waits any longer');
    assert.ok((await memories()).every(([, , , , , , model]) => model === memory.id));
    assert.match(await server.done(['check']), /memories follow/);
    const seven = JSON.parse(await server.done(['fit', 'memory', '--organisation', 'Ours', '--model', 'fsrs7', '--json']));
    assert.deepEqual([seven.model, seven.parameters.length], ['fsrs7', 34]);
    await until(async () => (await admin.get('/api/v1/organisation/memory')).waiting === 0, 'no memory waits any longer');
    const { current, models } = await admin.get('/api/v1/organisation/memory');
    assert.equal(current.algorithm, 'fsrs7');
    assert.ok(models.length >= 3);
    assert.match(await server.done(['check']), /memories follow/);
    await admin.want(200, 'PATCH', '/api/v1/organisation/memory', { algorithm: 'fsrs6' });
    assert.equal((await admin.get('/api/v1/organisation/memory')).current.id, memory.id, 'the fitted weights are still there');
  });

  it('another organisation keeps its own', async () => {
    const stranger = await server.newcomer('stranger@example.org', { organisation: 'Theirs', roles: 'admin,author' });
    await admin.want(200, 'PATCH', '/api/v1/organisation/memory', { algorithm: 'fsrs7' });
    const theirs = await stranger.get('/api/v1/organisation/memory');
    assert.deepEqual([theirs.current.algorithm, theirs.models, theirs.waiting], ['fsrs6', [], 0]);
    assert.deepEqual((await stranger.get('/api/v1/exercises/statistics')).exercises, []);
    assert.equal((await stranger.get('/api/v1/calibration')).success.n, 0);
  });

  it('the server ends in order', () => server.stop());
});
