// make bench: measures what is promised to be fast, prints a table and writes BUILD/bench.json.
//
// Everything runs on this machine: a server on a free port of 127.0.0.1, load from the programs in this folder, data in
// BUILD/bench/work, which is deleted afterwards. It fails when an answer is refused; a missed aim is only reported, since
// machines differ.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { writeLargePacks } from './packs.mjs';
import { csv, simulate } from './reviews.mjs';

const ROUNDS = 3;                      // of answers and of the bound, taking turns
const ANSWERS = { warmUp: 2, seconds: 10 };
const BOUND = { warmUp: 1, seconds: 6 };
const CONNECTIONS = 64;                // also people, and threads of the bound
const PEOPLE = 10_000;
const LARGE = { packs: 5, concepts: 2_000, due: 300 };
const SESSIONS = { warmUp: 5, measured: 60 };
const STARTS = 20;
const FITTED = { reviews: 100_000, rounds: 5 }; // of Whet and of fsrs-rs, taking turns
const SYNCS = 100;                     // to say how fast the disk is

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const build = path.resolve(process.argv[2] ?? path.join(root, 'build'));
const work = path.join(build, 'bench', 'work');
const file = (name) => path.join(work, name);
const whet = path.join(build, 'whet');
const program = (name) => path.join(build, 'bench', `bench_${name}`);
const children = new Set();            // none may outlive us

const say = (text) => process.stderr.write(`${text}\n`);
const run = (command, ...words) => execFileSync(command, words.map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const measured = (name, ...words) => JSON.parse(run(program(name), ...words));

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
const median = (values) => percentile(values, 0.5);

// --- the server

function start(command, ...words) {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  child.ended = new Promise((resolve) => child.once('exit', resolve)).finally(() => children.delete(child));
  child.firstLine = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.ended.then(() => reject(new Error(`${command} ended before it said anything`)));
  });
  return child;
}

async function serve(database, ...options) {
  const child = start(whet, 'serve', '--port', '0', '--log', 'warning', '--database', database, ...options);
  const url = new URL(/http:\S+/.exec(await child.firstLine)[0]);
  const status = () => fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return {
    url,
    cpuSeconds: () => fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13)
      .reduce((sum, ticks) => sum + Number(ticks) / 100, 0),
    residentKib: () => Number(/VmRSS:\s+(\d+)/.exec(status())[1]),
    stop: async () => {
      child.kill('SIGTERM');
      await child.ended;
    },
  };
}

function request(agent, url, method, target, headers = {}, body = undefined) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const all = text === undefined ? headers : { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = http.request({ agent, host: url.hostname, port: url.port, method, path: target, headers: all }, (reply) => {
      let content = '';
      reply.setEncoding('utf8').on('data', (data) => { content += data; }).on('end', () => resolve({ status: reply.statusCode, content }));
    });
    sent.on('error', reject).end(text);
  });
}

// --- what there is to practise, and who practises

function furnishPractice(database, people, name) {
  const files = { people: file(`${name}-people`), answers: file(`${name}-answers`) };
  run(program('furnish'), database, 'people', people, files.people);
  for (const pack of ['selling-on-value', 'first-line-manager'])
    run(whet, 'pack', 'import', path.join(root, 'packs', pack), '--database', database);
  run(program('furnish'), database, 'answers', files.answers);
  return files;
}

function load(server, files, ...words) {
  return measured('answers', '--port', server.url.port, '--people', files.people, '--answers', files.answers, '--connections', CONNECTIONS, ...words);
}

async function answersOnce(database, files) {
  const server = await serve(database, '--rate-limits', 'off');
  const before = server.cpuSeconds();
  const result = load(server, files, '--warm-up', ANSWERS.warmUp, '--seconds', ANSWERS.seconds);
  result.server_cpu_us_per_answer = Math.round((server.cpuSeconds() - before) * 1e6 / result.total);
  await server.stop();
  return result;
}

const boundOnce = (database) =>
  measured('group_commit', database, file('bound.db'), CONNECTIONS, BOUND.warmUp, BOUND.seconds);

function summary(rounds) {
  const of = (pick) => median(rounds.map(pick));
  return { per_second: of((r) => r.per_second), p50_ms: of((r) => r.latency.p50_us) / 1000, p99_ms: of((r) => r.latency.p99_us) / 1000,
    max_ms: Math.max(...rounds.map((r) => r.latency.max_us)) / 1000, rounds };
}

// --- the benchmarks

