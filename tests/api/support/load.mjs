// Load: many people answering at once, and a book of what the server acknowledged, to be compared with what it has later.
import assert from 'node:assert/strict';
import { attempt } from './browser.mjs';
import { exercisesOf, importPack, wide } from './packs.mjs';

export class Load {
  acknowledged = new Map(); // key -> {browser, body, attemptId}
  doubtful = new Map();     // sent, and never answered

  static async prepare(server, people) {
    const load = new Load();
    await server.addPerson('person0@example.org');
    await importPack(server, wide(8));
    load.browsers = [await server.signIn('person0@example.org')];
    for (let i = 1; i < people; i++)
      load.browsers.push(await server.newcomer(`person${i}@example.org`));
    load.exercises = Object.values(await exercisesOf(load.browsers[0]));
    return load;
  }

  /** Answers with everybody until the server goes away. Every reply that comes is an acknowledgement, or this fails. */
  async run() {
    this.before = this.acknowledged.size;
    await Promise.all(this.browsers.map(async (browser, who) => {
      for (let i = 0; ; i++) {
        const exercise = this.exercises[(who + i * 7) % this.exercises.length];
        const body = attempt(exercise.id, { choices: [i % 3] });
        this.doubtful.set(body.key, { browser, body });
        const reply = await browser.ask('POST', '/api/v1/attempts', body).catch((error) => {
          if (error instanceof assert.AssertionError || error instanceof SyntaxError) throw error;
          return null; // the connection went away
        });
        if (!reply || reply.status === 503)
          return;
        assert.equal(reply.status, 201, reply.text);
        this.doubtful.delete(body.key);
        this.acknowledged.set(body.key, { browser, body, attemptId: reply.body.attemptId });
      }
    }));
  }

  /** What the last run was acknowledged is there: replaying finds it. What it was in doubt about is there once, or can be sent again. */
  async replay() {
    const recent = [...this.acknowledged.values()].slice(this.before);
    for (let at = 0; at < recent.length; at += 32)
      await Promise.all(recent.slice(at, at + 32).map(async ({ browser, body, attemptId }) => {
        const found = await browser.want(200, 'POST', '/api/v1/attempts', body);
        assert.equal(found.attemptId, attemptId);
      }));
    await Promise.all([...this.doubtful.values()].map(async ({ browser, body }) => {
      const { status, body: { attemptId }, text } = await browser.ask('POST', '/api/v1/attempts', body);
      assert.ok(status === 200 || status === 201, text);
      this.acknowledged.set(body.key, { browser, body, attemptId });
    }));
    this.doubtful.clear();
  }

  /** Everything that was ever acknowledged is listed, and nothing else is. */
  async compare() {
    for (const browser of this.browsers) {
      const listed = [];
      for (let next = ''; next !== null;) {
        const page = await browser.get(`/api/v1/attempts?limit=100${next && `&before=${next}`}`);
        listed.push(...page.attempts.map(({ attemptId }) => attemptId));
        next = page.next;
      }
      const expected = [...this.acknowledged.values()].filter((one) => one.browser === browser).map(({ attemptId }) => attemptId);
      assert.deepEqual(listed.sort(), expected.sort());
    }
  }
}
