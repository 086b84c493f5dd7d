/* Takes a picture of each page and main state, as a phone and a desktop show it, light and dark:
 *   node tests/browser/pictures.mjs [OUTDIR]
 * They are for looking at; no test compares them. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertQuiet, launch, open, SIZES, UNREACHED } from './support/browser.mjs';
import { answer, kindOf, phase, signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

const out = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../../docs/pictures'));
const PRICE = 'What "too expensive" is measured against';
const WORDS = {
  explain: 'Before I touch the price I ask what they compare it with. Usually it is what they paid last year, or doing nothing.',
  roleplay: 'Thank you for saying it so openly. Over what was planned for what, exactly?',
  recall: 'Compared with what?',
  voice: 'I would ask what the delay costs them every week.',
  reflect: 'In May, with the freight office in Lyon. They compared us with their own team.',
};

const browser = await launch();
await mkdir(out, { recursive: true });
for (const name of await readdir(out)) if (/-(phone|desktop)-(light|dark)\.png$/.test(name)) await rm(join(out, name));

for (const size of Object.keys(SIZES)) for (const scheme of ['light', 'dark']) await album(size, scheme);
await browser.close();

let bytes = 0;
const names = (await readdir(out)).filter((name) => name.endsWith('.png'));
for (const name of names) bytes += (await stat(join(out, name))).size;
console.log(`${names.length} pictures, ${Math.round(bytes / 1024)} KiB, in ${out}`);

/* A demo of its own for each album: what one does to take a picture does not show in another. */
async function album(size, scheme) {
  const server = await startServer();
  const wire = await server.network();
  const page = await open(browser, wire.origin, size, { colorScheme: scheme, reducedMotion: 'reduce' });
  const take = (name, fullPage = false) => page.screenshot({ path: join(out, `${name}-${size}-${scheme}.png`), fullPage, caret: 'initial' });
  const settled = () => page.locator('.skeleton').first().waitFor({ state: 'detached' });
  const client = await server.client(server.tokens.learner);
  const author = await server.client(server.tokens.author);
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  const price = concepts.find(({ title }) => title === PRICE);

  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('maya@demo.example');
  await take('sign-in');
  await signInByLink(page, server.tokens.learner);
  await phase(page, 'exercise');

  await page.goto('/progress');
  await page.locator('.forecast').waitFor();
  await take('progress');
  await take('progress-whole', true);
  await page.goto(`/progress/${price.id}`);
  await page.locator('.attempts summary').first().click();
  await page.evaluate(() => document.activeElement?.blur());
  await take('answers', true);
  await page.goto('/library');
  await page.locator('.packs li').first().waitFor();
  await take('library');
  await page.goto(`/library/packs/${packs[0].id}`);
  await page.locator('.concepts').first().waitFor();
  await take('pack');
  await page.goto(`/library/concepts/${price.id}`);
  await page.locator('.idea').waitFor();
  await take('concept');
  await page.goto('/account');
  await page.locator('.sign-ins li').first().waitFor();
  await take('account', true);

  await practise(concepts.find(({ state }) => state === 'new'));
  await phase(page, 'introduction');
  await take('idea');

  await practise(price);
  for (let now = await phase(page); now !== 'end'; now = await phase(page, 'introduction', 'exercise', 'end')) {
    if (now === 'introduction') await page.getByRole('button', { name: 'Go to the exercise' }).click();
    await one(await kindOf(page));
    await page.getByRole('button', { name: /^(Next|See what got stronger)$/ }).click();
  }
  await page.goto('/');
  await phase(page, 'introduction', 'exercise');
  await take('today');
  for (let now = await phase(page); now !== 'end'; now = await phase(page, 'introduction', 'exercise', 'end')) {
    await answer(page, { words: WORDS.explain });
    await page.getByRole('button', { name: /^(Next|See what got stronger)$/ }).click();
  }
  await page.locator('.curve').first().waitFor();
  await page.getByLabel('One sentence to keep').fill('On Thursday I ask the Lyon office what they compare us with.');
  await page.evaluate(() => document.activeElement?.blur());
  await page.evaluate(() => window.scrollTo(0, 0));
  await take('end', true);
  await page.getByRole('button', { name: /^(Done|Save and come back)/ }).click();
  await phase(page, 'rest');
  await take('rest');

  await page.goto('/');
  await practise(price);
  wire.cut();
  await answer(page, { expect: ['kept'] });
  await page.locator('.queue-line p').waitFor();
  await take('offline');
  await page.getByRole('link', { name: 'Progress', exact: true }).click();
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await take('offline-page');
  wire.mend();
  await leave();

  await signInByLink(page, server.tokens.coach);
  await page.goto('/team');
  await page.locator('.people').waitFor();
  await take('team');
  await leave();

  const fresh = await server.person({ team: 'New' });
  await signIn(page, fresh);
  await page.getByRole('heading', { name: 'There is nothing to practise yet' }).waitFor();
  await take('empty');
  await page.goto('/progress');
  await settled();
  await take('progress-empty');
  await page.context().close();
  assertQuiet(page, UNREACHED, /status of 401/);
  await server.stop();

  async function leave() {
    await page.context().clearCookies();
    await page.goto('/sign-in');
    await page.evaluate(() => localStorage.clear());
  }

  async function practise({ id }) {
    await page.goto(`/library/concepts/${id}`);
    await page.getByRole('button', { name: 'Practise this' }).click();
    await phase(page, 'introduction', 'exercise');
  }

  /* An exercise of the chosen concept: a wrong choice, or words that are half right */
  async function one(kind) {
    const { session } = await client.get('/today');
    const { exercise } = session.entries.find(({ attempt }) => !attempt);
    if (kind === 'choose') {
      const full = (await author.get(`/concepts/${price.id}`)).exercises.find(({ id }) => id === exercise.id);
      const wrong = full.options.findIndex(({ correct }) => !correct);
      const place = exercise.options.findIndex(({ index }) => index === (full.options[wrong].index ?? wrong));
      await page.locator('.option').nth(place).click();
    } else await page.getByRole('textbox', { name: 'Your answer' }).fill(WORDS[kind] ?? WORDS.explain);
    await page.evaluate(() => document.activeElement?.blur());
    await take(kind);
    await page.getByRole('button', { name: 'Sure', exact: true }).click();
    await phase(page, 'feedback');
    await take(`${kind}-feedback`, true);
  }
}