async function benchAnswers() {
  const database = file('answers.db');
  const files = furnishPractice(database, CONNECTIONS, 'answers');
  const answers = [], bound = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`answers: round ${round} of ${ROUNDS}`);
    answers.push(await answersOnce(database, files));
    bound.push(boundOnce(database));
  }
  const result = { answers: summary(answers), bound: summary(bound) };
  result.ratio = result.answers.per_second / result.bound.per_second;
  result.ratio_of_rounds = answers.map((answer, i) => answer.per_second / bound[i].per_second);
  result.server_cpu_us_per_answer = median(answers.map((answer) => answer.server_cpu_us_per_answer));
  return result;
}

async function benchPostgresql() {
  say('answers on PostgreSQL');
  // Prints its address and lives until its input ends.
  const postgresql = start(path.join(root, 'tests', 'postgres.sh'), 'sh', '-c', 'echo "$WHET_TEST_POSTGRESQL"; exec cat');
  try {
    const database = await postgresql.firstLine;
    return await answersOnce(database, furnishPractice(database, CONNECTIONS, 'postgresql'));
  } catch (error) {
    return { skipped: error.message };
  } finally {
    postgresql.stdin.end();
    await postgresql.ended;
  }
}

async function benchPlan() {
  say('planning: importing 10,000 concepts');
  const database = file('plan.db');
  run(program('furnish'), database, 'people', 1, file('plan-people'));
  for (const folder of writeLargePacks(file('packs'), LARGE.packs, LARGE.concepts))
    run(whet, 'pack', 'import', folder, '--database', database);
  run(program('furnish'), database, 'memories', 'person-0@bench.example', LARGE.due);
  say('planning: sessions');
  const [cookie, csrf] = fs.readFileSync(file('plan-people'), 'utf8').trim().split(' ');
  const headers = { Cookie: `whet_sign_in=${cookie}`, 'X-CSRF-Token': csrf };
  const server = await serve(database, '--rate-limits', 'off');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (let i = 0; i < SESSIONS.warmUp + SESSIONS.measured; i++) {
    const begun = performance.now();
    const reply = await request(agent, server.url, 'POST', '/api/v1/sessions', headers, {});
    const time = performance.now() - begun;
    if (reply.status !== 201) throw new Error(`a session was not planned: ${reply.status} ${reply.content}`);
    const finished = await request(agent, server.url, 'POST', `/api/v1/sessions/${JSON.parse(reply.content).id}/finish`, headers, {});
    if (finished.status !== 200) throw new Error(`a session was not finished: ${finished.status} ${finished.content}`);
    if (i >= SESSIONS.warmUp) times.push(time);
  }
  agent.destroy();
  const residentMib = server.residentKib() / 1024;
  await server.stop();
  return { pure: measured('plan'), session_p50_ms: median(times), session_p99_ms: percentile(times, 0.99), server_resident_mib: residentMib };
}

async function benchStart() {
  say('starting');
  const times = [];
  for (let i = 0; i < STARTS; i++) {
    const begun = performance.now();
    const server = await serve(file('answers.db'));
    const reply = await request(undefined, server.url, 'GET', '/api/v1/health');
    times.push(performance.now() - begun);
    await server.stop();
    if (reply.status !== 200) throw new Error(`the server is not well: ${reply.status} ${reply.content}`);
  }
  return { median_ms: median(times), max_ms: Math.max(...times) };
}

async function benchMemory() {
  say('memory: 10,000 people practise');
  const database = file('memory.db');
  const files = furnishPractice(database, PEOPLE, 'memory');
  const server = await serve(database); // with rate limits, which remember people
  const empty = server.residentKib() / 1024;
  const result = load(server, files, '--each-once');
  const residentMib = server.residentKib() / 1024;
  await server.stop();
  return { people: result.total, resident_at_start_mib: empty, resident_mib: residentMib };
}

// --- the memory model, beside ts-fsrs and fsrs-rs

const script = (name, ...words) => JSON.parse(run(process.execPath, path.join(root, 'bench', name), ...words));

