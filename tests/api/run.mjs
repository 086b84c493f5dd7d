// Runs the API tests, file after file, and ends with "N passed, N failed". Names of files choose among them: node tests/api/run.mjs session.test.mjs
// WHET_BINARY is the program (build/whet), WHET_TEST_POSTGRESQL a PostgreSQL to test with as well: tests/postgres.sh node tests/api/run.mjs
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = process.argv.length > 2 ? process.argv.slice(2) : readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort();
const files = names.map((name) => path.join(folder, path.basename(name)));

const counts = { pass: 0, fail: 0 };
let broken = false;
const isTest = ({ details }) => details?.type !== 'suite';

const tests = run({ files, concurrency: 1 });
tests.on('test:pass', (event) => (counts.pass += isTest(event)));
tests.on('test:fail', (event) => {
  counts.fail += isTest(event);
  broken = true;
});
const report = tests.compose(new spec());
report.on('end', () => {
  counts.fail += broken && counts.fail === 0;
  console.log(`${counts.pass} passed, ${counts.fail} failed`);
  process.exitCode = broken ? 1 : 0;
});
report.pipe(process.stdout, { end: false });
