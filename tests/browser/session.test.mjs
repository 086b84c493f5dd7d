/* A session from beginning to end. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertQuiet, close, launch, open } from './support/browser.mjs';
import { answer, finishSession, goOn, kindOf, phase, signIn, signInByLink, WORDS } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('tea', 'Tea');
});
after(() => Promise.all([browser?.close(), server?.stop()]));

const active = (page) => page.evaluate(() => document.activeElement?.matches('body, [tabindex="-1"]') ? 'nothing' : (document.activeElement?.textContent || document.activeElement?.tagName));

/* Presses Tab until what has the focus reads as wanted. */
async function tabTo(page, words) {
  for (let n = 0; n < 40; n++) {
    if ((await active(page)).includes(words)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`"${words}" cannot be reached by Tab`);
}

test('a whole session goes by keyboard only, over all kinds of exercise', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  await client.ask('PATCH', '/me', { sessionMinutes: 20 });
  const page = await open(browser, server.origin);
  const { keyboard } = page;
  await page.goto('/');
  await page.getByLabel('E-mail').waitFor();
  await keyboard.press('Tab'); /* skip link */
  while (!(await page.getByLabel('E-mail').evaluate((field) => field === document.activeElement))) await keyboard.press('Tab');
  await keyboard.type(person.email);
  await keyboard.press('Tab');
  await keyboard.type(person.password);
  await keyboard.press('Enter');

  const kinds = new Set();
  let introductions = 0;
  let exercises = 0;
  let now = await phase(page);
  assert.equal(now, 'introduction', 'the first concept is introduced before it is asked about');
  const { session } = await client.get('/today');
  for (; now !== 'end'; now = await phase(page, 'introduction', 'exercise', 'end')) {
    if (now === 'introduction') {
      introductions += 1;
      await keyboard.press('Enter');
      await phase(page, 'exercise');
    }
    const kind = await kindOf(page);
    const first = !kinds.has(kind);
    kinds.add(kind);
    exercises += 1;
    if (kind.startsWith('choose')) {
      await keyboard.press('1');
      if (kind === 'choose several') await keyboard.press('2');
      await keyboard.press(['s', 't', 'g'][exercises % 3]);
    } else {
      await keyboard.type(`${WORDS} What does it cost? Tea is 1/2 bitter`); /* letters of shortcuts and digits are only text here */
      await keyboard.press(['Alt+s', 'Alt+t', 'Alt+g'][exercises % 3]);
    }
    await phase(page, 'feedback');
    if (first) {
      await keyboard.press('r');
      await phase(page, 'exercise');
      if (kind.startsWith('choose')) {
        await keyboard.press('2');
        await keyboard.press('s');
      } else await keyboard.press('Alt+s');
      await phase(page, 'feedback');
      await page.getByText('Try 2', { exact: true }).waitFor();
    }
    await keyboard.press('Enter');
  }
  assert.deepEqual([...kinds].sort(), ['choose', 'choose several', 'explain', 'recall', 'reflect', 'roleplay', 'voice']);
  assert.equal(introductions, 7, 'each new concept shows its text once');

  await page.getByRole('heading', { name: 'What got stronger' }).waitFor();
  assert.equal(await page.locator('.curves > li').count(), 7);
  await tabTo(page, 'TEXTAREA');
  await keyboard.type('Tomorrow I ask before I pour.');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await phase(page, 'rest');

  const attempts = await client.attempts();
  assert.equal(attempts.length, exercises + kinds.size, 'every answer and every second try arrived once');
  assert.equal((await client.get(`/sessions/${session.id}/summary`)).note, 'Tomorrow I ask before I pour.');
  await close(page);
});

test('a whole session goes by touch on a phone', async () => {
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await finishSession(page);
  await page.getByRole('heading', { name: 'What got stronger' }).waitFor();
  await page.getByRole('button', { name: 'Done' }).tap();
  await phase(page, 'rest');
  await page.getByText('practised today').waitFor();
  await close(page);
});

test('the practised learner sees why each exercise comes, and finishes what is due', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.learner);
  await phase(page, 'exercise');
  await page.getByText(/^(Fading: \d+ % now|You were sure)/).first().waitFor();
  await finishSession(page);
  const client = await server.client(server.tokens.learner);
  const { session } = await client.get('/today');
  assert.equal(session, null, 'the session is over');
  await close(page);
});

/* Has practised five concepts once, four weeks ago. */
async function returning(client) {
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  const answeredAt = new Date(Date.now() - 28 * 86_400_000).toISOString();
  for (const { id } of concepts.slice(0, 5)) {
    const { exercises } = await client.get(`/concepts/${id}`);
    const exercise = exercises.find(({ kind }) => kind !== 'choose' && kind !== 'reflect');
    assert.equal((await client.answer({}, { exercise }, { answeredAt })).status, 201);
  }
}

/* Answers what is on the page, which stands at `entry`, so that it is wrong. */
async function fail(page, entry, author) {
  if (!entry.exercise.options) return answer(page, { words: 'I would have to think about that for a long while.' });
  const { exercises } = await author.get(`/concepts/${entry.concept.id}`);
  const { solution } = exercises.find(({ id }) => id === entry.exercise.id);
  const wrong = entry.exercise.options.findIndex(({ index }) => !solution.options[index].correct);
  await page.locator('.option').nth(wrong).click();
  await page.getByRole('button', { name: 'Guess', exact: true }).click();
  return phase(page, 'feedback');
}

