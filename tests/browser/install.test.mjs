/* Whet can be installed, is small, is cached as it should be, and renews itself. */
import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { close, launch, open, UNREACHED } from './support/browser.mjs';
import { phase, signInByLink } from './support/practice.mjs';
import { startServer } from './support/server.mjs';

const BUDGET_BYTES = 60 * 1024;

let server, browser;
before(async () => ([server, browser] = await Promise.all([startServer(), launch()])));
after(() => Promise.all([browser?.close(), server?.stop()]));

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

test('the manifest has what installing needs, and its icons exist in the sizes it names', async () => {
  const page = await open(browser, server.origin, 'phone');
  await page.goto('/sign-in');
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await (await fetch(server.origin + href)).json();
  assert.equal(manifest.name, 'Whet');
  assert.equal(manifest.display, 'standalone');
  assert.equal(manifest.start_url, '/');
  assert.deepEqual(['192x192', '512x512'].filter((sizes) => !manifest.icons.some((icon) => icon.sizes === sizes)), []);
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (address) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, src);
    if (sizes !== 'any') assert.equal(size, sizes, src);
  }
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, [], 'the browser finds nothing wrong with the manifest');
  await close(page);
});

test('the service worker controls the page and keeps the whole shell', async () => {
  const page = await open(browser, server.origin);
  await page.goto('/sign-in');
  await controlled(page);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await (await caches.open(names[0])).keys();
    return { names, paths: requests.map(({ url }) => new URL(url).pathname).sort() };
  });
  assert.equal(kept.names.length, 1);
  for (const path of ['/', '/app.js', '/app.css', '/manifest.webmanifest']) assert.ok(kept.paths.includes(path), path);
  assert.ok(!kept.paths.some((path) => path.startsWith('/api')), 'nothing personal is in the cache');
  await close(page);
});

test('Whet opens without a connection, at any address', async () => {
  const wire = await server.network();
  const page = await open(browser, wire.origin, 'phone');
  await signInByLink(page, server.tokens.learner);
  await phase(page, 'introduction', 'exercise');
  await controlled(page);
  wire.cut();
  await page.goto('/');
  await phase(page, 'introduction', 'exercise');
  await page.goto('/library');
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await close(page, UNREACHED);
});

test('script and style together are under 60 KiB compressed', async () => {
  let total = 0;
  for (const path of ['/app.js', '/app.css']) total += gzipSync(Buffer.from(await (await fetch(server.origin + path)).arrayBuffer()), { level: 9 }).length;
  assert.ok(total < BUDGET_BYTES, `${total} bytes`);
});

test('files are asked for again each time and are unchanged by their tag', async () => {
  for (const path of ['/', '/index.html', '/sw.js', '/app.js', '/app.css', '/library/packs/1']) {
    const first = await fetch(server.origin + path);
    assert.equal(first.status, 200, path);
    assert.equal(first.headers.get('cache-control'), 'no-cache', path);
    const again = await fetch(server.origin + path, { headers: { 'If-None-Match': first.headers.get('etag') } });
    assert.equal(again.status, 304, path);
  }
  assert.match((await fetch(`${server.origin}/library/packs/1`)).headers.get('content-type'), /^text\/html/, 'pages of the client are the client');
  assert.equal((await fetch(`${server.origin}/nothing.js`)).status, 404, 'a file that is not there is not a page');
});

test('no page may be framed, and scripts come from here only', async () => {
  const { headers } = await fetch(server.origin);
  const policy = headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

/* Stands in front of the server and, once released, hands out a newer version of the client. */
async function renewable() {
  let newer = false;
  const renewed = {
    '/app.js': (body) => `${body};document.documentElement.dataset.version="newer";`,
    '/sw.js': (body) => body.replace(/whet-/, 'whet-newer-'),
  };
  const front = createServer((request, response) => {
    const renew = newer && renewed[request.url];
    const headers = { ...request.headers, 'accept-encoding': 'identity' };
    if (renew) delete headers['if-none-match']; /* it holds a tag of the older version */
    const behind = ask(server.origin + request.url, { method: request.method, headers }, (answer) => {
      if (!renew) {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
        return;
      }
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => response.writeHead(200, { 'Content-Type': answer.headers['content-type'], 'Cache-Control': 'no-cache' }).end(renew(String(Buffer.concat(chunks)))));
    });
    behind.on('error', () => response.destroy());
    request.pipe(behind);
  });
  await new Promise((done) => front.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${front.address().port}`,
    release: () => (newer = true),
    close() {
      front.closeAllConnections();
      return new Promise((done) => front.close(done));
    },
  };
}

test('a new version is there with the next page, and interrupts nobody', async (t) => {
  const front = await renewable();
  t.after(() => front.close());
  const page = await open(browser, front.origin);
  await signInByLink(page, server.tokens.author);
  await controlled(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.version ?? 'older'), 'older');
  await page.addInitScript(() => navigator.serviceWorker.addEventListener('controllerchange', () => (window.renewed = true)));
  front.release();
  await page.reload();
  await page.waitForFunction(() => window.renewed);
  await page.waitForFunction(async () => /^whet-newer-[^,]+$/.test((await caches.keys()).join())); /* nothing of the older version is kept */
  assert.equal(await page.evaluate(() => document.documentElement.dataset.version ?? 'older'), 'older', 'what is on the screen stays');
  await page.getByRole('navigation').getByRole('link', { name: 'Library', exact: true }).click();
  await page.waitForFunction(() => document.documentElement.dataset.version === 'newer');
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  await close(page);
});
