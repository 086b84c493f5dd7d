// The command line: what it says, and the status it leaves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { onEachEngine, temporaryFolder } from './support/engine.mjs';
import { binary, freePort, Server, whet } from './support/whet.mjs';

const COMMANDS = ['serve', 'demo', 'pack', 'person', 'check', 'fit', 'eval', 'replay', 'simulate', 'help'];

describe('help', () => {
  it('names every command, with and without being asked', async () => {
    for (const words of [[], ['help'], ['--help'], ['-h']]) {
      const { status, stdout } = await whet(words);
      assert.equal(status, 0);
      for (const command of COMMANDS)
        assert.match(stdout, new RegExp(`whet ${command}\\b`));
    }
  });

  it('explains each command', async () => {
    for (const command of COMMANDS) {
      const { status, stdout } = await whet(['help', command]);
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`whet ${command}`));
    }
  });

  it('explains a command to who asks in the middle of it', async () => {
    for (const words of [['fit', '--help'], ['fit', 'memory', '--help'], ['person', 'add', '-h']]) {
      const { status, stdout } = await whet(words);
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`whet ${words[0]}`));
    }
  });

  it('names every setting with its environment name, default and meaning', async () => {
    const { status, stdout } = await whet(['help', 'settings']);
    assert.equal(status, 0);
    for (const [option, name, otherwise] of [['database', 'WHET_DATABASE', 'var/whet.db'], ['port', 'WHET_PORT', '8080'], ['rate-limits', 'WHET_RATE_LIMITS', 'on'], ['sign-in-days', 'WHET_SIGN_IN_DAYS', '30']])
      assert.match(stdout, new RegExp(`--${option}, ${name} \\(default: ${otherwise}\\).*\\n +\\S.{10,}`));
    assert.ok(stdout.match(/^--/gm).length >= 15);
    assert.match((await whet(['help', 'settings', '--markdown'])).stdout, /\|/);
  });

  it('what is used wrongly is told on stderr, with status 2', async () => {
    for (const words of [['dance'], ['help', 'dance'], ['serve', '--wrong'], ['serve', 'extra'], ['serve', '--port'], ['serve', '--port', 'x'], ['serve', '--port', '65536'],
      ['serve', '--port=-1'], ['serve', '--rate-limits', 'maybe'], ['serve', '--workers', '0'], ['check', 'extra'], ['check', '--wrong'], ['person'], ['person', 'dance'],
      ['person', 'add'], ['person', 'reset'], ['person', 'list', 'extra'], ['person', 'list', '--wrong'], ['demo', '--wrong']]) {
      const { status, stdout, stderr } = await whet(words);
      assert.equal(status, 2, `${words.join(' ')}: ${stderr}`);
      assert.match(stderr, /\S{4,}/, words.join(' '));
      assert.equal(stdout, '', words.join(' '));
    }
  });
});

describe('what is printed', () => {
  it('fails with status 1 when it cannot be written in full', async () => {
    const reviews = path.join(await temporaryFolder(), 'reviews.csv');
    await writeFile(reviews, 'card,time,rating\na,1700000000,3\n');
    for (const words of [['replay', '--reviews', reviews], ['eval', 'memory', '--reviews', reviews], ['help']]) {
      const full = await open('/dev/full', 'w');
      const { status, stderr } = spawnSync(binary, words, { stdio: ['ignore', full.fd, 'pipe'], encoding: 'utf8' });
      await full.close();
      assert.equal(status, 1, words.join(' '));
      assert.match(stderr, /could not be written/);
    }
  });
});

describe('a database that cannot be opened', () => {
  it('is said with status 1, by every command', async () => {
    const folder = await temporaryFolder(), file = path.join(folder, 'file');
    await writeFile(file, 'This is no database, whatever its name says. '.repeat(100));
    const closed = await freePort();
    for (const url of [path.join(file, 'whet.db'), file, folder, `postgresql://nobody@127.0.0.1:${closed}/none`])
      for (const words of [['serve', '--port', '0'], ['check'], ['person', 'list']]) {
        const { status, stderr, stdout } = await whet([...words, '--database', url]);
        assert.equal(status, 1, `${words[0]} ${url}: ${stdout}${stderr}`);
        assert.match(stderr, /^whet[^\n]*: \S.{10,}/m, `${words[0]} ${url}`);
        assert.doesNotMatch(stderr, /CRITICAL|assert/i);
      }
  });
});

