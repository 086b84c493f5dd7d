/* Takes a picture of each page and main state, as a phone and a desktop show it, light and dark:
 *   node tests/browser/pictures.mjs [OUTDIR]
 * They are for looking at; no test compares them. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertQuiet, launch, open, SIZES, UNREACHED } from './support/browser.mjs';
import { answer, kindOf, phase, signIn, signInByLink } from './support/practice.mjs';
import { smaller } from './support/png.mjs';
import { startServer } from './support/server.mjs';

const out = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../../docs/pictures'));
const WANTED = ['choose', 'recall', 'explain', 'roleplay'];
const TALLEST = 1800;

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
  await page.context().addInitScript(likeAPhone);
  const { viewport } = SIZES[size];
  /* `whole`: as tall as the page, so that bars at the bottom of the screen stay there */
  const take = async (name, whole = false) => {
    await page.mouse.move(0, 0);
    if (whole) await page.setViewportSize({ ...viewport, height: Math.min(TALLEST, Math.max(viewport.height, await page.evaluate(() => document.documentElement.scrollHeight))) });
    await writeFile(join(out, `${name}-${size}-${scheme}.png`), smaller(await page.screenshot()));
    if (whole) await page.setViewportSize(viewport);
  };
  const settled = () => page.locator('.skeleton').first().waitFor({ state: 'detached' });
  const blur = () => page.evaluate(() => document.activeElement?.blur());
  const client = await server.client(server.tokens.learner);
  const author = await server.client(server.tokens.author);
  const { packs } = await client.get('/packs');
  const { concepts } = await client.get(`/packs/${packs[0].id}`);
  /* a person needs longer than a program */
  await page.route('**/api/v1/attempts', (route) => route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), seconds: 48 }) }));
  const { attempts } = await client.get('/attempts?limit=50');
  const known = attempts.find(({ exercise, score }) => exercise.kind === 'explain' && score > 0.3).concept;

  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('maya@demo.example');
  await take('sign-in');
  await signInByLink(page, server.tokens.coach);
  await page.goto('/team');
  await page.locator('.people').waitFor();
  await take('team');
  await leave();

  await signInByLink(page, server.tokens.learner);
  await phase(page, 'introduction', 'exercise');
  await take('today');
  for (let now = await phase(page); now !== 'end'; now = await phase(page, 'introduction', 'exercise', 'end')) {
    if (now === 'introduction') await page.getByRole('button', { name: 'Go to the exercise' }).click();
    await phase(page, 'exercise');
    const { session } = await client.get('/today');
    await one(await kindOf(page), session.entries.find(({ attempt }) => !attempt).concept, true);
    await page.getByRole('button', { name: /^(Next|Finish)$/ }).click();
  }
  await page.locator('.curve').first().waitFor();
  await page.getByLabel('One sentence to keep').fill('On Thursday I ask the Lyon office what they compare us with.');
  await blur();
  await page.evaluate(() => window.scrollTo(0, 0));
  await take('end', true);
  await page.getByRole('button', { name: /^(Done|Save and come back)/ }).click();
  await phase(page, 'rest');
  await take('rest');

  await page.goto('/progress');
  await page.locator('.forecast').waitFor();
  await take('progress', true);
  await page.goto(`/progress/${known.id}`);
  await page.locator('.attempts li', { hasText: 'Explain' }).locator('summary').first().click();
  await blur();
  await take('answers');
  await page.goto('/library');
  await page.locator('.packs li').first().waitFor();
  await take('library');
  await page.goto(`/library/packs/${packs[0].id}`);
  await page.locator('.concepts').first().waitFor();
  await take('pack');
  await page.goto(`/library/concepts/${known.id}`);
  await page.locator('.idea').waitFor();
  await take('concept');
  await page.goto('/account');
  await page.locator('.sign-ins li').first().waitFor();
  await take('account', true);

  await practise(concepts.filter(({ state }) => state === 'new').at(-1));
  await phase(page, 'introduction');
  await take('idea');

  const taken = new Set();
  for (const concept of concepts) {
    if (taken.size === WANTED.length) break;
    if (!concept.kinds.some((kind) => WANTED.includes(kind) && !taken.has(kind))) continue;
    await practise(concept);
    for (let now = await phase(page); now !== 'end'; now = await phase(page, 'introduction', 'exercise', 'end')) {
      if (now === 'introduction') await page.getByRole('button', { name: 'Go to the exercise' }).click();
      await phase(page, 'exercise');
      await one(await kindOf(page), concept);
      await page.getByRole('button', { name: /^(Next|Finish)$/ }).click();
    }
  }

  await page.goto('/');
  await practise(known);
  wire.cut();
  await answer(page, { expect: ['kept'] });
  await page.locator('.queue-line p').waitFor();
  await take('offline');
  await page.getByRole('link', { name: 'Progress', exact: true }).click();
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await take('offline-page');
  wire.mend();
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

  /* Answers the exercise on the page: with what is right, or so that the picture shows what is missing or wrong. */
  async function one(kind, concept, well = false) {
    const { session } = await client.get('/today');
    const { exercise } = session.entries.find(({ attempt }) => !attempt);
    const { solution } = (await author.get(`/concepts/${concept.id}`)).exercises.find(({ id }) => id === exercise.id);
    const wanted = !well && WANTED.includes(kind) && !taken.has(kind);
    if (exercise.options) {
      for (const { index, correct } of solution.options.map((option, at) => ({ ...option, index: at })))
        if (correct === well || (wanted && !correct)) {
          await page.locator('.option').nth(exercise.options.findIndex((option) => option.index === index)).click();
          if (!well) break;
        }
    } else await page.getByRole('textbox', { name: 'Your answer' }).fill(kind === 'reflect' ? 'In May, with the freight office in Lyon. They compared us with their own team.' : said(solution.models[0], well));
    await blur();
    if (wanted) await take(kind);
    await page.getByRole('button', { name: well ? 'Think so' : 'Sure', exact: true }).click();
    await phase(page, 'feedback');
    if (wanted) await take(`${kind}-feedback`, size === 'phone');
    if (wanted) taken.add(kind);
  }
}

/* The words of a model answer, or the first half of its sentences */
function said(model, whole) {
  const sentences = model.replace(/\s+/g, ' ').match(/[^.?!]+[.?!"]+/g);
  return sentences.slice(0, whole ? undefined : Math.ceil(sentences.length / 2)).join('').trim();
}

/* Runs in the page: letters of the width that phones and most desktops have; what stands in for them on a server is wider. */
function likeAPhone() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('html, .key, svg text { font-family: "Liberation Sans", sans-serif; }');
  document.adoptedStyleSheets = [sheet];
}
