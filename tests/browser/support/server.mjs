/* The real program with its own furnished demo, for one test file: started, killed, started again, cut off from the network. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
const BINARY = resolve(process.env.WHET_BINARY ?? join(ROOT, 'build/whet'));
const STARTS_WITHIN_MS = 60_000;
const DEVICE = 'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'; /* how a client is listed among the sign-ins */

export const PASSWORD = 'a short sentence to remember';
export const PACKS = join(HERE, '../packs');

/* Runs a command of the program to its end; its output, or an error with what it complained of. */
function run(args, input = '') {
  return new Promise((done, failed) => {
    const child = spawn(BINARY, args, { cwd: ROOT, env: environment() });
    let output = '';
    let complaint = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (complaint += data));
    child.on('error', failed);
    child.on('close', (status) => (status === 0 ? done(output) : failed(new Error(`whet ${args[0]} ${args[1]} ended with ${status}: ${complaint}`))));
    child.stdin.end(input);
  });
}

/* Settings of whoever runs the tests must not reach the program under test. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WHET_')));
}

/* Starts a serving command; resolves with what it printed once `ready` matches. */
function serve(args, ready) {
  return new Promise((done, failed) => {
    const child = spawn(BINARY, args, { cwd: ROOT, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS);
    child.stdout.on('data', (data) => {
      output += data;
      if (!ready.test(output)) return;
      clearTimeout(timer);
      done({ child, output });
    });
    child.stderr.on('data', (data) => (complaint += data));
    child.on('error', failed);
    child.on('exit', (status, signal) => {
      clearTimeout(timer);
      failed(new Error(`whet ${args[0]} ended with ${status ?? signal} before it served: ${complaint}`));
    });
  });
}

const gone = (child) => new Promise((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', done)));

/* A signed-in program that speaks to the interface, to look behind the page. */
class Client {
  constructor(origin) {
    this.origin = origin;
  }

  async ask(method, path, body) {
    const headers = { 'User-Agent': DEVICE, ...(this.cookie && { Cookie: this.cookie }), ...(this.csrf && { 'X-CSRF-Token': this.csrf }), ...(body && { 'Content-Type': 'application/json' }) };
    const response = await fetch(`${this.origin}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    const value = response.status === 204 ? null : await response.json();
    return { status: response.status, value };
  }

  async get(path) {
    const { status, value } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(value)}`);
    return value;
  }

  /* One answer to an entry of a session; what is given otherwise is in `more`. */
  answer(session, entry, more = {}) {
    const { exercise } = entry;
    const given = exercise.options ? { choices: [exercise.options[0].index] } : { text: 'Compared with what, and what does waiting cost each week?' };
    return this.ask('POST', '/attempts', {
      key: randomUUID(), exerciseId: exercise.id, sessionId: session.id, position: entry.position, ...given, confidence: 'think-so', seconds: 20, answeredAt: new Date().toISOString(), ...more,
    });
  }

  async attempts() {
    const all = [];
    for (let before = ''; ; ) {
      const { attempts, next } = await this.get(`/attempts?limit=50${before}`);
      all.push(...attempts);
      if (!next) return all;
      before = `&before=${next}`;
    }
  }
}

/* `more`: further options of the program. */
export async function startServer(more = []) {
  const folder = await mkdtemp(join(tmpdir(), 'whet-browser-'));
  const database = join(folder, 'whet.db');
  let { child, output } = await serve(['demo', '--folder', folder, '--port', '0', '--packs', join(ROOT, 'packs'), ...more], /Stop with/);
  const origin = /Whet serves (\S+)/.exec(output)[1];
  const port = new URL(origin).port;
  const networks = [];
  const link = (who) => new RegExp(`${who}\\s+\\S+/sign-in#(\\S+)`).exec(output)[1];
  let added = 0;

  const server = {
    origin,
    /* The one-click links that the program printed, as tokens */
    tokens: { learner: link('a learner'), coach: link('a coach'), author: link('an author') },

    /* Somebody new, with a password and no history */
    async person({ name = 'Noor Haddad', team = 'Sales', role = 'learner', more = [] } = {}) {
      const email = `person-${(added += 1)}@test.example`;
      await run(['person', 'add', email, '--name', name, '--role', role, ...(team ? ['--team', team] : []), ...more, '--password-stdin', '--database', database], `${PASSWORD}\n`);
      return { email, name, password: PASSWORD };
    },

    /* A pack of tests/browser/packs for a team, which its first person makes */
    async importPack(name, team) {
      await server.person({ name: 'First Comer', team });
      await run(['pack', 'import', join(PACKS, name), '--team', team, '--database', database]);
    },

    async client(who) {
      const client = new Client(origin);
      const { status, value } = await (typeof who === 'string' ? client.ask('POST', '/sign-in/token', { token: who }) : client.ask('POST', '/sign-in', { email: who.email, password: who.password }));
      if (status !== 200) throw new Error(`signing in: ${status} ${JSON.stringify(value)}`);
      client.csrf = value.csrfToken;
      client.me = value;
      return client;
    },

    /* As a power cut would */
    async kill() {
      child.kill('SIGKILL');
      await gone(child);
    },

    async startAgain() {
      ({ child } = await serve(['serve', '--database', database, '--port', port], /Whet serves/));
    },

    /* A wire to the server that can be cut. */
    async network() {
      const wire = await createWire(port);
      networks.push(wire);
      return wire;
    },

    async stop() {
      for (const wire of networks) await wire.close();
      child.kill('SIGTERM');
      await gone(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

async function createWire(port) {
  const sockets = new Set();
  let whole = true;
  const keep = (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const listener = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), '127.0.0.1');
    keep(near);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise((done) => listener.listen(0, '127.0.0.1', done));
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    origin: `http://127.0.0.1:${listener.address().port}`,
    cut,
    mend: () => (whole = true),
    close: () => {
      cut();
      return new Promise((done) => listener.close(done));
    },
  };
}
