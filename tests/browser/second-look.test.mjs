/* A language model's second look: it takes the place of the feedback that is on the screen, when it comes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FakeAi } from '../api/support/fake-ai.mjs';
import { assertAccessible, close, launch, open } from './support/browser.mjs';
import { goOn, kindOf, phase, answer, signIn } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

const JUDGEMENT = {
  criteria: [{ criterion: 1, verdict: 'there', quotes: ['unpleasant'] }, { criterion: 2, verdict: 'missing', quotes: [] }],
  misconceptions: [], next: 'Say after how many minutes it turns &amp; why.',
};

let server, browser, model;
before(async () => {
  model = await FakeAi.start();
  [server, browser] = await Promise.all([startServer(['--ai-url', model.url]), launch()]);
  await server.importPack('tea', 'Tea');
});
after(() => Promise.all([browser?.close(), server?.stop(), model?.stop()]));

/* A learner who has just explained something, with the built-in feedback before them. */
async function explained(page, person, words) {
  const client = await server.client(person);
  await signIn(page, person);
  const { packs } = await client.get('/packs');
  const pack = await client.get(`/packs/${packs.find(({ slug }) => slug === 'tea').id}`);
  const { id } = pack.concepts.find(({ slug }) => slug === 'timer');
  await page.goto(`/library/concepts/${id}`);
  await page.getByRole('button', { name: 'Practise this' }).click();
  for (;;) {
    if ((await phase(page, 'introduction', 'exercise')) === 'introduction') {
      await page.getByRole('button', { name: 'Go to the exercise' }).click();
      await phase(page, 'exercise');
    }
    if ((await kindOf(page)) === 'explain') break;
    await answer(page);
    await goOn(page);
  }
  await answer(page, { words });
  await page.getByText('Graded by the built-in grader').waitFor();
  return client;
}

test('feedback gives way to a second look, in place, marked, and said once', async () => {
  model.say({ text: JSON.stringify(JUDGEMENT), held: true });
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin, 'phone');
  const client = await explained(page, person, 'Left alone the drink gets unpleasant.');
  assert.equal(await page.getByText('Second look by a language model').count(), 0);
  await model.came(1);
  model.release();
  await page.getByText('Second look by a language model').waitFor();
  await page.locator('mark.there', { hasText: 'unpleasant' }).waitFor();
  await page.getByText('Say after how many minutes it turns &amp; why.').waitFor();
  await page.getByRole('status').filter({ hasText: 'A language model has taken a second look' }).waitFor({ state: 'attached' });
  await assertAccessible(page, 'a second look');
  assert.equal((await client.attempts())[0].grader, 'model');
  await page.reload();
  await page.getByText('Second look by a language model').waitFor();
  await close(page);
});

test('a second look that comes when the person has gone on disturbs nothing', async () => {
  const before = model.requests.length;
  model.say({ text: JSON.stringify({ ...JUDGEMENT, next: 'Too late to be seen.' }), held: true });
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin);
  const client = await explained(page, person, 'Left alone the drink gets unpleasant, as I know.');
  await model.came(before + 1);
  await goOn(page);
  model.release();
  for (const end = Date.now() + 20_000; (await client.attempts())[0].grader !== 'model';) assert.ok(Date.now() < end, 'it is kept');
  assert.equal(await page.getByText('Second look by a language model').count(), 0);
  await close(page);
});
