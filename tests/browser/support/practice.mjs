/* What a person does on the pages: signing in, answering, going on. Each function returns when the page shows the result. */
import { PASSWORD } from './server.mjs';

/* What the practice page shows, by what is on it */
const PHASES = {
  end: '.end',
  rest: '.rest',
  feedback: 'section.feedback',
  exercise: 'form.ask',
  introduction: 'article.exercise > .idea',
  kept: 'article.exercise:has(h1:text-is("Kept."))',
};

/* Waits for a part of the page; when it does not come, the error says what is there instead. */
async function until(page, locator) {
  try {
    await locator.waitFor();
  } catch (error) {
    error.message += `\nThe page ${page.url()} shows:\n${await page.locator('body').innerText()}\nComplaints: ${page.problems.join('; ') || 'none'}`;
    throw error;
  }
}

const signedIn = (page) => until(page, page.getByRole('navigation', { name: 'Pages' }));

/* Waits until one of the phases is on the page, and says which. */
export async function phase(page, ...among) {
  const names = among.length ? among : Object.keys(PHASES);
  await until(page, page.locator(names.map((name) => PHASES[name]).join(', ')).first());
  for (const name of names) if (await page.locator(PHASES[name]).count()) return name;
  return phase(page, ...among);
}

export async function signIn(page, { email, password = PASSWORD }) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await signedIn(page);
}

export async function signInByLink(page, token) {
  await page.goto(`/sign-in#${token}`);
  await signedIn(page);
}

export const kindOf = (page) =>
  page.evaluate(() => {
    if (document.querySelector('form.ask input[type=checkbox]')) return 'choose several';
    if (document.querySelector('form.ask input[type=radio]')) return 'choose';
    if (document.querySelector('form.ask .scene')) return 'roleplay';
    return { 'In a sentence or two': 'recall', 'In your own words': 'explain', 'For yourself; it is not graded': 'reflect' }[document.querySelector('form.ask textarea').placeholder] ?? 'voice';
  });

export const WORDS = 'Compared with what? Waiting costs them four hours each week.';

/* By mouse or finger */
export async function answer(page, { words = WORDS, confidence = 'Think so', expect = ['feedback'] } = {}) {
  if ((await phase(page, 'introduction', 'exercise')) === 'introduction') {
    await page.getByRole('button', { name: 'Go to the exercise' }).click();
    await phase(page, 'exercise');
  }
  const options = page.locator('.option');
  if (await options.count()) await options.first().click();
  else await page.getByRole('textbox', { name: 'Your answer' }).fill(words);
  await page.getByRole('button', { name: confidence, exact: true }).click();
  return phase(page, ...expect);
}

/* From the feedback (or from "Kept.") to what comes next */
export async function goOn(page) {
  await page.getByRole('button', { name: /^(Next|Finish)$/ }).click();
  return phase(page, 'introduction', 'exercise', 'end');
}

/* Answers all that is left; ends on the end page. */
export async function finishSession(page, options) {
  for (let now = await phase(page); now !== 'end'; now = await goOn(page)) if (now === 'introduction' || now === 'exercise') await answer(page, options);
}
