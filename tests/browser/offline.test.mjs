/* Nothing that a person answered is lost: not without a connection, not when the server dies. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, launch, open, UNREACHED } from './support/browser.mjs';
import { answer, finishSession, goOn, phase, signIn } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('tea', 'Tea');
});
after(() => Promise.all([browser?.close(), server?.stop()]));

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);
const line = (page, words) => page.locator('.queue-line').getByText(words).waitFor();

/* The wire is cut, and the device knows it. */
async function goOffline(page, wire) {
  wire.cut();
  await page.context().setOffline(true);
}

async function goOnline(page, wire) {
  wire.mend();
  await page.context().setOffline(false);
}

async function begin(size) {
  const wire = await server.network();
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  await client.ask('PATCH', '/me', { sessionMinutes: 10 });
  const page = await open(browser, wire.origin, size);
  await signIn(page, person);
  await controlled(page);
  await answer(page);
  await goOn(page);
  const { session } = await client.get('/today');
  return { wire, client, page, session };
}

const entriesOf = async (client, { id }) => (await client.get(`/sessions/${id}`)).entries;

/* Each answered place of the session has exactly one attempt, and `count` of them there are; all that the session has now
 * (what was missed came back) when it is not said. */
async function assertEachOnce(client, session, count) {
  const attempts = await client.attempts();
  const entries = await entriesOf(client, session);
  assert.equal(attempts.length, count ?? entries.length, 'every answer arrived once');
  const shown = entries.filter(({ attempt }) => attempt).map(({ attempt }) => attempt.attemptId);
  assert.deepEqual(shown.sort(), attempts.map(({ attemptId }) => attemptId).sort());
}

for (const size of ['phone', 'desktop']) {
  test(`answers given offline are kept through a reload and sent exactly once, on a ${size}`, async () => {
    const { wire, client, page, session } = await begin(size);

    await goOffline(page, wire);
    await answer(page, { expect: ['kept'] });
    await page.getByText('Feedback when you are back online.').waitFor();
    await line(page, 'Offline: 1 answer is kept on this device and will be sent.');
    await goOn(page);
    await answer(page, { expect: ['kept'] });
    await line(page, 'Offline: 2 answers are kept on this device and will be sent.');

    await page.reload();
    await phase(page, 'introduction', 'exercise');
    await line(page, 'Offline: 2 answers are kept on this device and will be sent.');
    await answer(page, { expect: ['kept'] });
    assert.equal((await client.attempts()).length, 1, 'nothing has reached the server yet');

    await goOnline(page, wire);
    await phase(page, 'feedback');
    await line(page, 'Back online. 2 answers were sent.');
    await assertEachOnce(client, session, 4);

    await page.getByRole('link', { name: 'See the feedback' }).click();
    await page.getByRole('heading', { name: 'Feedback that came later' }).waitFor();
    assert.equal(await page.locator('article.late .feedback-body').count(), 2);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Every answer has been sent').waitFor();
    await page.getByRole('link', { name: 'Today', exact: true }).click();
    await finishSession(page);
    await assertEachOnce(client, session);
    await close(page, UNREACHED);
  });
}

test('a server that was killed loses nothing, and what was answered meanwhile is sent when it is back', async () => {
  const { client, page, session } = await begin('phone');
  const before = await client.attempts();
  await server.kill();

  await answer(page, { expect: ['kept'] });
  await line(page, 'Offline: 1 answer is kept on this device and will be sent.');
  await page.reload();
  await answer(page, { expect: ['kept'] });
  await line(page, 'Offline: 2 answers are kept on this device and will be sent.');

  await server.startAgain();
  assert.deepEqual((await client.attempts()).map(({ attemptId }) => attemptId), before.map(({ attemptId }) => attemptId), 'what was acknowledged is there');
  await page.getByRole('button', { name: /^(Next|Finish)$/ }).click();
  await page.locator('.queue-line').getByText('Offline').waitFor({ state: 'detached' });
  await finishSession(page);
  await assertEachOnce(client, session);
  await close(page, UNREACHED, /status of 50\d/);
});

test('an answer whose acknowledgement was lost is not counted twice', async () => {
  const { client, page, session } = await begin('desktop');
  let lost = 0;
  await page.route('**/api/v1/attempts', async (route) => {
    await route.fetch();
    lost += 1;
    await route.abort('connectionreset');
  });
  await answer(page, { expect: ['kept'] });
  assert.equal(lost, 1);
  assert.equal((await client.attempts()).length, 2, 'the server has it, the page does not know');
  await page.unroute('**/api/v1/attempts');
  await phase(page, 'feedback');
  await assertEachOnce(client, session, 2);
  await close(page, UNREACHED);
});

test('the end of a session that was finished offline is drawn when the connection is back', async () => {
  const { wire, client, page, session } = await begin('phone');
  await goOffline(page, wire);
  for (;;) {
    await answer(page, { expect: ['kept'] });
    await page.getByRole('button', { name: /^(Next|Finish)$/ }).tap();
    await page.locator('form.ask, article.exercise > .idea, h1:text-is("That was the last one")').first().waitFor();
    if (await page.getByRole('heading', { name: 'That was the last one' }).count()) break;
  }
  await goOnline(page, wire);
  await page.getByRole('heading', { name: 'What got stronger' }).waitFor();
  await assertEachOnce(client, session, session.entries.length);
  await close(page, UNREACHED);
});

test('pages that need the server say so while it cannot be reached, and come by themselves afterwards', async () => {
  const { wire, page } = await begin('phone');
  await goOffline(page, wire);
  for (const tab of ['Progress', 'Library']) {
    await page.getByRole('link', { name: tab, exact: true }).tap();
    await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  }
  await goOnline(page, wire);
  await page.getByRole('link', { name: 'Making tea' }).waitFor();
  await close(page, UNREACHED);
});

test('what one person answered offline is not sent in the name of another', async () => {
  const { wire, client, page } = await begin('desktop');
  const other = await server.person({ team: 'Tea' });
  await goOffline(page, wire);
  await answer(page, { expect: ['kept'] });
  await page.context().clearCookies();
  await page.context().setOffline(false);
  wire.mend();
  await signIn(page, other);
  await phase(page, 'introduction');
  assert.equal((await client.attempts()).length, 1);
  assert.equal((await (await server.client(other)).attempts()).length, 0);
  await close(page, UNREACHED, /status of 401/);
});
