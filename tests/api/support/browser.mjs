// A browser as the server sees one: keeps the cookie, sends the CSRF token, and compares every reply with the OpenAPI document.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { operationOf, problems } from './schema.mjs';

function checkProblem(reply, what) {
  assert.equal(reply.headers.get('content-type'), 'application/problem+json', `${what}: ${reply.text}`);
  for (const name of ['type', 'title', 'detail'])
    assert.equal(typeof reply.body[name], 'string', `${what}: no ${name} in ${reply.text}`);
  assert.equal(reply.body.status, reply.status, what);
  for (const error of reply.body.errors ?? [])
    assert.deepEqual(Object.keys(error).sort(), ['detail', 'pointer'], what);
}

function checkSuccess(document, reply, method, target, what) {
  const found = operationOf(document, method, target);
  assert.ok(found, `${what} is not in the document`);
  const declared = found.operation.responses[reply.status];
  assert.ok(declared, `${what}: the document does not declare ${reply.status}`);
  if (reply.status === 204)
    assert.equal(reply.text, '', what);
  const schema = declared.content?.['application/json']?.schema;
  if (!schema)
    return;
  assert.match(reply.headers.get('content-type'), /^application\/json/, what);
  assert.deepEqual([...problems(schema, reply.body, document)], [], `${what} does not agree with the document`);
}

export function checkReply(document, reply, method, target) {
  const what = `${method} ${target} ${reply.status}`;
  if (reply.status >= 400)
    checkProblem(reply, what);
  else if (target.startsWith('/api/'))
    checkSuccess(document, reply, method, target, what);
}

export class Browser {
  cookie = null;
  csrf = null;
  me = null;

  constructor(server) {
    this.server = server;
  }

  headers(method, more = {}) {
    const headers = {};
    if (this.cookie) headers.cookie = `whet_sign_in=${this.cookie}`;
    if (this.csrf && method !== 'GET') headers['x-csrf-token'] = this.csrf;
    for (const [name, value] of Object.entries(more))
      if (value === null) delete headers[name];
      else headers[name] = value;
    return headers;
  }

  keepCookie(reply) {
    const set = /whet_sign_in=([^;]*)/.exec(reply.headers.get('set-cookie') ?? '');
    if (set)
      this.cookie = set[1] || null;
  }

  /** Asks: {status, headers, text, body}. `body` is sent as JSON; with `bytes` what is given is sent as it is. */
  async ask(method, target, body, { headers, bytes, signal } = {}) {
    const init = { method, redirect: 'manual', headers: this.headers(method, headers), signal };
    if (body !== undefined || bytes !== undefined) {
      init.body = bytes ?? JSON.stringify(body);
      init.headers['content-type'] ??= 'application/json';
    }
    const response = await fetch(this.server.url + target, init);
    const text = await response.text();
    const reply = { status: response.status, headers: response.headers, text, body: null };
    if (/json/.test(reply.headers.get('content-type') ?? ''))
      reply.body = JSON.parse(text);
    this.keepCookie(reply);
    checkReply(this.server.openapi, reply, method, target);
    return reply;
  }

  /** Asks, and wants this status. Returns the body. */
  async want(status, method, target, body, options) {
    const reply = await this.ask(method, target, body, options);
    assert.equal(reply.status, status, `${method} ${target}: ${reply.text}`);
    return reply.body;
  }

  get(target) {
    return this.want(200, 'GET', target);
  }

  async signedIn(reply) {
    assert.equal(reply.status, 200, reply.text);
    this.me = reply.body;
    this.csrf = reply.body.csrfToken;
    return this;
  }

  async signInByToken(token, more = {}) {
    return this.signedIn(await this.ask('POST', '/api/v1/sign-in/token', { token, ...more }));
  }

  async signInByPassword(email, password, more = {}) {
    return this.signedIn(await this.ask('POST', '/api/v1/sign-in', { email, password, ...more }));
  }

  /** A second window of the same sign-in. */
  copy() {
    return Object.assign(new Browser(this.server), { cookie: this.cookie, csrf: this.csrf, me: this.me });
  }
}

/** An attempt's body; `more` says what is answered and how. */
export function attempt(exerciseId, more) {
  return { key: randomUUID(), exerciseId, confidence: 'think-so', seconds: 12, answeredAt: new Date().toISOString(), ...more };
}
