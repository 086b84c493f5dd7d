// Rights, route by route, as the document states them.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { onEachEngine } from './support/engine.mjs';
import { operations } from './support/schema.mjs';

const ROLES = ['learner', 'coach', 'author', 'admin'];
const OPEN = ['GET /api/v1/health', 'GET /api/v1/openapi.json', 'GET /docs/api', 'POST /api/v1/sign-in', 'POST /api/v1/sign-in/link', 'POST /api/v1/sign-in/token'];
const RATES = ['read', 'write', 'heavy', 'sign-in'];

onEachEngine((engine) => {
  let server;
  const people = {};
  const routes = () => operations(server.openapi);
  const target = (path) => path.replace(/\{\w+\}/g, '1');
  const unknownBody = (operation) => (operation.requestBody ? { unknown: 1 } : undefined);

  before(async () => {
    server = await engine.server();
    for (const role of ROLES)
      people[role] = await server.newcomer(`${role}@example.org`, { roles: role });
  });

  it('every route says what it does and who may do it', () => {
    assert.ok(routes().length >= 29);
    for (const { method, path, operation } of routes()) {
      assert.ok(operation.summary?.length > 5, `${method} ${path} has no description`);
      assert.ok(Array.isArray(operation['x-roles']), `${method} ${path} names no roles`);
      assert.ok(operation['x-roles'].every((role) => ROLES.includes(role)), `${method} ${path}`);
      assert.ok(RATES.includes(operation['x-rate']), `${method} ${path} has no rate`);
    }
    assert.equal(new Set(routes().map(({ operation }) => operation.operationId)).size, routes().length);
  });

  it('every member of a body and every query parameter is described', () => {
    const walk = (schema, at) => {
      for (const [name, member] of Object.entries(schema?.properties ?? {})) {
        assert.ok(member.description?.length > 1, `${at}.${name} is not described`);
        walk(member.items ?? member, `${at}.${name}`);
      }
    };
    for (const [name, schema] of Object.entries(server.openapi.components.schemas).filter(([one]) => one !== 'Problem'))
      walk(schema, name);
    for (const { path, operation } of routes())
      for (const parameter of operation.parameters ?? [])
        assert.ok(parameter.in === 'path' || parameter.description?.length > 1, `${path} ${parameter.name}`);
  });

  it('a body takes no members but those that are declared', () => {
    for (const { method, path, operation } of routes()) {
      const schema = operation.requestBody?.content['application/json'].schema;
      if (schema)
        assert.equal(server.openapi.components.schemas[schema.$ref.split('/').pop()].additionalProperties, false, `${method} ${path}`);
    }
  });

  it('only what must be is open to everybody', () => {
    const open = routes().filter(({ operation }) => operation['x-roles'].length === 0).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(open.sort(), OPEN.sort());
  });

  it('whoever is not signed in gets 401 on every other route', async () => {
    for (const { method, path, operation } of routes())
      if (operation['x-roles'].length > 0)
        for (const cookie of [null, 'whet_sign_in=forged', `whet_sign_in=${'A'.repeat(43)}`])
          await server.browser().want(401, method, target(path), unknownBody(operation), { headers: { cookie } });
  });

  it('a role that a route does not name gets 403', async () => {
    let refused = 0;
    for (const { method, path, operation } of routes())
      for (const role of ROLES)
        if (operation['x-roles'].length > 0 && !operation['x-roles'].includes(role)) {
          const { body } = await people[role].ask(method, target(path), unknownBody(operation));
          assert.equal(body.status, 403, `${role}: ${method} ${path}`);
          assert.match(body.detail, /may not/);
          refused++;
        }
    assert.ok(refused >= 21);
  });

  it('a role that a route names gets past', async () => {
    for (const { method, path, operation } of routes())
      for (const role of operation['x-roles']) {
        if (path === '/api/v1/sign-out' || path === '/api/v1/events')
          continue; // would end the sign-in; would not end
        const { status } = await people[role].ask(method, target(path), unknownBody(operation));
        assert.equal(status, operation.requestBody ? 400 : path.includes('{') ? 404 : 200, `${role}: ${method} ${path}`);
      }
  });

  it('every route that changes something wants the CSRF token', async () => {
    for (const { method, path, operation } of routes())
      if (method !== 'GET' && operation['x-roles'].length > 0)
        for (const csrf of [null, '0'.repeat(64)])
          await people[operation['x-roles'][0]].want(403, method, target(path), unknownBody(operation), { headers: { 'x-csrf-token': csrf } });
  });

  it('taking a role away takes effect at once', async () => {
    const changed = await server.newcomer('changed@example.org', { roles: 'author,learner' });
    const { packs } = await changed.get('/api/v1/packs');
    assert.deepEqual(packs, []);
    await changed.want(400, 'POST', '/api/v1/packs/check', {});
    await people.admin.want(200, 'PATCH', `/api/v1/people/${changed.id}`, { roles: ['learner'] });
    await changed.want(403, 'POST', '/api/v1/packs/check', {});
  });

  it('the document declares what signing in answers', () => {
    for (const path of ['/api/v1/sign-in', '/api/v1/sign-in/token'])
      assert.ok('401' in server.openapi.paths[path].post.responses, `${path} answers 401`);
    assert.ok('202' in server.openapi.paths['/api/v1/sign-in/link'].post.responses);
  });

  it('the page for reading names every route', async () => {
    const page = await (await fetch(`${server.url}/docs/api`)).text();
    for (const { path } of routes())
      assert.ok(page.includes(path), path);
  });

  it('the server ends in order', () => server.stop());
});
