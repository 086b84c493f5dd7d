/* What people and authors wrote is text, whatever it looks like. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, launch, open } from './support/browser.mjs';
import { answer, goOn, phase, signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

const MARKUP = '<img src=x onerror="window.struck=1"><script>window.struck=1</script> [x](javascript:alert(1))';

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  await server.importPack('hostile', 'Hostile');
});
after(() => Promise.all([browser?.close(), server?.stop()]));

/* Nothing of what was written became an element that acts, and nothing ran. */
async function assertHarmless(page) {
  const found = await page.evaluate(() => ({
    struck: window.struck ?? null,
    elements: [...document.querySelectorAll('#app :is(script, iframe, img, object, embed, link, base, form[action], svg svg)')].map(({ outerHTML }) => outerHTML),
    links: [...document.querySelectorAll('#app a[href]')].map(({ href }) => href).filter((href) => !/^https?:/.test(href)),
    handlers: [...document.querySelectorAll('#app *')].flatMap(({ attributes }) => [...attributes]).filter(({ name }) => name.startsWith('on')).map(({ name }) => name),
  }));
  assert.deepEqual(found, { struck: null, elements: [], links: [], handlers: [] });
}

test('markup in a pack is shown as text on every page', async () => {
  const person = await server.person({ team: 'Hostile', name: MARKUP });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  const { packs } = await client.get('/packs');
  const pack = await client.get(`/packs/${packs[0].id}`);
  for (const path of ['/', '/progress', '/library', `/library/packs/${packs[0].id}`, ...pack.concepts.map(({ id }) => `/library/concepts/${id}`), '/account']) {
    await page.goto(path);
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    await assertHarmless(page);
  }
  await page.goto(`/library/concepts/${pack.concepts.find(({ title }) => title.startsWith('Title')).id}`);
  await page.getByRole('heading', { name: 'Title <img src=x onerror="window.struck = \'title\'">' }).waitFor();
  await page.getByText('<script>window.struck = \'text\'</script>').waitFor();
  const good = page.getByRole('link', { name: 'good link' });
  assert.equal(await good.getAttribute('rel'), 'noopener noreferrer');
  assert.deepEqual(await page.locator('.idea a').allInnerTexts(), ['good link'], 'only what leads to the web is a link');
  await close(page);
});

test('markup in answers, notes and names is shown as text', async () => {
  const person = await server.person({ team: 'Hostile', name: MARKUP, more: ['--coach-of', 'Hostile'] });
  const client = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  while ((await phase(page, 'introduction', 'exercise', 'end')) !== 'end') {
    await answer(page, { words: MARKUP, confidence: 'Sure' });
    await assertHarmless(page);
    await goOn(page);
  }
  await page.getByLabel('One sentence to keep').fill(MARKUP);
  await page.getByRole('button', { name: /^(Done|Save and come back)/ }).click();
  await phase(page, 'rest');
  const { attempts } = await client.get('/attempts');
  await page.goto(`/progress/${attempts.find(({ text }) => text).concept.id}`);
  await page.locator('.attempts > li').first().waitFor();
  await page.locator('.attempts details').evaluateAll((all) => all.forEach((details) => (details.open = true)));
  await page.locator('.evidence').first().waitFor();
  await assertHarmless(page);
  assert.equal(attempts.find(({ text }) => text).text, MARKUP, 'and it is kept as it was written');
  await page.goto('/team');
  await page.getByRole('rowheader', { name: MARKUP }).first().waitFor();
  await assertHarmless(page);
  await page.goto('/account');
  assert.equal(await page.getByLabel('Name').inputValue(), MARKUP);
  await close(page);
});

test('an address that tries to lead elsewhere after signing in does not', async () => {
  for (const then of ['//elsewhere.example/', '/\t/elsewhere.example/', '/\\elsewhere.example', 'javascript:window.struck=1', 'https://elsewhere.example/']) {
    const page = await open(browser, server.origin);
    await page.goto(`/sign-in?then=${encodeURIComponent(then)}#${server.tokens.learner}`);
    await page.locator('article.exercise, .rest').first().waitFor();
    assert.equal(page.url(), `${server.origin}/`);
    await close(page);
  }
});

test('an author sees markup as text too', async () => {
  const author = await server.client(server.tokens.author);
  const { packs } = await author.get('/packs');
  const hostile = packs.find(({ title }) => title.startsWith('Hostile'));
  const page = await open(browser, server.origin);
  await signInByLink(page, server.tokens.author);
  const { concepts } = await author.get(`/packs/${hostile.id}`);
  for (const { id } of concepts) {
    await page.goto(`/library/concepts/${id}`);
    await page.getByRole('heading', { name: 'Exercises' }).waitFor();
    await assertHarmless(page);
  }
  await close(page);
});