onEachEngine((engine) => {
  let server;
  before(async () => (server = await engine.server()));

  const list = async () => JSON.parse(await server.done(['person', 'list', '--json']));

  it('people are added with roles and teams, and listed for people and for programs', async () => {
    assert.deepEqual(await list(), []);
    await server.addPerson('anna@example.org', { name: 'Anna Ångström', roles: 'learner,coach', organisation: 'First', team: 'North' });
    await server.addPerson('BEN@Example.org', { name: 'Ben' });
    const [anna, ben] = await list();
    assert.deepEqual({ ...anna, id: 0 }, { id: 0, email: 'anna@example.org', name: 'Anna Ångström', roles: ['learner', 'coach'], organisation: 'First', team: 'North', hasPassword: false, disabled: false });
    assert.deepEqual([ben.email, ben.roles, ben.organisation, ben.team], ['ben@example.org', ['learner'], 'First', null]);
    const text = await server.done(['person', 'list']);
    assert.match(text, /^anna@example\.org\tAnna Ångström\t.*coach.*\tFirst\tNorth$/m);
  });

  it('who cannot be added is told why, and is not added', async () => {
    await server.addPerson('taken@example.org');
    const before = await list();
    for (const [words, status, input] of [
      [['taken@example.org', '--name', 'Double'], 1], [['TAKEN@example.org', '--name', 'Double'], 1],
      [['new@example.org'], 2], [['no address', '--name', 'X'], 2], [['new@example.org', '--name', ''], 2], [['new@example.org', '--name', 'X', '--role', 'king'], 2],
      [['new@example.org', '--name', 'X', '--role', ''], 2], [['new@example.org', '--name', 'X', '--password-stdin'], 2, 'short\n'], [['new@example.org', 'more@example.org', '--name', 'X'], 2],
      [['new@example.org', '--name', 'x'.repeat(5000)], 2],
    ]) {
      const result = await server.run(['person', 'add', ...words], { input });
      assert.equal(result.status, status, `${words.join(' ').slice(0, 80)}: ${result.stderr}`);
      assert.match(result.stderr, /^whet[^\n]*: \S.{5,}/);
    }
    assert.deepEqual(await list(), before);
  });

  it('a second organisation has to be named from then on', async () => {
    await server.addPerson('other@example.org', { organisation: 'Second' });
    const { status, stderr } = await server.run(['person', 'add', 'which@example.org', '--name', 'X']);
    assert.notEqual(status, 0);
    assert.match(stderr, /--organisation/);
    assert.equal((await server.run(['pack', 'export', 'x', await temporaryFolder()])).status, 1);
  });

  it('reset prints a link that signs in, and disable and enable do what they say', async () => {
    const link = (await server.done(['person', 'reset', 'anna@example.org'])).trim();
    assert.match(link, /^http:\/\/\S+\/sign-in#[\w-]{43}$/);
    const browser = await server.browser().signInByToken(link.split('#')[1]);
    await server.done(['person', 'disable', 'anna@example.org']);
    assert.equal((await list()).find(({ email }) => email === 'anna@example.org').disabled, true);
    await browser.want(401, 'GET', '/api/v1/me');
    await server.done(['person', 'enable', 'Anna@example.org']);
    await server.signIn('anna@example.org');
    for (const action of ['reset', 'disable', 'enable'])
      assert.equal((await server.run(['person', action, 'nobody@example.org'])).status, 1);
  });

  it('the public address stands in links', async () => {
    const link = await server.done(['person', 'reset', 'anna@example.org', '--public-url', 'https://whet.example.org/']);
    assert.match(link, /^https:\/\/whet\.example\.org\/sign-in#/);
  });

  it('a port that is in use is said, with status 1', async () => {
    const { status, stdout, stderr } = await server.run(['serve', '--port', `${server.port}`]);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`Cannot listen on 127\\.0\\.0\\.1 port ${server.port}`));
    assert.equal(stdout, '');
    await server.browser().get('/api/v1/health');
  });

  it('an address that is none is refused', async () => {
    for (const words of [['--address', 'nowhere'], ['--public-url', 'whet.example.org']]) {
      const { status, stderr } = await server.run(['serve', '--port', '0', ...words]);
      assert.equal(status, 1);
      assert.match(stderr, /whet: \S.{10,}/);
    }
  });

  it('two servers share a database', async () => {
    if (engine.name === 'sqlite')
      return; // one machine, one process
    const second = await Server.start(server.database);
    const browser = await server.signIn('anna@example.org');
    browser.server = second;
    await browser.get('/api/v1/me');
    await second.stop();
  });

  it('health names the version and the engine', async () => {
    const health = await server.browser().get('/api/v1/health');
    assert.deepEqual([health.status, health.database], ['ok', engine.name]);
    assert.match(health.version, /^\d+\.\d+/);
  });

  it('an empty database passes the check', async () => assert.match(await server.done(['check']), /^0 memories/));

  it('the database of a newer version is refused, and not touched', async () => {
    await server.stop();
    await server.database.sql("INSERT INTO migration (number, name, applied_at) VALUES (9999, 'from the future', 1)");
    for (const words of [['serve', '--port', '0'], ['check'], ['person', 'list']]) {
      const { status, stderr } = await server.run(words);
      assert.equal(status, 1);
      assert.match(stderr, /newer version of Whet/);
    }
    await server.database.sql('DELETE FROM migration WHERE number = 9999');
    await server.start();
    await server.stop();
  });
});