test('what was missed comes back before the session ends, asked another way', async () => {
  const person = await server.person();
  const [client, author] = [await server.client(person), await server.client(server.tokens.author)];
  await returning(client);
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await phase(page, 'exercise');
  const { session: planned } = await client.get('/today');
  const shown = page.getByRole('progressbar');
  assert.equal(await shown.getAttribute('aria-valuemax'), String(planned.entries.length));
  await fail(page, planned.entries[0], author);
  const { session } = await client.get('/today');
  assert.equal(session.entries.length, planned.entries.length + 1);
  assert.equal(await shown.getAttribute('aria-valuemax'), String(session.entries.length));
  await page.reload();
  await phase(page, 'feedback');
  let returned = false;
  for (let now = await goOn(page); now !== 'end'; now = await goOn(page)) {
    returned ||= (await page.getByText('Missed a few minutes ago: the same idea, asked another way').count()) > 0;
    await answer(page);
  }
  assert.ok(returned);
  await close(page);
});

test('an answer marks what was there in the own words of the learner, and asks for the rest', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin, 'phone');
  await practiseConcept(page, client, person, 'A timer is kinder than memory');
  await answerKind(page, 'explain', 'If it steeps too long it gets bitter.');
  await page.locator('mark.there', { hasText: 'bitter' }).waitFor();
  await page.getByRole('heading', { name: 'Still missing: what would you say?' }).waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Names the time' }).waitFor();
  const model = page.locator('details', { hasText: 'A model answer' });
  assert.equal(await model.evaluate((details) => details.open), false, 'the model answer is folded');
  await page.getByText('Graded by the built-in grader').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  assert.equal(await page.getByRole('textbox', { name: 'Your answer' }).inputValue(), 'If it steeps too long it gets bitter.', 'a second try goes on from the first');
  await close(page);
});

test('a confidently wrong answer is corrected before anything else is said', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await practiseConcept(page, client, person, 'A timer is kinder than memory');
  await answerKind(page, 'explain', 'I think that longer is better for the taste.', 'Sure');
  const first = page.locator('.feedback-body > :first-child');
  await first.getByText('Longer only draws out what is bitter.').waitFor();
  await close(page);
});

test('submitting without an answer says what is needed and sends nothing', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await phase(page, 'introduction');
  await page.keyboard.press('Enter');
  await phase(page, 'exercise');
  await page.getByRole('button', { name: 'Sure', exact: true }).click();
  await page.getByText(/^(Choose an answer|Write a few words) first\.$/).first().waitFor();
  assert.deepEqual(await client.attempts(), []);
  await close(page);
});

test('a reload shows the same exercise again, with what was typed', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await practiseConcept(page, client, person, 'Three minutes are enough');
  await toKind(page, 'recall');
  await page.keyboard.type('Half a thought');
  await page.reload();
  await phase(page, 'exercise');
  assert.equal(await page.getByRole('textbox', { name: 'Your answer' }).inputValue(), 'Half a thought');
  await close(page);
});

test('practising one concept leaves the session that is under way for afterwards', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await answer(page);
  await goOn(page);
  const { session } = await client.get('/today');
  const chosen = await practise(page, client, 'Ask how they drink it');
  const { session: concept } = await client.get('/today');
  assert.notEqual(concept.id, session.id);
  assert.deepEqual([...new Set(concept.entries.map((entry) => entry.concept.id))], [chosen]);
  await finishSession(page);
  await page.goto('/');
  await phase(page, 'introduction', 'exercise');
  assert.equal((await client.get('/today')).session.id, session.id);
  await close(page);
});

test('two more minutes begin a new session at once', async () => {
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await finishSession(page);
  await page.getByRole('button', { name: 'Two more minutes' }).tap();
  await phase(page, 'introduction', 'exercise');
  await close(page);
});

test('help with the keys is a question mark away, and single keys can be switched off', async () => {
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await phase(page, 'introduction');
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.getByLabel('Single keys are shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.keyboard.press('?');
  assert.equal(await dialog.isVisible(), false);
  await page.keyboard.press('Enter');
  await phase(page, 'exercise');
  await close(page);
});

test('an exercise answered elsewhere counts here too', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await phase(page, 'introduction');
  const { session } = await client.get('/today');
  for (const entry of session.entries) assert.equal((await client.answer(session, entry)).status, 201);
  await page.reload();
  await phase(page, 'end');
  assertQuiet(page);
  await close(page);
});

/* From anywhere, by the library, to practising the concept of this title; its id. */
async function practise(page, client, title) {
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  const { id } = concepts.find((concept) => concept.title === title);
  await page.goto(`/library/concepts/${id}`);
  await page.getByRole('button', { name: 'Practise this' }).click();
  await phase(page, 'introduction', 'exercise');
  return id;
}

async function practiseConcept(page, client, person, title) {
  await signIn(page, person);
  return practise(page, client, title);
}

/* Answers what comes until an exercise of this kind is on the page. */
async function toKind(page, kind) {
  for (;;) {
    if ((await phase(page, 'introduction', 'exercise')) === 'introduction') {
      await page.getByRole('button', { name: 'Go to the exercise' }).click();
      await phase(page, 'exercise');
    }
    if ((await kindOf(page)) === kind) return;
    await answer(page);
    await goOn(page);
  }
}

async function answerKind(page, kind, words, confidence = 'Think so') {
  await toKind(page, kind);
  await answer(page, { words, confidence });
}
