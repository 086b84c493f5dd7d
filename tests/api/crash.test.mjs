// A process that is killed at any instant has lost nothing that it acknowledged. WHET_CRASH_ROUNDS says how many times (50).
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, it } from 'node:test';
import { onEachEngine } from './support/engine.mjs';
import { Load } from './support/load.mjs';

const ROUNDS = Number(process.env.WHET_CRASH_ROUNDS ?? 50);
const CLIENTS = 16;

onEachEngine((engine) => {
  let server, load;

  before(async () => {
    server = await engine.server();
    load = await Load.prepare(server, CLIENTS);
  });

  it(`every acknowledged answer is there after ${ROUNDS} rounds of load and kill -9`, async () => {
    let rounds = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const after = randomInt(30, 250); // ms
      const kill = new Promise((resolve) => setTimeout(resolve, after)).then(() => server.kill('SIGKILL'));
      await load.run();
      assert.equal((await kill).signal, 'SIGKILL', `the server ended by itself: ${server.log}`);
      rounds += load.acknowledged.size > load.before;
      await server.start();
      await load.replay().catch((error) => {
        error.message = `round ${round}, killed after ${after} ms: ${error.message}`;
        throw error;
      });
    }
    assert.ok(rounds > ROUNDS / 2, `only ${rounds} rounds had anything acknowledged before the kill`);
  });

  it('nothing is there twice and nothing besides', () => load.compare());

  it('every memory follows from its attempts', async () => {
    await server.stop();
    const { status, stdout } = await server.run(['check']);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^[1-9]\d* memories follow/);
  });

  it('the database file is whole', async () => {
    if (engine.name === 'sqlite')
      assert.deepEqual(await server.database.sql('PRAGMA integrity_check; PRAGMA foreign_key_check;'), [['ok']]);
  });
});
