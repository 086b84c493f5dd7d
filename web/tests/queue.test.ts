import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfter, Queue, type Delivered, type Failure, type Kept } from '../src/queue';
import type { Table } from '../src/storage';
import type { Answer, Entry, Feedback } from '../src/types';

function tableOf(rows: Map<string, Kept>): Table<Kept> {
  return {
    all: async () => [...rows.values()],
    get: async (key) => rows.get(key),
    put: async (value) => void rows.set(value.key, value),
    delete: async (key) => void rows.delete(key),
  };
}

const answer = (key: string): Answer => ({ key, exerciseId: '1', text: 'words', confidence: 'sure', seconds: 3, answeredAt: '2026-11-23T08:00:00Z' });
const entry = {} as Entry;

interface World {
  queue: Queue;
  rows: Map<string, Kept>;
  sent: string[];
  late: Delivered[];
  pauses: { milliseconds: number; work: () => void }[];
  respond: (answer: Answer) => Feedback;
}

function world(): World {
  let clock = 0;
  let last: Promise<unknown> = Promise.resolve();
  const it = { rows: new Map(), sent: [], late: [], pauses: [], respond: (given) => ({ attemptId: given.key }) as Feedback } as unknown as World;
  it.queue = new Queue({
    table: tableOf(it.rows),
    send: async (given) => {
      assert.ok(it.rows.has(given.key), 'an answer is stored before it is sent');
      it.sent.push(given.key);
      return it.respond(given);
    },
    failureOf: (error) => error as Failure,
    exclusively: (work) => {
      const turn = last.then(work, work);
      last = turn;
      return turn;
    },
    now: () => ++clock,
    after: (milliseconds, work) => {
      it.pauses.push({ milliseconds, work });
      return () => undefined;
    },
    changed: () => undefined,
    delivered: (all) => it.late.push(...all),
  });
  return it;
}

const fail = (failure: Failure) => () => {
  throw failure;
};
const LATER: Failure = { kind: 'later', afterMs: null };

test('an acknowledged answer is removed and its feedback returned', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  const outcome = await it.queue.submit(answer('a'), entry);
  assert.equal(outcome.kind, 'delivered');
  assert.equal(it.rows.size, 0);
  assert.deepEqual(it.late, [], 'feedback that is on the screen is not announced again');
});

test('an answer without a connection is kept and sent later in order with the same keys', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  const respond = it.respond;
  it.respond = fail(LATER);
  assert.equal((await it.queue.submit(answer('a'), entry)).kind, 'kept');
  assert.equal((await it.queue.submit(answer('b'), entry)).kind, 'kept');
  it.respond = respond;
  it.sent.length = 0;
  await it.queue.flush();
  assert.deepEqual(it.sent, ['a', 'b']);
  assert.equal(it.rows.size, 0);
  assert.deepEqual(it.late.map(({ kept }) => kept.key), ['a', 'b']);
});

test('the pause doubles with each failure, up to five minutes, and respects the server', async () => {
  assert.deepEqual([1, 2, 3, 4].map(pauseAfter), [2000, 4000, 8000, 16000]);
  assert.equal(pauseAfter(50), 300000);
  const it = world();
  await it.queue.belongsTo('7');
  it.respond = fail({ kind: 'later', afterMs: 60000 });
  await it.queue.submit(answer('a'), entry);
  assert.equal(it.pauses[0]?.milliseconds, 60000);
});

test('a refused answer stays visible, is not sent again and does not block others', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  const respond = it.respond;
  it.respond = fail({ kind: 'refused', reason: 'No such exercise.' });
  assert.deepEqual(await it.queue.submit(answer('a'), entry), { kind: 'refused', reason: 'No such exercise.' });
  it.respond = respond;
  assert.equal((await it.queue.submit(answer('b'), entry)).kind, 'delivered');
  assert.deepEqual(it.sent, ['a', 'b']);
  assert.equal((await it.queue.list())[0]?.refusal, 'No such exercise.');
  await it.queue.discard('a');
  assert.equal(it.rows.size, 0);
});

test('another person neither sees nor sends what waits', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  const respond = it.respond;
  it.respond = fail(LATER);
  await it.queue.submit(answer('a'), entry);
  it.respond = respond;
  it.sent.length = 0;
  await it.queue.belongsTo('8');
  await it.queue.flush();
  assert.deepEqual(await it.queue.list(), []);
  assert.deepEqual(it.sent, []);
  await it.queue.belongsTo('7');
  await it.queue.flush();
  assert.deepEqual(it.sent, ['a']);
});

test('feedback that comes for one person after another has signed in is not shown to the other', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  it.respond = (given) => {
    void it.queue.belongsTo('8'); /* while the answer is on its way */
    return { attemptId: given.key } as Feedback;
  };
  it.rows.set('a', { key: 'a', person: '7', answer: answer('a'), entry, keptAt: 0, refusal: null });
  await it.queue.flush();
  assert.equal(it.rows.size, 0);
  assert.deepEqual(it.late, []);
});

test('signed out, everything is kept and nothing is tried again by itself', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  it.respond = fail({ kind: 'stop' });
  assert.equal((await it.queue.submit(answer('a'), entry)).kind, 'kept');
  assert.equal(it.pauses.length, 0);
  assert.equal(it.rows.size, 1);
});

test('two flushes at once send an answer once', async () => {
  const it = world();
  await it.queue.belongsTo('7');
  it.rows.set('a', { key: 'a', person: '7', answer: answer('a'), entry, keptAt: 1, refusal: null });
  await Promise.all([it.queue.flush(), it.queue.flush()]);
  assert.deepEqual(it.sent, ['a']);
});
