// Runs the real program: commands, and servers on a free port. Knows how it is started and what it must leave behind; hides processes.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from './browser.mjs';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const binary = path.resolve(process.env.WHET_BINARY ?? path.join(repository, 'build/whet'));

// What nobody waits for any longer than, in milliseconds: a bound for what hangs, never a measure of speed.
export const PATIENCE = 30_000;

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WHET_') && !name.startsWith('NODE_')));

/** Runs a command to its end: {status, stdout, stderr}. */
export function whet(words, { input = '', cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(binary, words, { cwd, env: environment, timeout: PATIENCE, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        reject(new Error(`whet ${words.join(' ')} was ended by ${error.signal ?? error.code}: ${stderr}`));
      else
        resolve({ status: error ? error.code : 0, stdout, stderr });
    });
    child.stdin.on('error', () => {}); // it may end without having read
    child.stdin.end(input);
  });
}

/** Looks again and again until `look` gives something true. */
export async function until(look, what) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((wake) => setTimeout(wake, 10))) {
    const found = await look();
    if (found)
      return found;
  }
  throw new Error(`waited in vain until ${what}`);
}

/** A port that was free a moment ago. */
export async function freePort() {
  const listener = net.createServer();
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

// No server outlives the tests, however they end.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(1));

export class Server {
  log = '';
  openapi = null;

  constructor(database, options = []) {
    this.database = database;
    this.options = options;
  }

  static async start(database, options) {
    const server = new Server(database, options);
    await server.start();
    return server;
  }

  async start() {
    const port = this.options.includes('--public-url') ? await freePort() : 0; // what it says is then not where it listens
    const words = ['serve', '--port', `${port}`, '--rate-limits', 'off', '--database', this.database.url, ...this.options];
    this.process = spawn(binary, words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const { process: child } = this;
    running.add(child);
    child.on('close', () => running.delete(child));
    let said = '';
    this.process.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
    this.ended = new Promise((resolve) => this.process.on('close', (status, signal) => resolve({ status, signal })));
    let gone = null;
    this.ended.then((end) => (gone = end));
    const address = await until(() => {
      assert.ok(!gone, `the server ended at once: ${this.log}`);
      return /^Whet serves (http\S+)/m.exec(said);
    }, 'the server says its address');
    this.url = port ? `http://127.0.0.1:${port}` : address[1];
    this.port = Number(new URL(this.url).port);
    this.openapi ??= await (await fetch(`${this.url}/api/v1/openapi.json`)).json();
    return this;
  }

  /** Waits for its end: {status, signal}. */
  async end() {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`the server does not end: ${this.log}`)), PATIENCE)));
    try {
      return await Promise.race([this.ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  kill(signal) {
    this.process.kill(signal);
    return this.end();
  }

  /** Asks it to end, and wants that it did so in order and complained of nothing. */
  async stop({ warnings = false } = {}) {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null)
      return;
    assert.deepEqual(await this.kill('SIGTERM'), { status: 0, signal: null }, this.log);
    assert.doesNotMatch(this.log, /CRITICAL|Sanitizer|runtime error:/);
    if (!warnings)
      assert.doesNotMatch(this.log, /-WARNING|WARNING \*\*/);
  }

  /** A command beside the server, with its database. */
  run(words, options) {
    return whet([...words, '--database', this.database.url], options);
  }

  /** The same, which must succeed. Returns what it said. */
  async done(words, options) {
    const { status, stdout, stderr } = await this.run(words, options);
    assert.equal(status, 0, `whet ${words.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Adds a person; returns their id. */
  async addPerson(email, { name = email.split('@')[0], roles = 'learner', organisation, team, coachOf, password } = {}) {
    const words = ['person', 'add', email, '--name', name, '--role', roles];
    if (organisation) words.push('--organisation', organisation);
    if (team) words.push('--team', team);
    if (coachOf) words.push('--coach-of', coachOf);
    if (password) words.push('--password-stdin');
    return /id (\d+)/.exec(await this.done(words, { input: password ? `${password}\n` : '' }))[1];
  }

  /** The token of a link for them. Takes away their password and their sign-ins. */
  async linkToken(email) {
    return /#(\S+)/.exec(await this.done(['person', 'reset', email]))[1];
  }

  browser() {
    return new Browser(this);
  }

  /** A browser in which they are signed in, by a link. */
  async signIn(email) {
    const browser = this.browser();
    await browser.signInByToken(await this.linkToken(email));
    return browser;
  }

  /** Adds somebody and signs them in. */
  async newcomer(email, options) {
    const id = await this.addPerson(email, options);
    return Object.assign(await this.signIn(email), { id, email });
  }
}
