/* Chromium, and pages that remember everything that should not have happened on them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE_MS = 20_000; /* a bound, not a wait: a machine that also builds something is slow */

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 800 } },
};

export const launch = () =>
  chromium.launch({
    executablePath: process.env.WHET_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path)),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/* A page in a browser of its own. `size` is a name of SIZES; `more` are further options of the context. */
export async function open(browser, origin, size = 'desktop', more = {}) {
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...SIZES[size], ...more });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`)));
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => page.problems.push(`uncaught: ${error.stack}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) page.problems.push(`asked elsewhere: ${request.url()}`);
  });
  return page;
}

/* Chromium itself reports every refused request. Asking who is signed in is refused while nobody is. */
const EXPECTED = /status of 401 .*\/api\/v1\/me\)$/;
export const UNREACHED = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|NETWORK_CHANGED|INCOMPLETE_CHUNKED_ENCODING|FAILED|NETWORK_IO_SUSPENDED)/;

/* Nothing was complained of on this page but what is expected there. */
export function assertQuiet(page, ...expected) {
  const problems = page.problems.filter((problem) => ![EXPECTED, ...expected].some((pattern) => pattern.test(problem)));
  assert.deepEqual(problems, [], 'the page is quiet');
}

export async function close(page, ...expected) {
  await page.context().close();
  assertQuiet(page, ...expected);
}

/* No serious or critical violation of accessibility, as axe-core sees it. */
export async function assertAccessible(page, state) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { violations: found } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }));
  });
  assert.deepEqual(violations, [], `${state} has no serious violation`);
}

export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export const cookieOf = async (page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
