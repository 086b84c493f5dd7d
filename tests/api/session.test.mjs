// The daily session: planning, answering, feedback, and what stays of it.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { answerEntry, exercisesOf, importPack, newExercise, wide } from './support/packs.mjs';

const HOUR = 3_600_000, DAY = 24 * HOUR;

onEachEngine((engine) => {
  let server, author, exercises, people = 0;

  const learner = () => server.newcomer(`learner${++people}@example.org`);
  const begin = (browser, wish = {}) => browser.want(201, 'POST', '/api/v1/sessions', wish);
  const answer = (browser, body, status = 201) => browser.want(status, 'POST', '/api/v1/attempts', body);
  const concepts = async (browser) => (await browser.get('/api/v1/progress')).skills.flatMap((skill) => skill.concepts);
  const named = (name, files) => ({ ...files, 'pack.md': files['pack.md'].replace('title: Tides', `title: ${name}\nid: ${name}`) });
  const conceptOf = async (browser, id) => (await concepts(browser)).find((one) => one.id === id);
  /** What is kept of the person, but for what changes by itself with time. */
  const kept = async (browser) => server.database.sql(`SELECT concept_id, stability, difficulty, due_at, reviewed_at, reviews, lapses, confidently_wrong, seen
    FROM memory WHERE person_id = ${browser.id} ORDER BY concept_id; SELECT id, key, answer, score FROM attempt WHERE person_id = ${browser.id} ORDER BY id;
    SELECT skill_id, mean, variance FROM ability WHERE person_id = ${browser.id} ORDER BY skill_id; SELECT COUNT(*) FROM event WHERE person_id = ${browser.id};`);

  before(async () => {
    server = await engine.server();
    author = await server.newcomer('author@example.org', { roles: 'author' });
    await importPack(server);
    exercises = await exercisesOf(author);
  });

  it('a session is planned within its budget, and never asks the same exercise twice running', async () => {
    const browser = await learner();
    for (const minutes of [1, 3, 10, 30]) {
      const session = await begin(browser, { minutes });
      assert.equal(session.budgetSeconds, minutes * 60);
      assert.ok(session.entries.length > 0);
      const seconds = session.entries.reduce((sum, entry) => sum + entry.seconds, 0);
      assert.ok(session.entries.length === 1 || seconds <= session.budgetSeconds, `${seconds} s planned for ${minutes} min`);
      session.entries.forEach((entry, i) => {
        assert.equal(entry.position, i);
        assert.equal(entry.attempt, null);
        assert.notEqual(entry.exercise.id, session.entries[i - 1]?.exercise.id);
      });
      await browser.want(200, 'POST', `/api/v1/sessions/${session.id}/finish`);
    }
  });

  it("the budget is the person's own when none is said", async () => {
    const browser = await learner();
    await browser.want(200, 'PATCH', '/api/v1/me', { sessionMinutes: 2 });
    assert.equal((await begin(browser)).budgetSeconds, 120);
  });

  it('a concept comes only with or after what it requires, and its text with its first exercise', async () => {
    const browser = await learner();
    const session = await begin(browser, { minutes: 30 });
    const met = new Set();
    for (const { concept, introduces, why } of session.entries) {
      assert.equal(introduces, !met.has(concept.title));
      assert.equal(why, 'new');
      met.add(concept.title);
      assert.ok(met.has('The moon pulls'), `${concept.title} came before what it requires`);
    }
    assert.ok(met.size > 1);
  });

  it('an unfinished session is gone on with, on any screen', async () => {
    const browser = await learner();
    const session = await begin(browser);
    await answerEntry(browser, session, session.entries[0]);
    const again = await browser.want(200, 'POST', '/api/v1/sessions', { minutes: 30 });
    assert.equal(again.id, session.id);
    assert.notEqual(again.entries[0].attempt, null);
    const today = await (await server.signIn(browser.email)).get('/api/v1/today');
    assert.deepEqual(today.session, again);
    assert.equal(today.practisedSecondsToday, 12);
  });

  it('a session that was left open for twelve hours is not gone on with', async () => {
    const browser = await learner();
    const session = await begin(browser);
    await server.database.sql(`UPDATE session SET created_at = created_at - ${12.1 * HOUR * 1000} WHERE id = ${session.id}`);
    assert.equal((await browser.get('/api/v1/today')).session, null);
    assert.notEqual((await begin(browser)).id, session.id);
  });

  it('sessions that are begun at once are one', async () => {
    const browser = await learner();
    const replies = await Promise.all(Array.from({ length: 8 }, () => browser.copy().ask('POST', '/api/v1/sessions', {})));
    assert.equal(new Set(replies.map(({ body }) => body.id)).size, 1);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
    assert.deepEqual(await server.database.sql(`SELECT COUNT(*) FROM session WHERE person_id = ${browser.id}`), [['1']]);
  });

  it('what a learner sees of an exercise does not give the answer away', async () => {
    const browser = await learner();
    const { entries } = await begin(browser, { minutes: 30 });
    for (const { exercise } of entries) {
      assert.doesNotMatch(JSON.stringify(exercise), /"correct"|misconception|criteria|Wind makes waves|table/);
      if (exercise.kind === 'choose')
        assert.deepEqual(exercise.options.map(({ index }) => index).sort(), exercise.options.map((_, i) => i));
    }
    const listed = Object.values(await exercisesOf(browser));
    assert.ok(listed.length > 0 && listed.every((exercise) => !('solution' in exercise)));
    assert.ok(Object.values(exercises).every((exercise) => 'solution' in exercise), 'an author sees solutions');
  });

  // --- each kind

  it('choosing one: right, wrong, more than one, none, and one that is not there', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'];
    const right = await answer(browser, attempt(id, { choices: [1], confidence: 'sure' }));
    assert.deepEqual([right.score, right.passed, right.grader, right.next, right.confidentlyWrong], [1, true, 'options', null, false]);
    assert.deepEqual(right.options.map(({ index, chosen, correct }) => [index, chosen, correct]),
      [[0, false, false], [1, true, true], [2, false, false]]);
    assert.match(JSON.stringify(right.options[1].feedback), /Yes, the moon/);
    assert.deepEqual(right.choices, [1]);
    const wrong = await answer(browser, attempt(id, { choices: [0] }));
    assert.deepEqual([wrong.score, wrong.passed], [0, false]);
    assert.equal(typeof wrong.next, 'string');
    const before = await kept(browser);
    for (const choices of [[0, 1], [], [3], [1, 1], undefined])
      await answer(browser, attempt(id, { choices }), 400);
    await answer(browser, attempt(id, { choices: [1], text: 'The moon.' }), 400);
    await answer(browser, attempt(id, { text: 'The moon.' }), 400);
    assert.deepEqual(await kept(browser), before);
  });

  it('finding all: the share that was found, less what is wrong', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-both'];
    for (const [choices, score] of [[[0, 1], 1], [[1, 0], 1], [[0], 0.5], [[0, 2], 0], [[0, 1, 2], 0.5], [[2], 0]])
      assert.equal((await answer(browser, attempt(id, { choices }))).score, score, `${choices}`);
  });

  const ofKind = (kind) => Object.values(exercises).find((exercise) => exercise.kind === kind);

  for (const kind of ['recall', 'explain', 'voice', 'roleplay'])
    it(`an open answer (${kind}) is judged by the rubric`, async () => {
      const browser = await learner();
      const { id } = ofKind(kind);
      const all = await answer(browser, attempt(id, { text: 'The pull of the moon raises it, twice a day.' }));
      assert.equal(all.grader, 'built-in');
      assert.equal(all.passed, true, JSON.stringify(all));
      assert.deepEqual(all.criteria.map(({ name, weight, verdict }) => [name, weight, verdict]),
        [['names the moon', 2, 'there'], ['says how often', 1, 'there']]);
      assert.match(JSON.stringify(all.models), /The pull of the moon raises the sea/);
      assert.ok(all.certainty > 0 && all.certainty <= 1);
      assert.equal(all.memory.before, null);
      const half = await answer(browser, attempt(id, { text: 'It comes twice a day, as every sailor knows.' }));
      assert.deepEqual(half.criteria.map(({ verdict }) => verdict), ['missing', 'there']);
      assert.ok(half.score < all.score && half.score > 0);
      assert.match(half.next, /names the moon/);
      await answer(browser, attempt(id, { choices: [0] }), 400);
      await answer(browser, attempt(id, { text: '   ' }), 400);
      await answer(browser, attempt(id, { text: 'x'.repeat(8001) }), 400);
    });

  it('evidence points at the learner\'s own words, counted as browsers count', async () => {
    const browser = await learner();
    const exercise = ofKind('explain');
    const text = '🌊🌊🏖️ Ähm, naïve but true: the pull of the moon 🌕 lifts the sea twice a day.';
    const { criteria, text: answered } = await answer(browser, attempt(exercise.id, { text }));
    assert.equal(answered, text);
    const words = criteria.map(({ evidence }) => evidence.map(({ start, end }) => text.slice(start, end)).join(' '));
    assert.match(words[0], /moon/);
    assert.match(words[1], /twice|day/);
    for (const { evidence } of criteria)
      for (const { start, end } of evidence) {
        assert.ok(start < end && end <= text.length);
        assert.match(text.slice(start, end), /^[\p{L}].*[\p{L}]$/u, 'the evidence cuts a word');
        assert.doesNotMatch(`${text[start - 1] ?? ' '}${text[end] ?? ' '}`, /\p{L}/u, 'the evidence cuts a word');
      }
  });

  it('a misconception is met with its correction, at the place where it was said', async () => {
    const browser = await learner();
    const exercise = ofKind('explain');
    const text = '😀 Well, the wind makes the tide in my view.';
    const { misconceptions, passed } = await answer(browser, attempt(exercise.id, { text }));
    assert.equal(passed, false);
    assert.equal(misconceptions.length, 1);
    assert.match(JSON.stringify(misconceptions[0].correction), /Wind makes waves/);
    assert.match(text.slice(misconceptions[0].evidence.start, misconceptions[0].evidence.end), /^(the )?wind makes the tide$/);
  });

  it('a reflection is kept and not judged, and does not touch memory', async () => {
    const browser = await learner();
    const exercise = ofKind('reflect');
    const feedback = await answer(browser, attempt(exercise.id, { text: 'Last summer, in the bay.' }));
    assert.deepEqual([feedback.score, feedback.passed, feedback.grader, feedback.certainty, feedback.memory], [null, null, 'none', null, null]);
    assert.equal((await conceptOf(browser, exercise.conceptId)).state, 'new');
    assert.equal((await browser.get('/api/v1/attempts')).attempts[0].text, 'Last summer, in the bay.');
  });

  it('markup in an answer comes back as it was written', async () => {
    const browser = await learner();
    const exercise = ofKind('reflect');
    const text = '<script>alert(1)</script> "quoted" \\ \u2028 %s %n {{x}}';
    assert.equal((await answer(browser, attempt(exercise.id, { text }))).text, text);
  });

  it('sure and wrong is told, remembered, and asked again first', async () => {
    const browser = await learner();
    const { id, conceptId } = exercises['moon/choose-high-water'];
    const answeredAt = new Date(Date.now() - 2 * DAY).toISOString();
    assert.equal((await answer(browser, attempt(id, { choices: [0], confidence: 'think-so', answeredAt }))).confidentlyWrong, false);
    assert.equal((await answer(browser, attempt(id, { choices: [0], confidence: 'sure', answeredAt }))).confidentlyWrong, true);
    const due = exercises['harbour/voice-on-deck'];
    await answer(browser, attempt(due.id, { text: 'I do not know.', answeredAt: new Date(Date.now() - 29 * DAY).toISOString() }));
    assert.equal((await conceptOf(browser, conceptId)).state, 'sure-and-wrong');
    const session = await begin(browser, { minutes: 30 });
    assert.equal(session.entries[0].concept.id, conceptId);
    assert.equal(session.entries[0].why, 'sure-and-wrong');
    await answerEntry(browser, session, session.entries[0], { confidence: 'sure' });
    assert.notEqual((await conceptOf(browser, conceptId)).state, 'sure-and-wrong');
  });

  it('how often somebody was right when sure is counted', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'];
    for (const [choice, confidence] of [[1, 'sure'], [0, 'sure'], [1, 'sure'], [0, 'guess'], [1, 'think-so']])
      await answer(browser, attempt(id, { choices: [choice], confidence }));
    const { confidence, practice } = await browser.get('/api/v1/progress');
    assert.deepEqual(confidence, [{ confidence: 'sure', attempts: 3, right: 2 }, { confidence: 'think-so', attempts: 1, right: 1 },
      { confidence: 'guess', attempts: 1, right: 0 }]);
    assert.equal(practice.length, 28);
    assert.deepEqual([practice.at(-1).attempts, practice.at(-1).seconds], [5, 60]);
  });

  // --- once and only once

  it('trying again counts the tries and leaves memory alone', async () => {
    const browser = await learner();
    const session = await begin(browser);
    const entry = session.entries[0];
    const first = await answerEntry(browser, session, entry, { right: false });
    assert.equal(first.tryNumber, 1);
    assert.notEqual(first.memory, null);
    const before = await server.database.sql(`SELECT * FROM memory WHERE person_id = ${browser.id}`);
    const second = await answerEntry(browser, session, entry);
    assert.deepEqual([second.tryNumber, second.memory, second.passed], [2, null, true]);
    assert.deepEqual(await server.database.sql(`SELECT * FROM memory WHERE person_id = ${browser.id}`), before);
    const { entries } = await browser.get(`/api/v1/sessions/${session.id}`);
    assert.equal(entries[0].attempt.attemptId, second.attemptId);
  });

  it('the same key with the same answer gives the same attempt, and changes nothing twice', async () => {
    const browser = await learner();
    const session = await begin(browser);
    const { exercise, position } = session.entries[0];
    const body = attempt(exercise.id, { sessionId: session.id, position, ...(exercise.kind === 'choose' ? { choices: [0] } : { text: 'the moon' }) });
    const first = await answer(browser, body);
    const before = await kept(browser);
    assert.deepEqual(await answer(browser, body, 200), first);
    assert.deepEqual(await answer(browser, { ...body, answeredAt: '2001-01-01T00:00:00Z', seconds: 0 }, 200), first);
    assert.deepEqual(await kept(browser), before);
  });

  it('the same key with another answer is a conflict, and changes nothing', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'], other = exercises['moon/choose-the-pier'];
    const body = attempt(id, { choices: [0] });
    await answer(browser, body);
    const before = await kept(browser);
    await answer(browser, { ...body, choices: [1] }, 409);
    await answer(browser, { ...body, exerciseId: other.id }, 409);
    assert.deepEqual(await kept(browser), before);
  });

  it("two people's keys have nothing to do with each other", async () => {
    const one = await learner(), other = await learner();
    const body = attempt(exercises['moon/choose-high-water'].id, { choices: [1] });
    const first = await answer(one, body);
    assert.notEqual((await answer(other, body)).attemptId, first.attemptId);
  });

  it('twenty posts of one key at once are one attempt', async () => {
    const browser = await learner();
    const body = attempt(exercises['moon/choose-high-water'].id, { choices: [1] });
    const replies = await Promise.all(Array.from({ length: 20 }, () => browser.copy().ask('POST', '/api/v1/attempts', body)));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(replies.filter(({ status }) => status === 200).length, 19);
    for (const reply of replies)
      assert.deepEqual(reply.body, replies[0].body);
    assert.deepEqual(await server.database.sql(`SELECT COUNT(*), MAX(review) FROM attempt WHERE person_id = ${browser.id}`), [['1', '1']]);
  });

  it('twenty answers at once to one concept are twenty reviews, in one order', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'];
    await Promise.all(Array.from({ length: 20 }, (_, i) => answer(browser.copy(), attempt(id, { choices: [i % 2] }))));
    const reviews = await server.database.sql(`SELECT review FROM attempt WHERE person_id = ${browser.id} ORDER BY review`);
    assert.deepEqual(reviews.flat().map(Number), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.deepEqual(await server.database.sql(`SELECT reviews FROM memory WHERE person_id = ${browser.id}`), [['20']]);
  });

  it('an answer to a place of the session where something else stands is refused', async () => {
    const browser = await learner(), other = await learner();
    const session = await begin(browser, { minutes: 30 }), theirs = await begin(other);
    const [first, second] = session.entries;
    const body = (exerciseId, sessionId, position) => attempt(exerciseId, { sessionId, position, choices: [1] });
    await answer(browser, body(second.exercise.id, session.id, first.position), 404);
    await answer(browser, body(first.exercise.id, session.id, 999), 404);
    await answer(browser, body(theirs.entries[0].exercise.id, theirs.id, 0), 404);
    await answer(browser, body(first.exercise.id, '1', 0), 404);
    await answer(browser, attempt(first.exercise.id, { sessionId: session.id, choices: [1] }), 404);
    assert.deepEqual(await server.database.sql(`SELECT COUNT(*) FROM attempt WHERE person_id IN (${browser.id}, ${other.id})`), [['0']]);
  });

  it('a time of answering in the future or long past is held to what can be', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'];
    const early = Date.now();
    const future = await answer(browser, attempt(id, { choices: [1], answeredAt: new Date(early + 400 * DAY).toISOString() }));
    assert.ok(Date.parse(future.answeredAt) <= Date.now());
    assert.ok(Date.parse(future.answeredAt) >= early - 1000);
    for (const answeredAt of ['1970-01-01T00:00:00Z', '1999-12-31T23:59:59-12:00', new Date(early - 300 * DAY).toISOString()]) {
      const past = await answer(browser, attempt(id, { choices: [1], answeredAt }));
      assert.ok(Math.abs(Date.parse(past.answeredAt) - (Date.now() - 30 * DAY)) < HOUR, past.answeredAt);
    }
    const queued = new Date(early - 2 * DAY).toISOString();
    assert.equal(Date.parse((await answer(browser, attempt(id, { choices: [1], answeredAt: queued }))).answeredAt), Date.parse(queued));
  });

  it('answers from a queue are spaced as they were given, not as they came', async () => {
    const browser = await learner();
    const { id } = exercises['moon/choose-high-water'];
    const ago = (days) => new Date(Date.now() - days * DAY).toISOString();
    const first = await answer(browser, attempt(id, { choices: [1], answeredAt: ago(9) }));
    const second = await answer(browser, attempt(id, { choices: [1], answeredAt: ago(4) }));
    assert.ok(second.memory.before.retrievability < 1);
    assert.ok(second.memory.after.stability > first.memory.after.stability);
  });

  // --- ending

  it('finishing gives a summary, and finishing again only takes the note', async () => {
    const browser = await learner();
    const session = await begin(browser, { minutes: 10 });
    for (const entry of session.entries)
      await answerEntry(browser, session, entry);
    const summary = await browser.want(200, 'POST', `/api/v1/sessions/${session.id}/finish`, { note: 'The moon it is.' });
    assert.equal(summary.sessionId, session.id);
    assert.equal(summary.answered, session.entries.length);
    assert.equal(summary.seconds, 12 * session.entries.length);
    assert.equal(summary.note, 'The moon it is.');
    const practised = new Set(session.entries.filter(({ exercise }) => exercise.kind !== 'reflect').map(({ concept }) => concept.id));
    assert.deepEqual(new Set(summary.concepts.map(({ id }) => id)), practised);
    for (const { before, curveBefore, after, curveAfter, dueAt } of summary.concepts) {
      assert.deepEqual([before, curveBefore], [null, null]);
      assert.ok(after.stability > 0 && after.retrievability > 0.9);
      assert.deepEqual(curveAfter.map(({ day }) => day), Array.from({ length: 29 }, (_, i) => i));
      curveAfter.reduce((last, { recall }) => (assert.ok(recall <= last && recall > 0), recall), 1);
      assert.ok(Date.parse(dueAt) > Date.now());
    }
    assert.ok(practised.has(summary.next.concept.id));
    const finished = await browser.get(`/api/v1/sessions/${session.id}`);
    assert.notEqual(finished.finishedAt, null);
    const again = await browser.want(200, 'POST', `/api/v1/sessions/${session.id}/finish`, { note: null });
    assert.equal(again.note, 'The moon it is.');
    assert.equal((await browser.want(200, 'POST', `/api/v1/sessions/${session.id}/finish`, { note: 'Or the sun.' })).note, 'Or the sun.');
    assert.equal((await browser.get(`/api/v1/sessions/${session.id}`)).finishedAt, finished.finishedAt);
    assert.equal((await browser.get(`/api/v1/sessions/${session.id}/summary`)).note, 'Or the sun.');
    assert.equal((await browser.get('/api/v1/today')).session, null);
  });

  it('a late answer of a session that was ended is still kept', async () => {
    const browser = await learner();
    const session = await begin(browser);
    await browser.want(200, 'POST', `/api/v1/sessions/${session.id}/finish`);
    await answerEntry(browser, session, session.entries[0]);
    assert.equal((await browser.get(`/api/v1/sessions/${session.id}/summary`)).answered, 1);
  });

  it('when nothing is due or new the plan is empty, unless one wants to practise early', async () => {
    const browser = await learner();
    for (const exercise of Object.values(exercises).filter(({ kind }) => kind === 'choose' || kind === 'explain' || kind === 'voice'))
      await answer(browser, attempt(exercise.id, exercise.slug === 'choose-both' ? { choices: [0, 1] } : exercise.kind === 'choose' ? { choices: [1] }
        : { text: 'The pull of the moon, twice a day.' }));
    const today = await browser.get('/api/v1/today');
    assert.deepEqual([today.session, today.due, today.new], [null, 0, 0]);
    assert.ok(Date.parse(today.next.at) > Date.now());
    const empty = await begin(browser);
    assert.deepEqual(empty.entries, []);
    assert.equal((await browser.get('/api/v1/today')).session, null, 'an empty plan is not a session to go on with');
    const early = await begin(browser, { early: true });
    assert.ok(early.entries.length > 0);
    assert.ok(early.entries.every(({ why }) => why === 'early'));
  });

  it('what has faded is due, and comes before what is new', async () => {
    const browser = await learner();
    const { id, conceptId } = exercises['moon/choose-high-water'];
    await answer(browser, attempt(id, { choices: [1], answeredAt: new Date(Date.now() - 29 * DAY).toISOString() }));
    assert.equal((await browser.get('/api/v1/today')).due, 1);
    assert.equal((await conceptOf(browser, conceptId)).state, 'fading');
    const session = await begin(browser, { minutes: 30 });
    assert.equal(session.entries[0].concept.id, conceptId);
    assert.equal(session.entries[0].why, 'due');
    assert.notEqual(session.entries[0].exercise.id, id, 'the exercise that was answered last is asked again at once');
    assert.ok(session.entries.some(({ why }) => why === 'new'));
    const feedback = await answerEntry(browser, session, session.entries[0]);
    assert.ok(feedback.memory.before.retrievability < 0.95);
    assert.ok(feedback.memory.after.stability > feedback.memory.before.stability);
  });

  it('a concept can be practised by itself, whatever is left open', async () => {
    const browser = await learner();
    const open = await begin(browser);
    const { conceptId } = exercises['moon/choose-high-water'];
    const session = await begin(browser, { conceptId });
    assert.notEqual(session.id, open.id);
    assert.ok(session.entries.length > 0 && session.entries.every(({ concept }) => concept.id === conceptId));
    await answer(browser, attempt(exercises['moon/choose-high-water'].id, { choices: [1] }));
    const again = await begin(browser, { conceptId });
    assert.ok(again.entries.length > 0, 'though it is not due');
    await browser.want(404, 'POST', '/api/v1/sessions', { conceptId: '1' });
  });

  it('pages of attempts go back to the first, newest first, each with what was asked', async () => {
    const browser = await learner();
    const ids = [];
    for (let i = 0; i < 7; i++)
      ids.unshift((await answer(browser, attempt(exercises[i % 2 ? 'moon/choose-high-water' : 'moon/choose-both'].id, { choices: [1] }))).attemptId);
    const found = [];
    for (let page = await browser.get('/api/v1/attempts?limit=3'); ; page = await browser.get(`/api/v1/attempts?limit=3&before=${page.next}`)) {
      found.push(...page.attempts);
      if (!page.next) break;
    }
    assert.deepEqual(found.map(({ attemptId }) => attemptId), ids);
    for (const { exercise, concept } of found) {
      assert.equal(exercise.kind, 'choose');
      assert.equal(concept.title, 'The moon pulls');
    }
    assert.equal((await browser.get(`/api/v1/attempts?conceptId=${exercises['moon/choose-both'].conceptId}`)).attempts.length, 7);
    assert.equal((await browser.get(`/api/v1/attempts?conceptId=${exercises['harbour/voice-on-deck'].conceptId}`)).attempts.length, 0);
  });

  // --- new versions

  it('a new version of a pack keeps the answers, the open session, and shows what was asked then', async () => {
    const browser = await learner();
    const folder = await importPack(server, named('versions', wide(3)));
    const before = await exercisesOf(author, 'versions');
    const { id, conceptId } = before['c0/choose-place-0'];
    const first = await answer(browser, attempt(id, { choices: [1] }));
    const session = await begin(browser, { conceptId: before['c1/choose-place-1'].conceptId });
    const entry = session.entries[0];
    const memory = await conceptOf(browser, conceptId);

    // c0 is reworded, the exercises of c1 are replaced, c2 is gone.
    const files = wide(2);
    await writeFile(path.join(folder, 'c0.md'), files['c0.md'].replace('The pull of the moon. (right)', 'The moon, of course. (right)'));
    await writeFile(path.join(folder, 'c1.md'), files['c1.md'].slice(0, files['c1.md'].indexOf('## choose')) + newExercise('another') + newExercise('one more'));
    await rm(path.join(folder, 'c2.md'));
    assert.match(await server.done(['pack', 'import', folder]), /version 2/);

    const after = await exercisesOf(author, 'versions');
    assert.equal(after['c0/choose-place-0'].id, id);
    assert.equal(after['c0/choose-place-0'].conceptId, conceptId);
    assert.deepEqual(Object.keys(after).filter((name) => /^c[12]/.test(name)).sort(), ['c1/choose-another', 'c1/choose-one-more']);
    const now = await conceptOf(browser, conceptId);
    assert.deepEqual([now.stability, now.dueAt, now.attempts], [memory.stability, memory.dueAt, memory.attempts]);

    const kept = await answerEntry(browser, session, entry);
    assert.equal(kept.tryNumber, 1);
    assert.equal((await browser.get(`/api/v1/sessions/${session.id}`)).entries[0].attempt.attemptId, kept.attemptId);
    const { attempts } = await browser.get('/api/v1/attempts');
    assert.deepEqual(attempts.map(({ attemptId }) => attemptId), [kept.attemptId, first.attemptId]);
    assert.match(JSON.stringify(attempts[1].exercise), /The pull of the moon/);
    await answer(browser, attempt(before['c2/choose-place-2'].id, { choices: [1] }), 404);
  });

  it('a replay finds its attempt though the exercise was retired since', async () => {
    const browser = await learner();
    const files = named('replays', wide(2));
    const folder = await importPack(server, files);
    const body = attempt((await exercisesOf(author, 'replays'))['c1/choose-place-1'].id, { choices: [1] });
    const first = await answer(browser, body);
    await writeFile(path.join(folder, 'c1.md'), files['c1.md'].replace('choose: place 1', 'choose: elsewhere'));
    await server.done(['pack', 'import', folder]);
    assert.deepEqual(await answer(browser, body, 200), first);
  });

  it('a concept that was put back comes with its history', async () => {
    const browser = await learner();
    const files = named('back', wide(2));
    const folder = await importPack(server, files);
    const { id, conceptId } = (await exercisesOf(author, 'back'))['c1/choose-place-1'];
    await answer(browser, attempt(id, { choices: [1] }));
    await rm(path.join(folder, 'c1.md'));
    await server.done(['pack', 'import', folder]);
    assert.equal(await conceptOf(browser, conceptId), undefined);
    await writeFile(path.join(folder, 'c1.md'), files['c1.md']);
    await server.done(['pack', 'import', folder]);
    assert.equal((await conceptOf(browser, conceptId)).attempts, 1);
  });

  // --- proof

  it('every memory follows from its attempts, after all of this', async () => {
    await server.stop();
    const { status, stdout } = await server.run(['check']);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^[1-9]\d* memories follow/);
  });

  for (const [what, sql] of [
    ['changed', 'UPDATE memory SET stability = stability * 2 WHERE reviews = 1'],
    ['lost', 'DELETE FROM memory WHERE reviews = 20'],
    ['moved in time', `UPDATE memory SET due_at = due_at + ${DAY * 1000} WHERE reviews = 20`],
    ['given another past', "UPDATE memory SET seen = '' WHERE reviews = 20"],
    ['made up', `INSERT INTO memory (person_id, concept_id, due_at, stability, difficulty, reviewed_at, day, reviews, lapses, confidently_wrong, organisation_id, seen)
       SELECT person_id, $CONCEPT, due_at, stability, difficulty, reviewed_at, day, reviews, lapses, confidently_wrong, organisation_id, seen
       FROM memory WHERE reviews = 20`],
  ])
    it(`the check finds a memory that was ${what}, and repairs it`, async () => {
      const concept = ofKind('reflect').conceptId;
      await server.database.sql(sql.replace('$CONCEPT', concept));
      const found = await server.run(['check']);
      assert.equal(found.status, 1, found.stdout);
      assert.match(found.stdout, /person \d+, concept \d+/);
      assert.equal((await server.run(['check', '--repair'])).status, 0);
      const after = await server.run(['check']);
      assert.equal(after.status, 0, after.stdout);
    });
});