function benchTransitions() {
  say('memory model: transitions');
  const ours = [], theirs = [];
  for (let i = 0; i < ROUNDS; i++) {
    ours.push(measured('memory'));
    theirs.push(script('transitions.mjs').transitions_per_second);
  }
  const middle = (pick) => median(ours.map(pick));
  const perReview = (model) => ({ one_core_ns: middle((one) => one[model].one_core_ns_per_review), two_cores_ns: middle((one) => one[model].two_cores_ns_per_review) });
  const whetPerSecond = middle((one) => one.transitions_per_second), tsFsrsPerSecond = median(theirs);
  return {
    per_second: whetPerSecond, ts_fsrs_per_second: tsFsrsPerSecond, ratio: whetPerSecond / tsFsrsPerSecond,
    gradient_per_review: { fsrs6: perReview('fsrs6'), fsrs7: perReview('fsrs7') },
    lanes: ours[0].lanes, exp_ns: middle((one) => one.exp_ns), log_ns: middle((one) => one.log_ns),
  };
}

function benchFitting() {
  say('memory model: fitting 100,000 reviews');
  const reviews = file('reviews.csv');
  fs.writeFileSync(reviews, csv(simulate(FITTED.reviews)));
  const fit = (model) => JSON.parse(run(whet, 'fit', 'memory', '--reviews', reviews, '--model', model, '--json'));
  const ours = [], theirs = [], fsrs7 = [];
  for (let i = 0; i < FITTED.rounds; i++) {
    ours.push(fit('fsrs6'));
    theirs.push(script('fitting.mjs', 'fit', reviews));
    fsrs7.push(fit('fsrs7'));
  }
  const [whetJudged, fsrsRsJudged] = script('fitting.mjs', 'judge', reviews, JSON.stringify(ours[0].parameters), JSON.stringify(theirs[0].parameters));
  const plain = (parameters) => {
    fs.writeFileSync(file('parameters.json'), JSON.stringify(parameters));
    const { n, log_loss, rmse_bins } = JSON.parse(run(whet, 'eval', 'memory', '--reviews', reviews, '--parameters', file('parameters.json'), '--json'));
    return { n, log_loss, rmse_bins };
  };
  const milliseconds = median(ours.map((one) => one.seconds * 1000)), fsrsRsMilliseconds = median(theirs.map((one) => one.milliseconds));
  return {
    reviews: FITTED.reviews, milliseconds, fsrs7_milliseconds: median(fsrs7.map((one) => one.seconds * 1000)), fsrs_rs_milliseconds: fsrsRsMilliseconds,
    ratio: fsrsRsMilliseconds / milliseconds,
    judged_by_fsrs_rs: { whet: whetJudged, fsrs_rs: fsrsRsJudged }, judged_by_whet: { whet: plain(ours[0].parameters), fsrs_rs: plain(theirs[0].parameters) },
  };
}

// --- the machine

function syncMilliseconds() {
  const handle = fs.openSync(file('sync'), 'w'), page = Buffer.alloc(4096), times = [];
  for (let i = 0; i < SYNCS; i++) {
    fs.writeSync(handle, page);
    const begun = performance.now();
    fs.fdatasyncSync(handle);
    times.push(performance.now() - begun);
  }
  fs.closeSync(handle);
  return median(times);
}

function machine() {
  const first = (command, ...words) => {
    const result = spawnSync(command, words, { encoding: 'utf8' });
    return result.status === 0 ? result.stdout.split('\n')[0].trim() : null;
  };
  return {
    cpu: os.cpus()[0].model.trim(), cores: os.cpus().length, memory_gib: Math.round(os.totalmem() / 2 ** 30), kernel: os.release(),
    load_before: os.loadavg()[0], sync_median_ms: syncMilliseconds(), node: process.version, compiler: first('cc', '--version'),
    sqlite: first('pkg-config', '--modversion', 'sqlite3'), libmicrohttpd: first('pkg-config', '--modversion', 'libmicrohttpd'),
  };
}

// --- the report

