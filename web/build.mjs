/* Writes the client to a folder: node build.mjs OUTDIR
 *
 * The names are fixed; the server tells versions apart by an ETag of the content, and the service worker by the hash
 * that is computed here. Every file is also written compressed, so that the server never compresses anything itself. */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 60 * 1024; /* JavaScript and CSS together, compressed: a first visit on a slow phone network */
const BROWSERS = ['chrome100', 'firefox100', 'safari15.4'];

const home = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error('usage: node build.mjs OUTDIR');
  process.exit(2);
}

const bundle = (entry, more = {}) =>
  build({
    entryPoints: [join(home, entry)],
    absWorkingDir: home,
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: BROWSERS,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    outdir: 'out',
    ...more,
  });

const files = new Map();
for (const name of await readdir(join(home, 'static'))) files.set(name, await readFile(join(home, 'static', name)));
const [script, style] = await Promise.all([bundle('src/main.tsx'), bundle('src/styles/app.css')]);
files.set('app.js', Buffer.from(script.outputFiles[0].contents));
files.set('app.css', Buffer.from(style.outputFiles[0].contents));

const hash = createHash('sha256');
for (const name of [...files.keys()].sort()) hash.update(name).update('\0').update(files.get(name));
const worker = await bundle('src/sw.ts', {
  define: {
    VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)),
    SHELL: JSON.stringify([...files.keys()].sort().map((name) => (name === 'index.html' ? '/' : `/${name}`))),
  },
});
files.set('sw.js', Buffer.from(worker.outputFiles[0].contents));

const size = ['app.js', 'app.css'].map((name) => gzipSync(files.get(name), { level: 9 }).length);
const total = size[0] + size[1];
if (total > BUDGET_BYTES) {
  console.error(`app.js (${size[0]}) and app.css (${size[1]}) are ${total} bytes compressed; the budget is ${BUDGET_BYTES}.`);
  process.exit(1);
}

/* What an earlier build wrote, and nothing else, is removed: OUTDIR may be a folder that others also use. */
const target = resolve(out);
await mkdir(target, { recursive: true });
const earlier = await readFile(join(target, 'files.txt'), 'utf8').catch(() => '');
for (const name of earlier.split('\n').filter((line) => /^[\w.-]+$/.test(line))) await rm(join(target, name), { force: true });

const written = [];
for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  await writeFile(join(target, name), content);
  await writeFile(join(target, `${name}.gz`), gzipSync(content, { level: 9 }));
  written.push(name, `${name}.gz`);
}
await writeFile(join(target, 'files.txt'), `${written.join('\n')}\n`);
console.log(`web: app.js ${size[0]} + app.css ${size[1]} = ${total} bytes compressed, of ${BUDGET_BYTES}`);
