// Organisations are strangers to each other. Walks every route of the document, and fails on one that it does not know how to walk.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { answerEntry, exercisesOf, importPack } from './support/packs.mjs';
import { operations } from './support/schema.mjs';

const ALL = 'learner,coach,author,admin';
const ID = '^[0-9]{1,19}$';

onEachEngine((engine) => {
  let server, ours, colleague, stranger, ids, exercise;

  /** Whose id stands in a path. */
  const subjects = {
    '/api/v1/sign-ins/{id}': 'signIn',
    '/api/v1/people/{id}': 'person',
    '/api/v1/people/{id}/sign-ins': 'person',
    '/api/v1/packs/{id}': 'pack',
    '/api/v1/packs/{id}/export': 'pack',
    '/api/v1/sessions/{id}': 'session',
    '/api/v1/sessions/{id}/finish': 'session',
    '/api/v1/sessions/{id}/summary': 'session',
    '/api/v1/attempts/{id}': 'attempt',
    '/api/v1/concepts/{id}': 'concept',
  };
  /** A right body for them, where one is needed. */
  const bodies = { 'PATCH /api/v1/people/{id}': { name: 'Taken over' }, 'POST /api/v1/sessions/{id}/finish': { note: 'Taken over' } };
  /** Ids that stand in bodies and in queries. */
  const bodyIds = { 'POST /api/v1/sessions': ['conceptId'], 'POST /api/v1/attempts': ['exerciseId', 'sessionId'] };
  const queryIds = { 'GET /api/v1/people': ['after'], 'GET /api/v1/attempts': ['conceptId', 'before'],
    'GET /api/v1/exercises/statistics': ['packId', 'after'] };
  const streams = ['/api/v1/events']; // stream.test.mjs

  before(async () => {
    server = await engine.server();
    ours = await server.newcomer('ours@example.org', { organisation: 'Ours', roles: ALL, team: 'Oak', coachOf: 'Oak' });
    await importPack(server, undefined, { organisation: 'Ours' });
    colleague = await server.newcomer('colleague@example.org', { organisation: 'Ours', roles: ALL, team: 'Oak' });
    stranger = await server.newcomer('stranger@example.org', { organisation: 'Theirs', roles: ALL, team: 'Oak', coachOf: 'Oak' });
    await importPack(server, undefined, { organisation: 'Theirs' });
    const session = await ours.want(201, 'POST', '/api/v1/sessions', { minutes: 10 });
    const { attemptId } = await answerEntry(ours, session, session.entries[0]);
    exercise = (await exercisesOf(ours))['moon/choose-high-water'];
    const { packs } = await ours.get('/api/v1/packs');
    const { signIns } = await ours.get('/api/v1/sign-ins');
    ids = { person: ours.id, pack: packs[0].id, session: session.id, attempt: attemptId, concept: exercise.conceptId, signIn: signIns[0].id };
  });

  const state = () => server.database.sql(`SELECT name, roles, disabled_at FROM person WHERE id = ${ours.id}; SELECT finished_at, note FROM session;
    SELECT id, note FROM session ORDER BY id; SELECT COUNT(*) FROM attempt; SELECT id, person_id FROM sign_in ORDER BY id; SELECT id, version FROM pack ORDER BY id`);

  it('every route with an id in its path is known to this test', () => {
    for (const { path } of operations(server.openapi))
      if (path.includes('{'))
        assert.ok(path in subjects, `say in tenants.test.mjs whose id stands in ${path}`);
  });

  it('every id in a body or a query is known to this test', () => {
    for (const { method, path, operation } of operations(server.openapi)) {
      const body = operation.requestBody?.content['application/json'].schema;
      const schema = body?.$ref ? server.openapi.components.schemas[body.$ref.split('/').pop()] : body;
      const inBody = Object.entries(schema?.properties ?? {}).filter(([, one]) => one.pattern === ID || one.items?.pattern === ID).map(([name]) => name);
      assert.deepEqual(inBody, bodyIds[`${method} ${path}`] ?? [], `${method} ${path}`);
      const inQuery = (operation.parameters ?? []).filter(({ in: place, schema: one }) => place === 'query' && one.pattern === ID).map(({ name }) => name);
      assert.deepEqual(inQuery, queryIds[`${method} ${path}`] ?? [], `${method} ${path}`);
    }
  });

  it('the ids are right: those whom they belong to find them', async () => {
    for (const { method, path } of operations(server.openapi))
      if (path.includes('{') && method === 'GET')
        await ours.want(200, 'GET', path.replace('{id}', ids[subjects[path]]));
  });

  it('whoever belongs to another organisation finds nothing under an id, whatever their roles, and changes nothing', async () => {
    const before = await state();
    let walked = 0;
    for (const { method, path } of operations(server.openapi)) {
      if (!path.includes('{'))
        continue;
      await stranger.want(404, method, path.replace('{id}', ids[subjects[path]]), bodies[`${method} ${path}`]);
      walked++;
    }
    assert.ok(walked >= Object.keys(subjects).length);
    assert.deepEqual(await state(), before);
    await ours.get('/api/v1/me');
  });

  it('what is not there and what belongs to others look the same', async () => {
    for (const path of Object.keys(subjects)) {
      const method = Object.keys(server.openapi.paths[path])[0].toUpperCase(), body = bodies[`${method} ${path}`];
      const foreign = await stranger.ask(method, path.replace('{id}', ids[subjects[path]]), body);
      const absent = await stranger.ask(method, path.replace('{id}', '4611686018427387904'), body);
      assert.deepEqual([foreign.status, foreign.body.detail], [absent.status, absent.body.detail], path);
    }
  });

  it('what is no id is not found', async () => {
    for (const path of Object.keys(subjects))
      for (const id of ['0', '-1', '01', '9223372036854775808', '99999999999999999999', '1e3', 'x', '1%20', "1'"]) {
        const method = Object.keys(server.openapi.paths[path])[0].toUpperCase();
        await ours.want(404, method, path.replace('{id}', id), bodies[`${method} ${path}`]);
      }
  });

  it('ids of another organisation in a body or a query reach nothing', async () => {
    const before = await state();
    const body = (more) => attempt(exercise.id, { choices: [1], ...more });
    await stranger.want(404, 'POST', '/api/v1/attempts', body());
    await stranger.want(404, 'POST', '/api/v1/attempts', body({ sessionId: ids.session, position: 0 }));
    const own = (await exercisesOf(stranger))['moon/choose-high-water'];
    await stranger.want(404, 'POST', '/api/v1/attempts', attempt(own.id, { choices: [1], sessionId: ids.session, position: 0 }));
    await stranger.want(404, 'POST', '/api/v1/sessions', { conceptId: ids.concept });
    assert.deepEqual((await stranger.get(`/api/v1/attempts?conceptId=${ids.concept}`)).attempts, []);
    assert.deepEqual((await stranger.get('/api/v1/attempts?before=9223372036854775807')).attempts, []);
    assert.deepEqual((await stranger.get(`/api/v1/exercises/statistics?packId=${ids.pack}`)).exercises, []);
    assert.ok((await stranger.get('/api/v1/exercises/statistics?after=1')).exercises.every(({ pack }) => pack.id !== ids.pack));
    assert.deepEqual((await stranger.get('/api/v1/people?after=1')).people.map(({ email }) => email), ['stranger@example.org']);
    assert.deepEqual(await state(), before);
  });

  it("what is listed has nothing of another organisation's in it", async () => {
    const kept = await server.database.sql(['person', 'team', 'pack', 'skill', 'concept', 'exercise', 'session', 'attempt', 'sign_in', 'event', 'audit']
      .map((table) => `SELECT id FROM ${table} WHERE organisation_id IN (SELECT id FROM organisation WHERE name = 'Ours')`).join(' UNION ALL '));
    const foreign = new Set([...kept.flat(), ...(await server.database.sql("SELECT id FROM organisation WHERE name = 'Ours'")).flat()]);
    assert.ok(foreign.size > 20);
    let walked = 0;
    for (const { method, path, operation } of operations(server.openapi)) {
      if (method !== 'GET' || path.includes('{') || streams.includes(path) || operation['x-roles'].length === 0)
        continue;
      const { text } = await stranger.ask('GET', path);
      for (const [id] of text.matchAll(/\d{10,19}/g))
        assert.ok(!foreign.has(id), `${path} shows ${id} of another organisation`);
      assert.ok(!/ours@|colleague@/.test(text), path);
      walked++;
    }
    assert.ok(walked >= 8);
    const own = (await ours.ask('GET', '/api/v1/packs')).text;
    assert.ok([...own.matchAll(/\d{10,19}/g)].some(([id]) => foreign.has(id)), 'the ids that are looked for are those that are shown');
  });

  it("a colleague does not reach one's sessions, answers and sign-ins either", async () => {
    const before = await state();
    for (const { method, path } of operations(server.openapi))
      if (['session', 'signIn'].includes(subjects[path]))
        await colleague.want(404, method, path.replace('{id}', ids[subjects[path]]), bodies[`${method} ${path}`]);
    await colleague.want(404, 'POST', '/api/v1/attempts', attempt(exercise.id, { choices: [1], sessionId: ids.session, position: 0 }));
    assert.deepEqual((await colleague.get('/api/v1/attempts')).attempts, []);
    assert.equal((await colleague.get('/api/v1/today')).session, null);
    assert.deepEqual(await state(), before);
  });

  it('a coach sees the teams they coach, and not those of the same name elsewhere', async () => {
    const names = ({ teams }) => teams.flatMap(({ people }) => people.map(({ name }) => name));
    assert.deepEqual(names(await ours.get('/api/v1/team')), ['colleague', 'ours']);
    assert.deepEqual(names(await stranger.get('/api/v1/team')), ['stranger']);
    assert.deepEqual(names(await colleague.get('/api/v1/team')), []);
  });

  it('an address belongs to one person on a server', async () => {
    await stranger.want(409, 'POST', '/api/v1/people', { email: 'ours@example.org', name: 'Double', roles: ['learner'] });
  });

  it('the server ends in order', () => server.stop());
});