const number = (value, digits = 1) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/* name, value as text, aim as text, whether it is met; no aim: for information. */
function rows({ answers, postgresql, plan, start: started, memory, transitions, fitting, grading }) {
  const judged = fitting.judged_by_fsrs_rs;
  const table = [
    ['Durable answers', `${number(answers.answers.per_second, 0)}/s`],
    ['  SQLite alone, a row of the same size', `${number(answers.bound.per_second, 0)}/s`],
    ['  share of that bound', number(answers.ratio, 2), 'at least 0.50', answers.ratio >= 0.5],
    ['  p50', `${number(answers.answers.p50_ms)} ms`],
    ['  p99', `${number(answers.answers.p99_ms)} ms`, 'under 25 ms', answers.answers.p99_ms < 25],
    ['  longest', `${number(answers.answers.max_ms)} ms`],
    ['  processor time of the server, each', `${number(answers.server_cpu_us_per_answer, 0)} µs`],
    ...['fsrs6', 'fsrs7'].flatMap((model) => {
      const { typical, everything_due: everything, nothing_due: nothing } = plan.pure[model];
      return [
        [`Planning over 10,000 concepts, ${model}, p50`, `${number(typical.p50_us / 1000, 2)} ms`, 'under 1 ms', typical.p50_us < 1000],
        ['  p99', `${number(typical.p99_us / 1000, 2)} ms`],
        ['  everything due, p50', `${number(everything.p50_us / 1000, 2)} ms`, 'under 1 ms', everything.p50_us < 1000],
        ['  nothing due, p50', `${number(nothing.p50_us / 1000, 2)} ms`, 'under 1 ms', nothing.p50_us < 1000],
      ];
    }),
    ['  the whole request, p50', `${number(plan.session_p50_ms)} ms`],
    ['  the whole request, p99', `${number(plan.session_p99_ms)} ms`],
    ['Start to first served request', `${number(started.median_ms)} ms`, 'under 100 ms', started.median_ms < 100],
    ['Memory states, on one core', `${number(transitions.per_second / 1e6, 2)} M/s`],
    ['  ts-fsrs', `${number(transitions.ts_fsrs_per_second / 1e6, 2)} M/s`],
    ['  ratio', number(transitions.ratio, 1), 'at least 3', transitions.ratio >= 3],
    ['Fitting FSRS-6 to 100,000 reviews', `${number(fitting.milliseconds)} ms`],
    ['  fsrs-rs', `${number(fitting.fsrs_rs_milliseconds)} ms`],
    ['  ratio', number(fitting.ratio, 1), 'at least 10', fitting.ratio >= 10],
    ['  log loss by fsrs-rs, fitted by Whet', number(judged.whet.logLoss, 5), `at most ${number(judged.fsrs_rs.logLoss, 5)}`, judged.whet.logLoss <= judged.fsrs_rs.logLoss],
    ['Fitting FSRS-7 to them', `${number(fitting.fsrs7_milliseconds)} ms`],
    ['A pass with derivatives, one core, FSRS-6', `${number(transitions.gradient_per_review.fsrs6.one_core_ns)} ns/review`],
    ['  FSRS-7', `${number(transitions.gradient_per_review.fsrs7.one_core_ns)} ns/review`],
    [`  one exp, one log in ${transitions.lanes} lanes`, `${number(transitions.exp_ns, 2)}, ${number(transitions.log_ns, 2)} ns`],
    ['Short answers judged, on one core', `${number(grading.short_answers_per_second, 0)}/s`, 'at least 5,000/s', grading.short_answers_per_second >= 5000],
    ['  a few sentences against a rubric', `${number(grading.rubric_answers_per_second, 0)}/s`],
    ['Memory after 10,000 people', `${number(memory.resident_mib)} MiB`, 'under 64 MB', memory.resident_mib * 1.048576 < 64],
  ];
  if (postgresql.per_second)
    table.splice(7, 0, ['Durable answers on PostgreSQL', `${number(postgresql.per_second, 0)}/s`],
      ['  p99', `${number(postgresql.latency.p99_us / 1000)} ms`]);
  return table;
}

function print(table) {
  for (const [name, value, aim = '', met] of table)
    console.log(`${name.padEnd(42)}${value.padStart(14)}  ${aim.padEnd(16)}${met === undefined ? '' : met ? 'met' : 'MISSED'}`.trimEnd());
}

async function main() {
  fs.rmSync(work, { recursive: true, force: true });
  run('ninja', '-C', build, '--quiet', 'whet', 'bench');
  fs.mkdirSync(work, { recursive: true });
  const facts = machine();
  const results = { answers: await benchAnswers() };
  results.start = await benchStart();
  results.postgresql = await benchPostgresql();
  results.plan = await benchPlan();
  results.memory = await benchMemory();
  results.transitions = benchTransitions();
  results.fitting = benchFitting();
  results.grading = measured('grade');
  const table = rows(results);
  const aims = table.filter((row) => row[2]).map(([name, value, aim, met]) => ({ name: name.trim(), value, aim, met }));
  fs.writeFileSync(path.join(build, 'bench.json'), `${JSON.stringify({ at: new Date().toISOString(), machine: facts, aims, ...results }, null, 2)}\n`);
  console.log(`${facts.cpu}, ${facts.cores} cores, load ${number(facts.load_before)}; fdatasync ${number(facts.sync_median_ms, 2)} ms`);
  print(table);
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(work, { recursive: true, force: true });
}
