/* Every page with the data of the furnished demo, and with none. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, launch, open, SIZES } from './support/browser.mjs';
import { answer, finishSession, phase, signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('tea', 'Tea');
});
after(() => Promise.all([browser?.close(), server?.stop()]));

for (const size of Object.keys(SIZES)) {
  test(`progress shows each skill, the forecast, the practised days and the confidence, on a ${size}`, async () => {
    const page = await open(browser, server.origin, size);
    await signInByLink(page, server.tokens.learner); /* first: it brings the time zone in which the days are counted */
    const progress = await (await server.client(server.tokens.learner)).get('/progress');
    await page.getByRole('link', { name: 'Progress', exact: true }).click();
    for (const { name } of progress.skills) await page.getByRole('heading', { name: new RegExp(`^${name} `) }).waitFor();
    const begun = progress.skills.flatMap(({ concepts }) => concepts).filter(({ attempts }) => attempts > 0);
    assert.equal(await page.locator('.skill .line').count(), begun.length);
    assert.equal(await page.locator('.dots .dot').count(), progress.practice.filter(({ attempts }) => attempts > 0).length);
    assert.equal(await page.locator('.forecast .bar').count(), progress.forecast.filter(({ due }) => due > 0).length);
    const sure = progress.confidence.find(({ confidence }) => confidence === 'sure');
    await page.getByText(`Sure: right ${sure.right} of ${sure.attempts}`).waitFor();

    const { title, attempts } = begun[0];
    await page.getByRole('link', { name: new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) }).click();
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.locator('.attempts > li').first().waitFor();
    assert.equal(await page.locator('.attempts > li').count(), Math.min(attempts, 20));
    await page.locator('.attempts summary').first().click();
    await page.locator('.attempts details[open] .feedback-body').waitFor();
    await close(page);
  });

  test(`the library leads from packs to a concept, and from there into practice, on a ${size}`, async () => {
    const page = await open(browser, server.origin, size);
    await signInByLink(page, server.tokens.learner);
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.getByRole('link', { name: 'Selling on value' }).click();
    await page.getByRole('heading', { name: 'Selling on value', level: 1 }).waitFor();
    assert.ok((await page.locator('.concepts > li').count()) >= 30);
    await page.locator('.concepts .line').first().click();
    await page.locator('.idea').waitFor();
    const title = await page.locator('h1').innerText();
    await page.getByRole('heading', { name: 'Exercises' }).waitFor();
    await page.getByRole('button', { name: 'Practise this' }).click();
    await phase(page, 'introduction', 'exercise');
    await answer(page);
    await page.locator('details.asked summary', { hasText: title }).waitFor();
    await close(page);
  });
}

test('a concept can be chosen before those that it builds on', async () => {
  const person = await server.person();
  const client = await server.client(person);
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  const late = concepts.filter(({ requires }) => requires.length > 0).at(-1);
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await page.goto(`/library/concepts/${late.id}`);
  await page.getByRole('button', { name: 'Practise this' }).tap();
  await phase(page, 'introduction');
  await page.getByRole('heading', { name: late.title }).waitFor();
  await close(page);
});

test('several pages of answers are read one after the other', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const { value: session } = await client.ask('POST', '/sessions', {});
  for (let n = 0; n < 23; n++) assert.equal((await client.answer(session, session.entries[0])).status, 201);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await page.goto(`/progress/${session.entries[0].concept.id}`);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.attempts > li').length === 23);
  assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
  await close(page);
});

test('the team page tells a coach in words who needs a person', async () => {
  const page = await open(browser, server.origin, 'desktop');
  await signInByLink(page, server.tokens.coach);
  await page.getByRole('link', { name: 'Team', exact: true }).click();
  for (const name of ['Maya Lindqvist', 'Kofi Mensah', 'Lena Fischer']) await page.getByRole('row', { name: new RegExp(`${name}.*(fading|ready|sure and wrong|not begun)`) }).waitFor();
  await close(page);
});

