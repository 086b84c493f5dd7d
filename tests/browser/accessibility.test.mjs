/* Every page and state, light and dark, on a phone and a desktop: no serious or critical violation, nothing that scrolls sideways. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, close, launch, open, overflow, SIZES, UNREACHED } from './support/browser.mjs';
import { answer, goOn, kindOf, phase, signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('tea', 'Tea');
});
after(() => Promise.all([browser?.close(), server?.stop()]));

async function check(page, state) {
  await assertAccessible(page, state);
  assert.ok((await overflow(page)) <= 0, `${state} does not scroll sideways`);
}

const unfold = (page) => page.locator('main details').evaluateAll((all) => all.forEach((details) => (details.open = true)));

for (const size of Object.keys(SIZES))
  for (const colorScheme of ['light', 'dark']) {
    test(`pages are accessible on a ${colorScheme} ${size}`, async () => {
      const page = await open(browser, server.origin, size, { colorScheme });
      await page.goto('/sign-in');
      await page.getByLabel('E-mail').waitFor();
      await check(page, 'sign-in');
      await page.getByRole('button', { name: 'Send me a link instead' }).click();
      await page.getByRole('button', { name: 'Send the link' }).click();
      await page.getByRole('alert').waitFor();
      await check(page, 'sign-in by link, with a complaint');

      await signInByLink(page, server.tokens.learner);
      const { packs } = await (await server.client(server.tokens.learner)).get('/packs');
      await page.goto('/progress');
      await page.locator('.forecast').waitFor();
      await unfold(page);
      await check(page, 'progress, with all tables');
      await page.locator('.concepts .line').first().click();
      await page.locator('.attempts summary').first().click();
      await check(page, 'answers to a concept');
      await page.goto('/library');
      await page.locator('.packs li').first().waitFor();
      await check(page, 'library');
      await page.goto(`/library/packs/${packs[0].id}`);
      await page.locator('.concepts').first().waitFor();
      await check(page, 'pack');
      await page.locator('.concepts .line').nth(3).click();
      await page.locator('.idea').waitFor();
      await check(page, 'concept');
      await page.goto('/account');
      await page.locator('.sign-ins li').first().waitFor();
      await check(page, 'account');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await check(page, 'keys');
      await page.keyboard.press('Escape');
      await page.goto('/answers');
      await page.getByText('Every answer has been sent').waitFor();
      await check(page, 'answers, none');
      await page.goto('/nothing');
      await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
      await check(page, 'not found');
      await close(page);

      const coach = await open(browser, server.origin, size, { colorScheme });
      await signInByLink(coach, server.tokens.coach);
      await coach.goto('/team');
      await coach.locator('.people').waitFor();
      await check(coach, 'team');
      await close(coach);

      const author = await open(browser, server.origin, size, { colorScheme });
      await signInByLink(author, server.tokens.author);
      await author.goto('/exercises');
      await author.locator('.items > li').first().waitFor();
      await unfold(author);
      await check(author, 'exercises');
      await author.goto('/predictions');
      await author.locator('.reliability').first().waitFor();
      await unfold(author);
      await check(author, 'predictions, with all tables');
      await close(author);
    });

    test(`a session is accessible on a ${colorScheme} ${size}`, async () => {
      const wire = await server.network();
      const person = await server.person({ team: 'Tea' });
      await (await server.client(person)).ask('PATCH', '/me', { sessionMinutes: 20 });
      const page = await open(browser, wire.origin, size, { colorScheme });
      await signIn(page, person);
      const seen = new Set();
      for (let now = await phase(page); now !== 'end'; now = await goOn(page)) {
        if (now === 'introduction') {
          if (!seen.has(now)) await check(page, 'new concept');
          seen.add(now);
          await page.getByRole('button', { name: 'Go to the exercise' }).click();
          await phase(page, 'exercise');
        }
        const kind = await kindOf(page);
        if (seen.has(kind)) {
          await answer(page);
          continue;
        }
        await page.getByRole('button', { name: 'Sure', exact: true }).click();
        await page.getByText(/first\.$/).first().waitFor();
        await check(page, `${kind}, with a complaint`);
        await answer(page, { words: 'It gets bitter. Still I think the longer the better.', confidence: 'Sure' });
        await unfold(page);
        await check(page, `feedback to ${kind}`);
        seen.add(kind);
      }
      assert.ok(seen.size >= 7, `kinds seen: ${[...seen]}`);
      await page.locator('.curve').first().waitFor();
      await unfold(page);
      await check(page, 'end');
      await page.getByRole('button', { name: 'Done' }).click();
      await phase(page, 'rest');
      await check(page, 'nothing due');

      await page.getByRole('button', { name: /^(Start something new|Refresh|Practise for)/ }).click();
      await phase(page, 'introduction', 'exercise');
      wire.cut();
      await answer(page, { expect: ['kept'] });
      await page.locator('.queue-line p').waitFor();
      await check(page, 'kept, offline');
      await page.getByRole('link', { name: 'Library', exact: true }).click();
      await page.getByRole('heading', { name: 'You are offline' }).waitFor();
      await check(page, 'a page without its data, offline');
      await close(page, UNREACHED);
    });
  }

test('empty pages are accessible', async () => {
  const person = await server.person({ team: 'Empty', more: ['--coach-of', 'Nobody'] });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  for (const [path, heading] of [['/', 'There is nothing to practise yet'], ['/progress', 'Your memory will be drawn here'], ['/library', 'No packs yet'], ['/team', 'Nobody is in your team yet']]) {
    await page.goto(path);
    await page.getByRole('heading', { name: heading }).waitFor();
    await check(page, heading);
  }
  await close(page);
});

test('headings go down one level at a time, on every page', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.author);
  for (const path of ['/', '/progress', '/library', '/account', '/exercises', '/predictions']) {
    await page.goto(path);
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    const levels = await page.locator('main :is(h1, h2, h3, h4)').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    assert.equal(levels[0], 1);
    levels.reduce((above, level) => assert.ok(level <= above + 1, `${path}: ${levels}`) ?? level, 0);
  }
  await close(page);
});

test('what changed takes the focus, and feedback is announced', async () => {
  const person = await server.person({ team: 'Tea' });
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await answer(page);
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Feedback');
  const verdict = await page.locator('h1.verdict').innerText();
  await page.locator('[role=status]', { hasText: verdict }).waitFor({ state: 'attached' });
  await goOn(page);
  await page.waitForFunction(() => document.activeElement !== document.body && document.querySelector('main').contains(document.activeElement));
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await close(page);
});

/* Last: from then on the program has to be told which organisation is meant. */
test('pages without data say how little is known', async () => {
  const person = await server.person({ team: null, role: 'author,admin', more: ['--organisation', 'Nobody answers'] });
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, person);
  await page.goto('/exercises');
  await page.getByRole('heading', { name: 'No exercises yet' }).waitFor();
  await check(page, 'no exercises');
  await page.goto('/predictions');
  await page.getByText('Not enough answers yet: 0 of at least 20.').first().waitFor();
  await page.getByText('FSRS-6 with its published weights.').waitFor();
  await check(page, 'no predictions');
  await close(page);
});
