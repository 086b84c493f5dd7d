/* Signing in and out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { close, launch, open, SIZES } from './support/browser.mjs';
import { signIn, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

let server, browser;
before(async () => ([server, browser] = await Promise.all([startServer(), launch()])));
after(() => Promise.all([browser?.close(), server?.stop()]));

const REFUSED = /status of 401 .*\/sign-in(\/token)?\)$/;

for (const size of Object.keys(SIZES)) {
  test(`a one-click link leads straight into the first exercise, on a ${size}`, async () => {
    const page = await open(browser, server.origin, size);
    await signInByLink(page, server.tokens.learner);
    await page.locator('article.exercise').waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');
    await close(page);
  });

  test(`e-mail and password sign in, and signing out ends it, on a ${size}`, async () => {
    const person = await server.person();
    const page = await open(browser, server.origin, size);
    await page.goto('/');
    await page.waitForURL('/sign-in');
    await signIn(page, person);
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByText(person.email).waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL('/sign-in**');
    assert.equal(await page.evaluate(() => fetch('/api/v1/me').then(({ status }) => status)), 401);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await close(page);
  });
}

test('a wrong password is said, and the form keeps the address', async () => {
  const { email } = await server.person();
  const page = await open(browser, server.origin, 'phone');
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('E-mail and password do not match.').waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), email);
  await close(page, REFUSED);
});

test('an unknown address hears the same as a wrong password', async () => {
  const page = await open(browser, server.origin);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('nobody@test.example');
  await page.getByLabel('Password').fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('E-mail and password do not match.').waitFor();
  await close(page, REFUSED);
});

test('a link that is no more good is said, and a new one can be asked for', async () => {
  const page = await open(browser, server.origin);
  await page.goto('/sign-in#not-a-token-that-was-ever-given-out');
  await page.getByRole('alert').getByText('This link has been used or is too old.').waitFor();
  await page.getByLabel('E-mail').fill('somebody@test.example');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('a link is on its way').waitFor();
  await close(page, REFUSED);
});

test('a link that is followed while the sign-in page is open signs in', async () => {
  const page = await open(browser, server.origin);
  await page.goto('/sign-in');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signInByLink(page, server.tokens.author);
  await close(page);
});

test('a sign-in is not undone by a late word that nobody is signed in', async () => {
  const page = await open(browser, server.origin);
  let release;
  const held = new Promise((done) => (release = done));
  await page.route('**/api/v1/me', async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  await page.route('**/api/v1/sign-in/token', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer });
    release();
  });
  await page.addInitScript(slowStore);
  await page.goto(`/sign-in#${server.tokens.learner}`);
  await page.locator('article.exercise').waitFor();
  await close(page);
});

/* Runs in the page: each transaction of the store that writes takes a while, as on an old phone. */
function slowStore() {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...row) {
    const begun = performance.now();
    const busy = () => {
      if (performance.now() - begun < 300) this.get('').onsuccess = busy;
    };
    busy();
    return put.apply(this, row);
  };
}

test('after signing in the page that was asked for is shown', async () => {
  const person = await server.person();
  const page = await open(browser, server.origin);
  await page.goto('/library');
  await page.waitForURL('/sign-in?then=*');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await page.getByRole('link', { name: 'Selling on value' }).waitFor();
  await close(page);
});

test('signing out in one tab signs out the other', async () => {
  const person = await server.person();
  const page = await open(browser, server.origin);
  await signIn(page, person);
  const other = await page.context().newPage();
  await other.goto('/account');
  await other.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await close(page);
});

test('a sign-in elsewhere can be ended from the account page', async () => {
  const person = await server.person();
  const elsewhere = await server.client(person);
  const page = await open(browser, server.origin);
  await signIn(page, person);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out there' }).click();
  await page.getByText('Signed out there.').waitFor();
  assert.equal((await elsewhere.ask('GET', '/me')).status, 401);
  await close(page);
});
