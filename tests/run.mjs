/* Runs everything that proves that Whet works, and counts: node tests/run.mjs PLAIN_BUILD SANITIZED_BUILD
 * The last line is "N passed, N failed". Needs WHET_TEST_POSTGRESQL (tests/postgres.sh gives it). */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [plain, sanitized] = process.argv.slice(2).map((folder) => resolve(folder));
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const SANITIZERS = {
  ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=1:handle_abort=1',
  LSAN_OPTIONS: `suppressions=${join(here, 'leaks.txt')}:print_suppressions=0`,
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  G_SLICE: 'always-malloc',
};

function run(command, args, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => done({ status: 127, output: String(error) }));
    child.on('close', (status, signal) => done({ status: status ?? signal, output: Buffer.concat(chunks).toString() }));
  });
}

/* cmocka writes a line of TAP for each test; Node's runner sums up at its end. */
function count(output) {
  const sum = (word) => [...output.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'gm'))].reduce((n, match) => n + Number(match[1]), 0);
  if (/^(#|ℹ) pass \d+$/m.test(output))
    return { passed: sum('pass'), failed: sum('fail') + sum('cancelled'), skipped: sum('skipped') };
  const lines = output.split('\n').filter((line) => /^(not )?ok \d+/.test(line));
  const skips = (line) => /# SKIP/i.test(line); /* which cmocka writes behind a "not ok" */
  const skipped = lines.filter(skips).length;
  const failed = lines.filter((line) => line.startsWith('not ok') && !skips(line)).length;
  return { passed: lines.length - skipped - failed, failed, skipped };
}

async function suite(name, command, args, env = {}) {
  const started = Date.now();
  const { status, output } = await run(command, args, env);
  const result = count(output);
  const silent = status === 0 && result.passed + result.skipped === 0;
  if ((status !== 0 && result.failed === 0) || silent) {
    result.failed = 1;
    console.log(silent ? `${name} ran no test` : `${name} ended with ${status}`);
  }
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${result.failed ? 'FAILED' : 'ok    '} ${name.padEnd(44)} ${String(result.passed).padStart(4)} passed ${seconds.padStart(6)} s`);
  if (result.failed) {
    failures.push(name);
    console.log(output.split('\n').slice(-400).join('\n'));
  }
}

const wanted = process.env.WHET_TESTS ? new RegExp(process.env.WHET_TESTS) : /./;
const is = (name) => wanted.test(name);

for (const file of readdirSync(join(here, 'unit')).filter((name) => /^test_.*\.c$/.test(name)).sort()) {
  const name = file.slice(0, -2);
  if (is(`unit/${name}`))
    await suite(`unit/${name} (sanitized)`, join(sanitized, 'tests', name), [], {
      ...SANITIZERS,
      CMOCKA_MESSAGE_OUTPUT: 'TAP',
      WHET_TEST_VECTORS: join(here, 'vectors'),
    });
}
for (const file of readdirSync(join(here, 'api')).filter((name) => name.endsWith('.test.mjs')).sort()) {
  /* The crash test counts on speed: it runs on the program as it ships. */
  const build = file === 'crash.test.mjs' ? plain : sanitized;
  if (is(`api/${file}`))
    await suite(`api/${file}${build === sanitized ? ' (sanitized)' : ''}`, 'node', ['--test', '--test-reporter=tap', join(here, 'api', file)], {
      ...SANITIZERS,
      WHET_BINARY: join(build, 'whet'),
    });
}
if (is('web')) await suite('web', 'npm', ['test', '--prefix', join(here, '..', 'web'), '--silent']);
for (const file of readdirSync(join(here, 'browser')).filter((name) => name.endsWith('.test.mjs')).sort())
  if (is(`browser/${file}`))
    await suite(`browser/${file}`, 'node', ['--test', '--test-reporter=tap', join(here, 'browser', file)], { WHET_BINARY: join(plain, 'whet') });

if (is('fuzz')) await suite('fuzz', join(here, '..', 'tools', 'run-fuzz'), ['30']);

if (failures.length) console.log(`Failed: ${failures.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed ? 1 : 0);
