// What moves with the person: exercises that return after a failure, how hard they are, and what is said of questions not seen before.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { answerEntry, exercisesOf, importPack, newExercise, wide } from './support/packs.mjs';

const DAY = 86_400_000;

onEachEngine((engine) => {
  let server, exercises, concepts, people = 0;

  const learner = () => server.newcomer(`learner${++people}@example.org`);
  const answer = (browser, body, status = 201) => browser.want(status, 'POST', '/api/v1/attempts', body);

  /** A session of concepts that have faded, each with exercises that were not seen yet. */
  const faded = async (browser, minutes = 5) => {
    const answeredAt = new Date(Date.now() - 29 * DAY).toISOString();
    for (const slug of concepts)
      await answer(browser, attempt(exercises[slug].id, { choices: [1], answeredAt }));
    return browser.want(201, 'POST', '/api/v1/sessions', { minutes });
  };

  before(async () => {
    server = await engine.server();
    const author = await server.newcomer('author@example.org', { roles: 'author' });
    const files = wide(6);
    for (const name of Object.keys(files))
      if (name !== 'pack.md')
        files[name] += newExercise(`second ${name[1]}`) + newExercise(`third ${name[1]}`);
    await importPack(server, files);
    exercises = await exercisesOf(author);
    concepts = Object.keys(exercises).filter((slug) => /choose-place-/.test(slug));
    assert.equal(concepts.length, 6);
  });

  it('what was failed comes back in the session, asked another way', async () => {
    const browser = await learner();
    const session = await faded(browser);
    const [first] = session.entries;
    assert.equal(first.why, 'due');
    assert.match(first.reason, /^Fading: \d+ % now, \d+ % by (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day if you wait$/);
    const { added, ...feedback } = await answerEntry(browser, session, first, { right: false });
    assert.equal(feedback.passed, false);
    assert.equal(added.why, 'again');
    assert.equal(added.position, session.entries.length);
    assert.deepEqual([added.concept.id, added.attempt, added.follows, added.introduces], [first.concept.id, null, null, false]);
    assert.notEqual(added.exercise.id, first.exercise.id);
    const now = await browser.get(`/api/v1/sessions/${session.id}`);
    assert.deepEqual(now.entries.at(-1), added);
    assert.deepEqual((await browser.get('/api/v1/today')).session, now);

    const second = await answerEntry(browser, session, added, { right: false });
    assert.deepEqual([second.tryNumber, second.added], [1, null]);
    assert.notEqual(second.memory, null, 'it counts as a review of the same day');
    assert.equal((await browser.get(`/api/v1/sessions/${session.id}`)).entries.length, session.entries.length + 1);
  });

  it('the same answer again is told of the same entry, and adds nothing', async () => {
    const browser = await learner();
    const session = await faded(browser);
    const { exercise, position } = session.entries[0];
    const body = attempt(exercise.id, { sessionId: session.id, position, choices: [0] });
    const first = await answer(browser, body);
    assert.notEqual(first.added, null);
    assert.deepEqual(await answer(browser, body, 200), first);
    const atOnce = await Promise.all(Array.from({ length: 4 }, () => browser.copy().ask('POST', '/api/v1/attempts', body)));
    for (const { body: again } of atOnce)
      assert.deepEqual(again, first);
    assert.deepEqual(await server.database.sql(`SELECT COUNT(*) FROM session_entry WHERE session_id = ${session.id} AND attempt_id IS NOT NULL`), [['1']]);
  });

  it('a right answer, a second try, and one outside a session add nothing', async () => {
    const browser = await learner();
    const session = await faded(browser);
    assert.equal((await answerEntry(browser, session, session.entries[0])).added, null);
    assert.equal((await answerEntry(browser, session, session.entries[0], { right: false })).added, null);
    assert.equal((await answer(browser, attempt(session.entries[1].exercise.id, { choices: [0] }))).added, null);
  });

  it('nobody finds another person\'s entry by its exercise', async () => {
    const browser = await learner(), other = await learner();
    const session = await faded(browser);
    const { added } = await answerEntry(browser, session, session.entries[0], { right: false });
    await answer(other, attempt(added.exercise.id, { sessionId: session.id, position: added.position, choices: [1] }), 404);
  });

  it('one may wish it easier or harder, and sees what it aims at', async () => {
    const browser = await learner();
    const challenge = async () => (await browser.get('/api/v1/progress')).challenge;
    assert.deepEqual(await challenge(), { wish: 'as-it-is', target: 0.84, attempts: 0, right: 0 });
    assert.equal((await browser.want(200, 'PATCH', '/api/v1/me', { challenge: 'harder' })).challenge, 'harder');
    assert.ok(Math.abs((await challenge()).target - 0.79) < 1e-9);
    await browser.want(200, 'PATCH', '/api/v1/me', { challenge: 'easier', sessionMinutes: 7 });
    assert.ok(Math.abs((await challenge()).target - 0.89) < 1e-9);
    assert.equal((await browser.want(200, 'PATCH', '/api/v1/me', { sessionMinutes: 5 })).challenge, 'easier', 'what is not named stays');
    for (const wrong of ['hardest', '', 1, true, ['harder']])
      await browser.want(400, 'PATCH', '/api/v1/me', { challenge: wrong });
    assert.equal((await browser.get('/api/v1/me')).challenge, 'easier');
    for (let n = 0; n < 3; n++)
      await answer(browser, attempt(exercises[concepts[0]].id, { choices: [0] }));
    assert.deepEqual(await challenge(), { wish: 'easier', target: 0.92, attempts: 3, right: 0 });
  });

  it('what is said of a skill comes from questions that had not been seen', async () => {
    const browser = await learner();
    const unseen = async () => (await browser.get('/api/v1/progress')).skills.map((skill) => skill.unseen);
    for (const one of await unseen())
      assert.deepEqual(one, { attempts: 0, right: 0, low: 0, high: 1 });
    for (const [n, slug] of concepts.slice(0, 4).entries())
      for (let again = 0; again < 3; again++)
        await answer(browser, attempt(exercises[slug].id, { choices: [n < 3 || again ? 1 : 0] }));
    const all = await unseen();
    assert.deepEqual(all.reduce((sum, { attempts, right }) => [sum[0] + attempts, sum[1] + right], [0, 0]), [4, 3]);
    for (const { attempts, right, low, high } of all)
      assert.ok(low <= (attempts ? right / attempts : 0.5) && high >= (attempts ? right / attempts : 0.5));
  });
});