for (const size of Object.keys(SIZES))
  test(`an author sees what the exercises do, and how well it was predicted, on a ${size}`, async () => {
    const page = await open(browser, server.origin, size);
    await signInByLink(page, server.tokens.author);
    const client = await server.client(server.tokens.author);
    const { exercises } = await client.get('/exercises/statistics?limit=50');
    await page.getByRole('link', { name: 'Exercises', exact: true }).click();
    await page.locator('.items > li').first().waitFor();
    assert.equal(await page.locator('.items > li').count(), 50);
    const { right, success } = exercises[0];
    const percent = (share) => `${Math.round(share * 100)} %`;
    const first = page.locator('.items > li').first();
    for (const { estimate, low, high } of [right, success]) await first.getByText(`${percent(estimate)} (${percent(low)} to ${percent(high)})`, { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.items > li').length === 100);
    await page.getByLabel('Show', { exact: true }).selectOption('too few answers yet');
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll('.items > li')];
      return rows.length > 0 && rows.length <= 50 && rows.every((row) => row.textContent.includes('too few answers yet'));
    });

    const calibration = await client.get('/calibration');
    await page.getByRole('link', { name: 'How well Whet predicts' }).click();
    await page.getByRole('heading', { name: 'How well Whet predicts', level: 1 }).waitFor();
    await page.locator('.reliability').first().waitFor();
    assert.equal(await page.locator('.reliability').count(), 2);
    const filled = (bins) => bins.filter(({ n }) => n > 0).length;
    assert.equal(await page.locator('.reliability .dot').count(), filled(calibration.success.bins) + filled(calibration.recall.bins));
    await page.getByText(`On ${calibration.success.n} answers: expected`).first().waitFor();
    await page.locator('.reliability summary').first().click();
    assert.equal(await page.locator('.reliability').first().locator('tbody tr').count(), filled(calibration.success.bins));
    await page.getByText(`FSRS-6, fitted to ${calibration.memory.answers} answers of your own organisation`).waitFor();
    await close(page);
  });

test('an admin chooses by which algorithm memories fade, by keyboard', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.author);
  await page.goto('/predictions');
  const group = page.getByRole('group', { name: 'By which algorithm memories fade' });
  await group.getByLabel(/^FSRS-6/).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('status').filter({ hasText: 'Saved.' }).first().waitFor();
  await page.getByText(/^FSRS-7(, fitted| with its published)/).waitFor();
  const client = await server.client(server.tokens.author);
  assert.equal((await client.get('/organisation/memory')).current.algorithm, 'fsrs7');
  await group.getByLabel(/^FSRS-6/).check();
  await page.getByText('FSRS-6, fitted to').waitFor();
  await close(page);
});

test('a coach reaches the predictions from the team page, and may not choose', async () => {
  const page = await open(browser, server.origin, 'phone');
  await signInByLink(page, server.tokens.coach);
  await page.getByRole('link', { name: 'Team', exact: true }).tap();
  await page.getByRole('link', { name: 'How well Whet predicts' }).tap();
  await page.locator('.reliability').first().waitFor();
  assert.equal(await page.getByRole('radio').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Exercises', exact: true }).count(), 0);
  await page.goto('/exercises');
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await close(page);
});

test('a learner sees neither exercises nor predictions', async () => {
  const page = await open(browser, server.origin, 'desktop');
  await signInByLink(page, server.tokens.learner);
  for (const name of ['Exercises', 'Predictions']) assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
  for (const path of ['/exercises', '/predictions']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  }
  await close(page);
});

test('a learner sees no team page', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.learner);
  assert.equal(await page.getByRole('link', { name: 'Team', exact: true }).count(), 0);
  await page.goto('/team');
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await close(page);
});

