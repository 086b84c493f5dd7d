// A server that is told to stop finishes what it has begun.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { onEachEngine } from './support/engine.mjs';
import { Load } from './support/load.mjs';
import { exchange, statuses } from './support/socket.mjs';
import { until } from './support/whet.mjs';

onEachEngine((engine) => {
  let server, load;

  before(async () => {
    server = await engine.server();
    load = await Load.prepare(server, 8);
  });

  for (const signal of ['SIGTERM', 'SIGINT'])
    it(`${signal} under load: the server ends with status 0, and what it acknowledged is there`, async () => {
      const running = load.run();
      await until(() => load.acknowledged.size > load.before + 20, 'there is load');
      assert.deepEqual(await server.kill(signal), { status: 0, signal: null }, server.log);
      await running;
      await server.start();
      await load.replay();
      await load.compare();
    });

  it('sessions that end while the server does are told to nobody, and bring nothing down', async () => {
    for (let round = 0; round < 5; round++) {
      let ended = 0;
      const running = Promise.all(load.browsers.map(async (browser) => {
        const { id } = (await browser.ask('POST', '/api/v1/sessions', { early: true })).body;
        for (;;) {
          const reply = await browser.ask('POST', `/api/v1/sessions/${id}/finish`, {}).catch(() => null);
          if (reply?.status !== 200) return;
          ended++;
        }
      }));
      await until(() => ended > 20, 'there is load');
      assert.deepEqual(await server.kill('SIGTERM'), { status: 0, signal: null }, server.log);
      await running;
      await server.start();
    }
  });

  it('open event streams, open connections and half a request do not hold it up', async () => {
    const streams = await Promise.all(load.browsers.map((browser) =>
      fetch(`${server.url}/api/v1/events`, { headers: browser.headers('GET') })));
    const idle = exchange(server, 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n');
    const half = exchange(server, 'POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"email":');
    const begun = exchange(server, 'GET /api/v1/hea');
    const running = load.run();
    await until(() => load.acknowledged.size > load.before + 20, 'there is load');
    await server.stop();
    await running;
    const texts = await Promise.all(streams.map((stream) => stream.text().catch(() => 'cut off')));
    assert.ok(texts.every((text) => text !== 'cut off'), 'streams end as they should');
    const ends = await Promise.all([idle, half, begun]);
    assert.ok(ends.every(({ closed }) => closed));
    assert.deepEqual(statuses(ends[0].text), [200]);
    await server.start();
    await load.replay();
    await load.compare();
  });

  it('it takes no new connections once it has ended, and leaves the database closed', async () => {
    await server.stop();
    await assert.rejects(fetch(`${server.url}/api/v1/health`));
    const { status, stdout } = await server.run(['check']);
    assert.equal(status, 0, stdout);
  });
});
