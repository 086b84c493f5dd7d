/* Small screens, large letters, no movement, light and dark. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, launch, open, overflow } from './support/browser.mjs';
import { answer, goOn, phase, signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser, paths;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('tea', 'Tea');
  const client = await server.client(server.tokens.coach);
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  paths = ['/', '/progress', `/progress/${concepts[0].id}`, '/library', `/library/packs/${packs[0].id}`, `/library/concepts/${concepts[0].id}`, '/account', '/answers', '/team', '/nothing'];
});
after(() => Promise.all([browser?.close(), server?.stop()]));

const ready = async (page) => {
  await page.locator('main h1').first().waitFor({ state: 'attached' });
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
};

/* 320 px is also what is left of 1280 px at 400 %, and 640 px at 200 %: WCAG 2.2, 1.4.4 and 1.4.10. */
for (const [what, viewport] of [['320 px wide', { width: 320, height: 640 }], ['at a zoom of 200 %', { width: 640, height: 400 }]])
  test(`no page scrolls sideways when it is ${what}`, async () => {
    const page = await open(browser, server.origin, 'desktop', { viewport });
    await page.goto('/sign-in');
    await ready(page);
    assert.ok((await overflow(page)) <= 0, 'sign-in');
    await signInByLink(page, server.tokens.coach);
    for (const path of paths) {
      await page.goto(path);
      await ready(page);
      await page.locator('main details').evaluateAll((all) => all.forEach((details) => (details.open = true)));
      assert.ok((await overflow(page)) <= 0, path);
    }
    await page.context().clearCookies();
    await signIn(page, await server.person({ role: 'learner,coach,author,admin' }));
    for (const path of ['/exercises', '/predictions']) {
      await page.goto(path);
      await ready(page);
      await page.locator('main details').evaluateAll((all) => all.forEach((details) => (details.open = true)));
      assert.ok((await overflow(page)) <= 0, path);
      const cut = await page.locator('.tabs a span').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.closest('a').clientWidth).map(({ textContent }) => textContent));
      assert.deepEqual(cut, [], 'the pages to go to fit beside each other');
    }
    const person = await server.person({ team: 'Tea' });
    await page.context().clearCookies();
    await signIn(page, person);
    for (let now = await phase(page); now !== 'end'; now = await goOn(page)) {
      assert.ok((await overflow(page)) <= 0, now);
      await answer(page);
      assert.ok((await overflow(page)) <= 0, 'feedback');
    }
    assert.ok((await overflow(page)) <= 0, 'end');
    await close(page);
  });

test('letters of twice the size still fit', async () => {
  const page = await open(browser, server.origin, 'phone');
  await signInByLink(page, server.tokens.learner);
  for (const path of ['/', '/progress', '/library', '/account']) {
    await page.goto(path);
    await ready(page);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    assert.ok((await overflow(page)) <= 0, path);
  }
  await close(page);
});

test('what one touches is at least 44 px high in the session, and nothing covers it', async () => {
  const page = await open(browser, server.origin, 'phone');
  await signIn(page, await server.person({ team: 'Tea' }));
  await phase(page, 'introduction');
  await page.getByRole('button', { name: 'Go to the exercise' }).tap();
  await phase(page, 'exercise');
  const small = await page.locator('main :is(button, .option, textarea), nav a').evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).map(({ outerHTML }) => outerHTML));
  assert.deepEqual(small, []);
  for (const name of ['Sure', 'Think so', 'Guess']) {
    const box = await page.getByRole('button', { name, exact: true }).boundingBox();
    const on = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest('button')?.textContent, [box.x + box.width / 2, box.y + box.height / 2]);
    assert.ok(on?.startsWith(name), `${name} can be touched without scrolling`);
  }
  await close(page);
});

test('dark mode follows the system, and changes with it', async () => {
  const page = await open(browser, server.origin, 'desktop', { colorScheme: 'dark' });
  await page.goto('/sign-in');
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  assert.equal(await paper(), 'rgb(16, 22, 21)');
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await paper(), 'rgb(255, 255, 255)');
  await close(page);
});

test('nothing moves for people who asked for that', async () => {
  const page = await open(browser, server.origin, 'phone', { reducedMotion: 'reduce' });
  await signIn(page, await server.person({ team: 'Tea' }));
  await answer(page);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element);
      return animationName !== 'none' || transitionDuration.split(', ').some((duration) => parseFloat(duration) > 0);
    }).map(({ outerHTML }) => outerHTML.slice(0, 80)));
  assert.deepEqual(moving, []);
  await close(page);
});

test('a picture of data can be read as a table', async () => {
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.learner);
  await page.goto('/progress');
  await ready(page);
  assert.equal(await page.locator('figure:has(svg)').count(), await page.locator('figure .table-of').count());
  await page.locator('.forecast summary').click();
  await page.getByRole('columnheader', { name: 'Due' }).waitFor();
  await close(page);
});