test('how hard it should be is said in words, and chosen by keyboard', async () => {
  const person = await server.person();
  const client = await server.client(person);
  const { value: session } = await client.ask('POST', '/sessions', {});
  for (const entry of session.entries) await client.answer(session, entry);
  for (let n = session.entries.length; n < 6; n++) await client.answer(session, session.entries[0]);
  const { challenge } = await client.get('/progress');
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await page.goto('/progress');
  await page.getByText(`The next session is planned so that about ${Math.round(challenge.target * 100)} % goes right`).waitFor();
  await page.getByText(/^On questions you had not seen: \d+ of \d+ right/).first().waitFor();
  const wish = page.getByRole('group', { name: 'How hard should it be?' });
  assert.ok(await wish.getByLabel('As it is').isChecked());
  await wish.getByLabel('As it is').focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Saved. It counts from the next session on.').waitFor();
  assert.equal((await client.get('/me')).challenge, 'harder');
  await page.reload();
  assert.ok(await page.getByLabel('Harder').isChecked());
  await close(page);
});

test('the account page changes name, minutes and password', async () => {
  const person = await server.person();
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await page.getByRole('link', { name: 'Account' }).tap();
  await page.getByLabel('Name').fill('Noor el Haddad');
  await page.getByLabel('Minutes a session').fill('10');
  await page.getByRole('button', { name: 'Save' }).tap();
  await page.getByText('Saved.').waitFor();
  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password').fill('another sentence to keep');
  await page.getByRole('button', { name: 'Change the password' }).tap();
  await page.getByText('The password is changed.').waitFor();
  await page.reload();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Noor el Haddad');
  assert.equal(await page.getByLabel('Minutes a session').inputValue(), '10');
  const client = await server.client({ ...person, password: 'another sentence to keep' });
  assert.equal(client.me.sessionMinutes, 10);
  await page.getByText('This device').waitFor();
  await close(page);
});

test('a wrong present password is said where it was typed', async () => {
  const person = await server.person();
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await page.goto('/account');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('another sentence to keep');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(new URL(page.url()).pathname, '/account', 'nobody is signed out by a slip');
  await close(page, /status of 4\d\d .*\/me\/password/);
});

test('somebody without material is told where it will come from, on every page', async () => {
  const person = await server.person({ team: 'Empty', more: ['--coach-of', 'Nobody'] });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await page.getByRole('heading', { name: 'There is nothing to practise yet' }).waitFor();
  await page.getByRole('link', { name: 'Progress', exact: true }).tap();
  await page.getByRole('heading', { name: 'Your memory will be drawn here' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Library', exact: true }).tap();
  await page.getByRole('heading', { name: 'No packs yet' }).waitFor();
  await page.getByRole('link', { name: 'Team', exact: true }).tap();
  await page.getByRole('heading', { name: 'Nobody is in your team yet' }).waitFor();
  await page.goto('/answers');
  await page.getByText('Every answer has been sent').waitFor();
  await close(page);
});

test('when nothing fades, today says when something will, and lets people practise anyway', async () => {
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await finishSession(page);
  await page.getByRole('button', { name: 'Done' }).tap();
  await phase(page, 'rest');
  await page.getByRole('heading', { name: /^Nothing is fading\. Next: / }).waitFor();
  await page.getByRole('button', { name: /^Start something new/ }).tap();
  await phase(page, 'introduction');
  await close(page);
});

test('an address that leads nowhere says so and offers the way back', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.learner);
  for (const path of ['/nothing', '/library/concepts/1', '/library/packs/1', '/progress/1']) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  }
  await page.getByRole('link', { name: 'Go to today’s practice' }).click();
  await phase(page);
  await close(page, /status of 404/);
});

test('progress is drawn anew when an answer comes from elsewhere', async () => {
  const person = await server.person({ team: 'Tea' });
  const client = await server.client(person);
  const { value: session } = await client.ask('POST', '/sessions', {});
  await client.answer(session, session.entries[0]);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  const events = page.waitForResponse('**/api/v1/events');
  await page.goto('/progress');
  await events;
  await page.getByText('Think so: 1 answer.').waitFor();
  await client.answer(session, session.entries[1]);
  await page.getByText('Think so: 2 answers.').waitFor();
  await close(page);
});
