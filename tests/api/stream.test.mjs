// Events: what one does on one screen is told on one's others, and to nobody else.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { exercisesOf, importPack } from './support/packs.mjs';
import { until } from './support/whet.mjs';

/** Listens: `events` fills with {event, data}; `ended` is true when the server has ended the stream. */
async function listen(browser) {
  const stop = new AbortController();
  const response = await fetch(`${browser.server.url}/api/v1/events`, { headers: browser.headers('GET'), signal: stop.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  assert.match(response.headers.get('cache-control'), /no-(cache|store)/);
  const listener = { events: [], ended: false, close: () => stop.abort() };
  (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body) {
      text += decoder.decode(piece, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block);
        if (event)
          listener.events.push({ event: event[1], data: JSON.parse(/^data: (.*)$/m.exec(block)[1]) });
      }
    }
    listener.ended = true;
  })().catch(() => (listener.ended = true));
  return listener;
}

onEachEngine((engine) => {
  let server, one, other, exercise;
  const answer = (browser, choices = [1]) => browser.want(201, 'POST', '/api/v1/attempts', attempt(exercise.id, { choices }));

  before(async () => {
    server = await engine.server();
    one = await server.newcomer('one@example.org');
    other = await server.newcomer('other@example.org');
    await importPack(server);
    exercise = (await exercisesOf(one))['moon/choose-high-water'];
  });

  it('an answer from another client of the same person is told, and never to another person', async () => {
    const mine = await listen(one), mineToo = await listen(one), theirs = await listen(other);
    const { attemptId } = await answer(one.copy());
    const told = { event: 'attempt', data: { attemptId, conceptId: exercise.conceptId } };
    await until(() => mine.events.length > 0 && mineToo.events.length > 0, 'both screens are told');
    // What comes to the other person now proves that nothing came before it.
    const second = await answer(other);
    await until(() => theirs.events.length > 0, 'the other person is told of their own');
    assert.deepEqual(mine.events, [told]);
    assert.deepEqual(mineToo.events, [told]);
    assert.deepEqual(theirs.events.map(({ data }) => data.attemptId), [second.attemptId]);
    for (const listener of [mine, mineToo, theirs]) listener.close();
  });

  it('a replay and a refused answer are not told', async () => {
    const listener = await listen(one);
    const body = attempt(exercise.id, { choices: [0] });
    const { attemptId } = await one.want(201, 'POST', '/api/v1/attempts', body);
    await one.want(200, 'POST', '/api/v1/attempts', body);
    await one.want(409, 'POST', '/api/v1/attempts', { ...body, choices: [1] });
    await one.want(400, 'POST', '/api/v1/attempts', attempt(exercise.id, { choices: [8] }));
    const last = await answer(one);
    await until(() => listener.events.some(({ data }) => data.attemptId === last.attemptId), 'the last answer is told');
    assert.deepEqual(listener.events.map(({ data }) => data.attemptId), [attemptId, last.attemptId]);
    listener.close();
  });

  it('the end of a session is told', async () => {
    const listener = await listen(one);
    const { id } = await one.want(201, 'POST', '/api/v1/sessions', {});
    await one.want(200, 'POST', `/api/v1/sessions/${id}/finish`);
    await until(() => listener.events.length > 0, 'the end is told');
    assert.deepEqual(listener.events, [{ event: 'session', data: { id } }]);
    listener.close();
  });

  it('listening needs a sign-in', () => server.browser().want(401, 'GET', '/api/v1/events'));

  it('many answers come in their order', async () => {
    const listener = await listen(one);
    const sent = [];
    for (let i = 0; i < 30; i++)
      sent.push((await answer(one)).attemptId);
    await until(() => listener.events.length >= sent.length, 'all are told');
    assert.deepEqual(listener.events.map(({ data }) => data.attemptId), sent);
    listener.close();
  });

  it('when the server ends, streams end too', async () => {
    const listener = await listen(one);
    await server.stop();
    await until(() => listener.ended, 'the stream ends');
  });
});
