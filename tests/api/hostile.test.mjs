// What clients should never send: each gets a clear refusal, and nothing changes.
import assert from 'node:assert/strict';
import net from 'node:net';
import { before, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine } from './support/engine.mjs';
import { exercisesOf, importPack } from './support/packs.mjs';
import { exchange, statuses } from './support/socket.mjs';
import { until } from './support/whet.mjs';

const KIB = 1024, MIB = 1024 * KIB;
const ATTEMPTS = '/api/v1/attempts';

onEachEngine((engine) => {
  let server, browser, exercise, good;

  before(async () => {
    server = await engine.server();
    browser = await server.newcomer('anna@example.org', { roles: 'learner,author' });
    await importPack(server);
    exercise = (await exercisesOf(browser))['moon/choose-high-water'];
    await browser.want(201, 'POST', ATTEMPTS, attempt(exercise.id, { choices: [1] }));
    good = attempt(exercise.id, { choices: [0] });
  });

  /** All that a request could have changed. */
  async function state() {
    const { skills, practice, confidence } = await browser.get('/api/v1/progress');
    const progress = skills.flatMap(({ concepts }) => concepts.map(({ id, stability, dueAt, attempts }) => [id, stability, dueAt, attempts]));
    const rows = await server.database.sql(['person', 'team', 'session', 'attempt', 'memory', 'ability', 'exercise_difficulty', 'pack', 'concept', 'exercise', 'event', 'sign_in']
      .map((table) => `SELECT '${table}', COUNT(*) FROM ${table}`).join(' UNION ALL '));
    return { progress, practice, confidence, rows: rows.sort() };
  }

  /** A test that nothing changes by `requests`. */
  const refuses = (name, requests) => it(name, async () => {
    const before = await state();
    await requests();
    assert.deepEqual(await state(), before);
  });

  const send = (status, bytes, options) => browser.want(status, 'POST', ATTEMPTS, undefined, { bytes, ...options });
  const sendText = (status, change) => send(status, change(JSON.stringify(good)));
  const with_ = (more) => ({ ...good, ...more });

  it('the good request that the others are made from would be accepted', async () => {
    await browser.want(201, 'POST', ATTEMPTS, { ...good, key: 'a key of its own' });
  });

  // --- bodies

  refuses('malformed JSON is refused with the place of the mistake', async () => {
    for (const bytes of ['{', '}', '{"key":', '{"key" 1}', "{'key':1}", '{"a":1,}', '[1,]', 'null', '[]', '"text"', '1', 'NaN', '{"a":NaN}', '{"a":01}', '{"a":+1}', '{"a":1}{"b":2}',
      '{"a":"\n"}', '{"a":"\\x"}', '{"a":"\\ud800"}', '/* */{}', '\ufeff{}', ' ', '\0']) {
      const { detail } = await send(400, bytes);
      assert.match(detail, /JSON|errors/, bytes);
    }
    assert.match((await send(400, '{\n"key": oops}')).detail, /line 2/);
  });

  refuses('an empty body misses everything', async () => {
    const { errors } = await browser.want(400, 'POST', ATTEMPTS);
    assert.deepEqual(errors.map(({ pointer }) => pointer).sort(), ['#/answeredAt', '#/confidence', '#/exerciseId', '#/key', '#/seconds']);
  });

  refuses('a wrong type is named by its pointer', async () => {
    const wrong = {
      key: [1, null, true, {}, [], 'short', 'x'.repeat(65), ''],
      exerciseId: [1, 1.5, null, '', 'x', '-1', '0', '007', '1e3', '9223372036854775808', ' 1', {}, []],
      sessionId: [1, null, 'x'],
      position: ['0', 1.5, -1, 1001, null, 1e30, true],
      choices: ['0', [1.5], ['0'], [null], [[0]], [-1], [9], Array(10).fill(0), {}, null],
      text: [1, '', [], null],
      confidence: ['', 'certain', 'SURE', 1, null, ['sure']],
      seconds: ['12', -1, 3601, null, [], true],
      answeredAt: ['', 'yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '2026-13-01T00:00:00Z', '2026-01-01T25:00:00Z', 0, null, 'x'.repeat(1000)],
    };
    for (const [name, values] of Object.entries(wrong))
      for (const value of values) {
        const { errors } = await browser.want(400, 'POST', ATTEMPTS, with_({ [name]: value }));
        assert.ok(errors.some(({ pointer, detail }) => pointer.startsWith(`#/${name}`) && detail.length > 5), `${name}: ${JSON.stringify(value)}: ${JSON.stringify(errors)}`);
      }
  });

  refuses('unknown members are refused, however they are called', async () => {
    for (const name of ['unknown', 'score', 'personId', 'organisationId', '__proto__', '', 'KEY', 'key ', 'a/b~c', 'é', '%s%n', '\\']) {
      const bytes = `${JSON.stringify(good).slice(0, -1)},${JSON.stringify(name)}:1}`;
      const { errors } = await send(400, bytes);
      assert.equal(errors.length, 1, name);
      assert.match(errors[0].detail, /not known/);
    }
    assert.equal((await send(400, `${JSON.stringify(good).slice(0, -1)},"a/b~c":1}`)).errors[0].pointer, '#/a~1b~0c');
  });

  refuses('everything that is wrong is told at once, but not without end', async () => {
    const { errors } = await browser.want(400, 'POST', ATTEMPTS, { key: 1, exerciseId: 2, other: 3, seconds: 'x' });
    assert.equal(errors.length, 6);
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x${i}`, 1]));
    assert.equal((await browser.want(400, 'POST', ATTEMPTS, many)).errors.length, 100);
  });

  refuses('a name that stands twice is refused', async () => {
    await sendText(400, (text) => `${text.slice(0, -1)},"confidence":"sure"}`);
    await sendText(400, (text) => `{"confidence":"guess",${text.slice(1)}`);
  });

  refuses('a NUL in a text is refused', async () => {
    await browser.want(400, 'POST', ATTEMPTS, with_({ key: 'a key with a \0 in it' }));
    await sendText(400, (text) => `${text}\0`);
    await sendText(400, (text) => text.replace('"guess"', '"gu\0ess"').replace('think-so', 'think\0so'));
  });

  refuses('invalid UTF-8 is refused', async () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]])
      await send(400, Buffer.concat([Buffer.from('{"key":"'), Buffer.from(bytes), Buffer.from('aaaaaaaaaaaaaaaa"}')]));
  });

  refuses('deep nesting is refused, also with brackets that are never closed', async () => {
    for (const depth of [40, 1000, 30_000]) {
      await send(400, '['.repeat(depth));
      await send(400, '{"a":'.repeat(Math.min(depth, 10_000)));
      await send(400, `{"key":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    }
  });

  refuses('numbers that are too large are refused', async () => {
    for (const number of ['1e400', '-1e400', '99999999999999999999999', '9223372036854775808', `1${'0'.repeat(5000)}`, '1e-400000000000000000000'])
      await sendText(400, (text) => text.replace('"seconds":12', `"seconds":${number}`).replace('"choices":[0]', `"choices":[${number}]`));
  });

  refuses('an answer of eight thousand characters and one more is refused, whatever their bytes', async () => {
    await browser.want(400, 'POST', ATTEMPTS, with_({ choices: undefined, text: '🌊'.repeat(8001) }));
  });

  it('long bodies of nobody that never end keep nobody from answering', async () => {
    const head = 'POST /api/v1/packs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8388608\r\n\r\n';
    const body = (bytes) => Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, ' ')]);
    const most = body(4 * MIB + 1), whole = body(8 * MIB), sockets = [];
    const stall = () => new Promise((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1', () => socket.write(most, resolve));
      socket.on('error', () => {});
      sockets.push(socket);
    });
    try {
      await until(async () => {
        for (let i = 0; i < 8; i++)
          await stall();
        return statuses((await exchange(server, whole, { enough: /\r\n\r\n/ })).text)[0] === 503;
      }, 'there is no room for another long body');
      await browser.want(201, 'POST', ATTEMPTS, attempt(exercise.id, { choices: [1] }));
    } finally {
      for (const socket of sockets)
        socket.destroy();
    }
  });

  refuses('a body that is too long gets 413 and the connection is closed, announced or not', async () => {
    const head = `POST ${ATTEMPTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nCookie: whet_sign_in=${browser.cookie}\r\nX-CSRF-Token: ${browser.csrf}\r\n`;
    const long = `{"key":"${'x'.repeat(64 * KIB)}"}`;
    for (const bytes of [
      `${head}Content-Length: ${long.length}\r\n\r\n${long}`,
      `${head}Content-Length: 9999999999\r\n\r\n`,
      `${head}Transfer-Encoding: chunked\r\n\r\n${'4000\r\n' + 'x'.repeat(0x4000) + '\r\n'}${('4000\r\n' + 'x'.repeat(0x4000) + '\r\n').repeat(5)}0\r\n\r\n`,
    ]) {
      const { text, closed } = await exchange(server, bytes);
      assert.deepEqual([statuses(text), closed], [[413], true], text);
      assert.match(text, /application\/problem\+json/);
      assert.match(text, /65536 bytes/);
    }
    await browser.want(400, 'POST', ATTEMPTS, undefined, { bytes: long.slice(0, 64 * KIB) });
  });

  refuses('a pack may be larger than an answer, but not without bound', async () => {
    const file = (text) => ({ folder: 'x', files: [{ name: 'pack.md', text }] });
    const { problems } = await browser.want(200, 'POST', '/api/v1/packs/check', file('x'.repeat(60_000)));
    assert.ok(problems.length > 0);
    await browser.want(413, 'POST', '/api/v1/packs/check', undefined, { bytes: Buffer.alloc(8 * MIB + 1, 0x20) }).catch((error) => {
      if (!/fetch failed/.test(error.message)) throw error; // closed while it still sent
    });
    const { text, closed } = await exchange(server, `POST /api/v1/packs/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${8 * MIB + 1}\r\n\r\n`);
    assert.deepEqual([statuses(text), closed], [[413], true]);
  });

  refuses('a content type that is not JSON is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json; charset=latin1', 'application/jsonp', 'application/json, text/html', ''])
      await browser.want(415, 'POST', ATTEMPTS, good, { headers: { 'content-type': type } });
  });

  refuses('a body where none is wanted is refused', async () => {
    await browser.want(400, 'POST', '/api/v1/sign-out', { a: 1 });
    await browser.want(400, 'DELETE', '/api/v1/sign-ins/1', { a: 1 });
    await browser.get('/api/v1/me');
  });

  // --- addresses

  refuses('a wrong method gets 405 and what is allowed', async () => {
    for (const [method, target, allow] of [['PUT', ATTEMPTS, 'GET, HEAD, POST'], ['DELETE', ATTEMPTS, 'GET, HEAD, POST'], ['POST', '/api/v1/today', 'GET, HEAD'],
      ['GET', '/api/v1/sign-in', 'POST'], ['PATCH', '/api/v1/packs/1/export', 'GET, HEAD'], ['OPTIONS', '/api/v1/me', 'GET, HEAD, PATCH'], ['PROPFIND', '/api/v1/me', 'GET, HEAD, PATCH']]) {
      const reply = await browser.ask(method, target);
      assert.equal(reply.status, 405, `${method} ${target}`);
      assert.deepEqual(reply.headers.get('allow').split(', ').sort(), allow.split(', '), `${method} ${target}`);
    }
  });

  refuses('an unknown address gets 404', async () => {
    for (const target of ['/api', '/api/', '/api/v1', '/api/v1/', '/api/v2/me', '/api/v1/nothing', '/api/v1/me/', '/api/v1//me', '/api/v1/ME', '/api/v1/sessions/1/unknown', '/api/v1/me%2f'])
      for (const method of ['GET', 'POST']) {
        const { status } = await browser.ask(method, target);
        assert.ok(status === 404 || (target.endsWith('%2f') && status === 400), `${method} ${target}: ${status}`);
      }
  });

  refuses('ids of nobody are not found', async () => {
    await browser.want(404, 'POST', ATTEMPTS, with_({ exerciseId: '1' }));
    await browser.want(404, 'POST', ATTEMPTS, with_({ sessionId: '1', position: 0 }));
    await browser.want(404, 'POST', '/api/v1/sessions', { conceptId: '1' });
    for (const target of ['sessions/1', 'sessions/1/summary', 'packs/1', 'packs/1/export', 'concepts/1'])
      await browser.want(404, 'GET', `/api/v1/${target}`);
    await browser.want(404, 'POST', '/api/v1/sessions/1/finish', {});
  });

  refuses('a query that is not right is refused', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=', 'limit=1&limit=2', 'unknown=1', 'before=0', 'before=x', 'conceptId=-1', 'limit=%zz', 'limit=1%00', 'before=%ff', 'limit=1.0', 'limit=99999999999999999999'])
      await browser.want(400, 'GET', `${ATTEMPTS}?${query}`);
    await browser.want(400, 'GET', '/api/v1/me?x=1');
  });

  refuses('words of SQL are only words', async () => {
    const words = "'; DROP TABLE attempt; --";
    await browser.want(401, 'POST', '/api/v1/sign-in', { email: words, password: words }, { headers: { cookie: null, 'x-csrf-token': null } });
    await browser.want(404, 'GET', `/api/v1/packs/${encodeURIComponent("1' OR '1'='1")}`);
    await browser.want(404, 'POST', ATTEMPTS, with_({ key: words, exerciseId: '1' }));
  });

  it('a key of SQL, quotes and unicode is a key like any other', async () => {
    const body = with_({ key: "'; DROP TABLE attempt; -- $1 é🌊" });
    const first = await browser.want(201, 'POST', ATTEMPTS, body);
    assert.deepEqual(await browser.want(200, 'POST', ATTEMPTS, body), first);
  });

  // --- framing: request smuggling

  const host = 'Host: whet.example\r\n';
  const get = 'GET /api/v1/health HTTP/1.1\r\n';
  const smuggled = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n';
  const post = `POST /api/v1/sign-in HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;
  const framings = {
    'Content-Length with Transfer-Encoding': `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'Transfer-Encoding with Content-Length': `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
    'two Content-Lengths that differ': `${post}Content-Length: 2\r\nContent-Length: 44\r\n\r\n{}${smuggled}`,
    'two Content-Lengths that agree': `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${smuggled}`,
    'Content-Length as a list': `${post}Content-Length: 2, 2\r\n\r\n{}${smuggled}`,
    'Content-Length with a sign': `${post}Content-Length: +2\r\n\r\n{}${smuggled}`,
    'Content-Length below zero': `${post}Content-Length: -2\r\n\r\n{}${smuggled}`,
    'Content-Length in hexadecimal': `${post}Content-Length: 0x2\r\n\r\n{}${smuggled}`,
    'Content-Length that overflows': `${post}Content-Length: 18446744073709551618\r\n\r\n{}${smuggled}`,
    'Content-Length that is empty': `${post}Content-Length: \r\n\r\n{}${smuggled}`,
    'no Host': `${get}\r\n`,
    'two Hosts': `${get}${host}Host: other.example\r\n\r\n`,
    'a Host that is none': `${get}Host: a b\r\n\r\n`,
    'an empty Host': `${get}Host:\r\n\r\n`,
    'a Host with a path': `${get}Host: x/y\r\n\r\n`,
    'a space before the colon': `${get}${host}Content-Length : 0\r\n\r\n${smuggled}`,
    'a tab before the colon': `${post}Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a NUL in a header': `${get}${host}X-A: a\0b\r\n\r\n`,
    'a NUL in the name of a header': `${get}${host}X\0A: a\r\n\r\n`,
    'a NUL that hides a header': `${get}${host}X-A: a\0\r\nContent-Length: 0\r\n\r\n`,
    'a folded header': `${get}${host}X-A: a\r\n b\r\n\r\n`,
    'a header folded at once': `${get} X-A: a\r\n${host}\r\n`,
    'a header without a name': `${get}${host}: a\r\n\r\n`,
    'a header without a colon': `${get}${host}X-A\r\n\r\n`,
    'a name with a space in it': `${get}${host}X A: a\r\n\r\n`,
    'a bare LF in the headers': `${get}${host}X-A: a\nX-B: b\r\n\r\n`,
    'a bare CR in a header': `${get}${host}X-A: a\rX-B: b\r\n\r\n`,
    'a control character in a header': `${get}${host}X-A: a\x01b\r\n\r\n`,
    'Transfer-Encoding that is not chunked': `${post}Transfer-Encoding: gzip\r\n\r\n${smuggled}`,
    'Transfer-Encoding with something before': `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'Transfer-Encoding twice': `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'Transfer-Encoding with a dark byte': `${post}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'Transfer-Encoding in HTTP/1.0': `POST /api/v1/sign-in HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a chunk whose size is none': `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${smuggled}`,
    'a chunk whose size is below zero': `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n${smuggled}`,
    'a chunk whose size overflows': `${post}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n${smuggled}`,
    'a chunk without its end': `${post}Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n${smuggled}`,
    'a target that is a URL': `GET http://other.example/api/v1/health HTTP/1.1\r\n${host}\r\n`,
    'a target without a slash': `GET api/v1/health HTTP/1.1\r\n${host}\r\n`,
    'a target with a space': `GET /api/v1/health x HTTP/1.1\r\n${host}\r\n`,
    'a target with dots': `GET /api/v1/../v1/health HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    'a target with escaped dots': `GET /api/v1/%2e%2e/v1/health HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    'a target with an escaped NUL': `GET /api/v1/health%00 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    'a target with a fragment': `GET /api/v1/health#a HTTP/1.1\r\n${host}\r\n`,
    'a version that there is not': `GET /api/v1/health HTTP/3.7\r\n${host}\r\n`,
    'no version at all': `GET /api/v1/health\r\n${host}\r\n`,
    'a method with a control character': `G\x01T /api/v1/health HTTP/1.1\r\n${host}\r\n`,
  };
  for (const [what, bytes] of Object.entries(framings))
    refuses(`${what} is refused, and what follows is not answered`, async () => {
      const { text, closed } = await exchange(server, bytes);
      assert.ok(closed, `the connection stays open after: ${text}`);
      const answers = statuses(text);
      // No answer at all is as good: libmicrohttpd closes what it cannot read as a request. Its own refusals have their head twice.
      assert.ok(answers.every((status) => [400, 413, 431, 501, 505].includes(status)), text);
      assert.doesNotMatch(text, /"status":"ok"/);
      assert.doesNotMatch(text, /problem:fields/, 'its body was read');
    });

  it('the refusals that matter most are said, not only done', async () => {
    for (const what of ['Content-Length with Transfer-Encoding', 'Transfer-Encoding with Content-Length', 'two Content-Lengths that differ', 'no Host', 'a space before the colon', 'a NUL in a header', 'a folded header'])
      assert.deepEqual([...new Set(statuses((await exchange(server, framings[what])).text))], [400], what);
  });

  it('what is like them and right is answered: the guard does not refuse everything', async () => {
    for (const bytes of [
      `${get}${host}\r\n`,
      `${get}Host: [::1]:80\r\nX-A:a\r\nX-B: b c\tüd\r\n\r\n`,
      `GET /api/v1/health HTTP/1.0\r\n\r\n`,
      `${get}${host}Content-Length: 0\r\n\r\n`,
    ])
      assert.deepEqual(statuses((await exchange(server, bytes, { enough: /"status":"ok"/ })).text), [200], bytes);
    const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n`;
    const { text } = await exchange(server, chunked, { enough: /is missing/ });
    assert.deepEqual(statuses(text), [400]);
    assert.match(text, /#\/email/);
  });

  it('requests in one go are answered in their order', async () => {
    const one = `${get}${host}\r\n`, none = `GET /api/v1/nothing HTTP/1.1\r\n${host}\r\n`, last = `${get}${host}Connection: close\r\n\r\n`;
    const { text, closed } = await exchange(server, one + none + one + last);
    assert.deepEqual([statuses(text), closed], [[200, 404, 200, 200], true]);
  });

  refuses('headers without end are cut off', async () => {
    const { text, closed } = await exchange(server, `${get}${host}${'X-A: a\r\n'.repeat(20_000)}\r\n`);
    assert.ok(closed);
    assert.doesNotMatch(text, /"status":"ok"/);
    const long = await exchange(server, `${get}${host}X-A: ${'a'.repeat(MIB)}\r\n\r\n`);
    assert.ok(long.closed);
    assert.doesNotMatch(long.text, /"status":"ok"/);
  });

  refuses('half a request, and noise, leave the server well', async () => {
    await exchange(server, `${post}Content-Length: 10\r\n\r\n{`, { hangUp: true });
    await exchange(server, get, { hangUp: true });
    await exchange(server, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a, 0x0d, 0x0a]), { hangUp: true });
    await browser.get('/api/v1/health');
  });

  it('pages carry what protects them', async () => {
    for (const target of ['/', '/sign-in', '/docs/api']) {
      const { headers } = await fetch(server.url + target);
      const policy = headers.get('content-security-policy');
      assert.ok(policy && !/unsafe-inline|unsafe-eval|\*/.test(policy.replace(/style-src[^;]*/, '')), `${target}: ${policy}`);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', target);
      assert.ok(/frame-ancestors 'none'/.test(policy) || headers.get('x-frame-options'), target);
      assert.ok(headers.get('referrer-policy'), target);
    }
  });

  it('the server ends in order', () => server.stop());
});
