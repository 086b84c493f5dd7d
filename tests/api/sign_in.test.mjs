// Signing in and out, and what protects it.
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { onEachEngine } from './support/engine.mjs';
import { until } from './support/whet.mjs';

const PASSWORD = 'correct horse battery';
const DAY = 86_400_000_000; // µs

onEachEngine((engine) => {
  let server;
  before(async () => {
    server = await engine.server();
    await server.addPerson('anna@example.org', { name: 'Anna', roles: 'learner', password: PASSWORD });
  });

  it('the right password signs in, in whatever case the address is written', async () => {
    const anna = await server.browser().signInByPassword(' Anna@Example.ORG', PASSWORD);
    assert.equal(anna.me.email, 'anna@example.org');
    assert.deepEqual(anna.me.roles, ['learner']);
    assert.equal(anna.me.hasPassword, true);
    assert.equal(anna.me.sessionMinutes, 5);
    assert.deepEqual(await anna.get('/api/v1/me'), anna.me);
  });

  it('a wrong password and an unknown address get the same answer and no cookie', async () => {
    const browser = server.browser();
    const wrong = await browser.ask('POST', '/api/v1/sign-in', { email: 'anna@example.org', password: 'wrong password' });
    const unknown = await browser.ask('POST', '/api/v1/sign-in', { email: 'nobody@example.org', password: 'wrong password' });
    assert.equal(wrong.status, 401);
    assert.equal(unknown.status, 401);
    assert.equal(wrong.body.detail, unknown.body.detail);
    assert.equal(wrong.headers.get('set-cookie'), null);
    await browser.want(401, 'GET', '/api/v1/me');
  });

  it('after five failures even the right password is refused for a while, for known and unknown addresses alike', async () => {
    await server.addPerson('tess@example.org', { password: PASSWORD });
    for (const email of ['tess@example.org', 'ghost@example.org']) {
      const browser = server.browser();
      for (let i = 0; i < 5; i++)
        await browser.want(401, 'POST', '/api/v1/sign-in', { email, password: `wrong password ${i}` });
      const refused = await browser.ask('POST', '/api/v1/sign-in', { email, password: PASSWORD });
      assert.equal(refused.status, 429);
      assert.match(refused.body.detail, /Try again in 1\d minutes/);
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
    }
    await server.browser().signInByPassword('anna@example.org', PASSWORD);
  });

  it('failures at once count as well: of twelve at most five are tried', async () => {
    await server.addPerson('many@example.org', { password: PASSWORD });
    const replies = await Promise.all(Array.from({ length: 12 }, (_, i) =>
      server.browser().ask('POST', '/api/v1/sign-in', { email: 'many@example.org', password: `wrong password ${i}` })));
    assert.equal(replies.filter(({ status }) => status === 401).length, 5);
    assert.equal(replies.filter(({ status }) => status === 429).length, 7);
  });

  it('a successful sign-in forgets the failures before it', async () => {
    await server.addPerson('slip@example.org', { password: PASSWORD });
    const browser = server.browser();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++)
        await browser.want(401, 'POST', '/api/v1/sign-in', { email: 'slip@example.org', password: 'wrong password' }, { headers: { cookie: null } });
      await server.browser().signInByPassword('slip@example.org', PASSWORD);
    }
  });

  it('a link signs in once', async () => {
    await server.addPerson('lena@example.org');
    const token = await server.linkToken('lena@example.org');
    const lena = await server.browser().signInByToken(token);
    assert.equal(lena.me.hasPassword, false);
    const again = await server.browser().ask('POST', '/api/v1/sign-in/token', { token });
    assert.equal(again.status, 401);
    await lena.get('/api/v1/me');
  });

  it('a link used by many at once signs in one of them', async () => {
    await server.addPerson('race@example.org');
    const token = await server.linkToken('race@example.org');
    const replies = await Promise.all(Array.from({ length: 8 }, () => server.browser().ask('POST', '/api/v1/sign-in/token', { token })));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401, 401, 401]);
  });

  it('a link that is too old, and one that never was, are refused', async () => {
    await server.addPerson('late@example.org');
    const token = await server.linkToken('late@example.org');
    await server.database.sql('UPDATE sign_in_link SET expires_at = 1');
    await server.browser().want(401, 'POST', '/api/v1/sign-in/token', { token });
    await server.browser().want(401, 'POST', '/api/v1/sign-in/token', { token: 'x'.repeat(43) });
    await server.browser().want(401, 'POST', '/api/v1/sign-in/token', { token: 'x' });
  });

  it('asking for a link answers the same for everybody, and writes the link to the log when there is no mail server', async () => {
    await server.addPerson('mail@example.org');
    const known = await server.browser().ask('POST', '/api/v1/sign-in/link', { email: 'MAIL@example.org' });
    const unknown = await server.browser().ask('POST', '/api/v1/sign-in/link', { email: 'nobody@example.org' });
    for (const reply of [known, unknown])
      assert.deepEqual([reply.status, reply.body], [202, {}]);
    const [, token] = await until(() => /\/sign-in#([\w-]{43})/.exec(server.log), 'the link is in the log');
    await server.browser().signInByToken(token);
    await server.browser().want(400, 'POST', '/api/v1/sign-in/link', { email: 'no address' });
  });

  it('reset ends the sign-ins and takes the password away', async () => {
    await server.addPerson('reset@example.org', { password: PASSWORD });
    const old = await server.browser().signInByPassword('reset@example.org', PASSWORD);
    await server.linkToken('reset@example.org');
    await old.want(401, 'GET', '/api/v1/me');
    await server.browser().want(401, 'POST', '/api/v1/sign-in', { email: 'reset@example.org', password: PASSWORD });
  });

  it('signing out ends the sign-in on the server and takes the cookie away', async () => {
    const anna = await server.browser().signInByPassword('anna@example.org', PASSWORD);
    const kept = anna.copy();
    const reply = await anna.ask('POST', '/api/v1/sign-out');
    assert.equal(reply.status, 204);
    assert.match(reply.headers.get('set-cookie'), /^whet_sign_in=;.*Max-Age=0/i);
    await kept.want(401, 'GET', '/api/v1/me');
  });

  it('signing in again in a browser ends the sign-in that it had', async () => {
    const anna = await server.browser().signInByPassword('anna@example.org', PASSWORD);
    const old = anna.copy();
    await anna.ask('POST', '/api/v1/sign-in', { email: 'anna@example.org', password: PASSWORD });
    await old.want(401, 'GET', '/api/v1/me');
    await anna.get('/api/v1/me');
  });

  it('the cookie is for HTTP only, for this site, and marked Secure under https', async () => {
    const plain = await server.browser().ask('POST', '/api/v1/sign-in', { email: 'anna@example.org', password: PASSWORD });
    const cookie = plain.headers.get('set-cookie');
    for (const part of [/; *HttpOnly/i, /; *SameSite=Lax/i, /; *Path=\/(;|$)/i, /; *Max-Age=2592000/i])
      assert.match(cookie, part);
    assert.doesNotMatch(cookie, /; *Secure/i);
    assert.match(plain.headers.get('cache-control'), /no-store/);

    const secure = await engine.server(['--public-url', 'https://whet.example.org']);
    await secure.addPerson('anna@example.org', { password: PASSWORD });
    const reply = await secure.browser().ask('POST', '/api/v1/sign-in', { email: 'anna@example.org', password: PASSWORD });
    assert.match(reply.headers.get('set-cookie'), /; *Secure/i);
    await secure.stop();
  });

  it('a cookie older than a day is replaced, and the old one stays good for a moment only', async () => {
    const browser = await server.newcomer('rota@example.org');
    const old = browser.copy();
    await server.database.sql(`UPDATE sign_in SET rotated_at = rotated_at - ${DAY} WHERE person_id = ${browser.id}`);
    const before = browser.cookie;
    await browser.get('/api/v1/me');
    assert.notEqual(browser.cookie, before, 'the cookie was not rotated');
    await browser.get('/api/v1/me');
    await old.get('/api/v1/today'); // what was on its way is still answered
    await server.database.sql(`UPDATE sign_in SET previous_until = 1 WHERE person_id = ${browser.id}`);
    await old.want(401, 'GET', '/api/v1/today');
    await browser.get('/api/v1/today');
  });

  it('a sign-in ends when it was not used for thirty days', async () => {
    const browser = await server.newcomer('idle@example.org');
    await server.database.sql(`UPDATE sign_in SET expires_at = seen_at - 1 WHERE person_id = ${browser.id}`);
    await browser.want(401, 'GET', '/api/v1/me');
  });

  it('a cookie that is none, a forged one and an empty one are nobody', async () => {
    for (const cookie of ['x', 'A'.repeat(43), '', 'a"b', `${'A'.repeat(5000)}`])
      await server.browser().want(401, 'GET', '/api/v1/me', undefined, { headers: { cookie: `whet_sign_in=${cookie}` } });
  });

  it('only hashes of cookies and links are kept', async () => {
    const browser = await server.newcomer('hash@example.org');
    const token = await server.linkToken('hash@example.org');
    const kept = JSON.stringify(await server.database.sql('SELECT token_hash, previous_hash FROM sign_in')) +
      JSON.stringify(await server.database.sql('SELECT token_hash FROM sign_in_link'));
    assert.ok(kept.length > 64);
    assert.ok(!kept.includes(browser.cookie) && !kept.includes(token));
  });

  it('people see where they are signed in, and end it there', async () => {
    const phone = await server.newcomer('two@example.org');
    await phone.want(204, 'POST', '/api/v1/me/password', { password: PASSWORD });
    const laptop = server.browser();
    await laptop.signedIn(await laptop.ask('POST', '/api/v1/sign-in', { email: 'two@example.org', password: PASSWORD }, { headers: { 'user-agent': 'Laptop/1' } }));
    const { signIns } = await phone.get('/api/v1/sign-ins');
    assert.equal(signIns.length, 2);
    assert.equal(signIns.filter(({ current }) => current).length, 1);
    const other = signIns.find(({ current }) => !current);
    assert.equal(other.userAgent, 'Laptop/1');
    await phone.want(204, 'DELETE', `/api/v1/sign-ins/${other.id}`);
    await laptop.want(401, 'GET', '/api/v1/me');
    await phone.get('/api/v1/me');
    await phone.want(404, 'DELETE', `/api/v1/sign-ins/${other.id}`);
  });

  it('changing something without the CSRF token, or with a wrong one, is refused and changes nothing', async () => {
    const browser = await server.newcomer('csrf@example.org', { name: 'Before' });
    for (const csrf of [null, '', 'f'.repeat(64), browser.csrf.slice(1), `${browser.csrf}0`])
      await browser.want(403, 'PATCH', '/api/v1/me', { name: 'After' }, { headers: { 'x-csrf-token': csrf } });
    assert.equal((await browser.get('/api/v1/me')).name, 'Before');
    assert.equal((await browser.want(200, 'PATCH', '/api/v1/me', { name: 'After' })).name, 'After');
  });

  it("another person's CSRF token does not do", async () => {
    const one = await server.newcomer('one@example.org'), other = await server.newcomer('other@example.org');
    await one.want(403, 'PATCH', '/api/v1/me', { name: 'X' }, { headers: { 'x-csrf-token': other.csrf } });
  });

  it('requests from pages of other sites are refused, signed in or not', async () => {
    const browser = await server.newcomer('site@example.org', { name: 'Before' });
    const host = new URL(server.url).host;
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: `http://${host}.evil.example` },
      { origin: 'http://127.0.0.1:1' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      await browser.want(403, 'PATCH', '/api/v1/me', { name: 'After' }, { headers });
      await server.browser().want(403, 'POST', '/api/v1/sign-in', { email: 'anna@example.org', password: PASSWORD }, { headers });
    }
    assert.equal((await browser.get('/api/v1/me')).name, 'Before');
    await browser.want(200, 'PATCH', '/api/v1/me', { name: 'After' }, { headers: { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' } });
  });

  it('disabling a person signs them out and keeps them out', async () => {
    const browser = await server.newcomer('gone@example.org');
    await browser.want(204, 'POST', '/api/v1/me/password', { password: PASSWORD });
    await server.done(['person', 'disable', 'gone@example.org']);
    await browser.want(401, 'GET', '/api/v1/me');
    await server.browser().want(401, 'POST', '/api/v1/sign-in', { email: 'gone@example.org', password: PASSWORD });
    assert.equal((await server.run(['person', 'reset', 'gone@example.org'])).status, 1);
    await server.done(['person', 'enable', 'gone@example.org']);
    await server.browser().signInByPassword('gone@example.org', PASSWORD);
  });

  it('an admin disables, changes and signs out the people of the organisation', async () => {
    const admin = await server.newcomer('admin@example.org', { roles: 'admin' });
    const added = await admin.want(201, 'POST', '/api/v1/people', { email: 'New@Example.org', name: 'Neo', roles: ['learner'], team: 'North' });
    assert.equal(added.email, 'new@example.org');
    await admin.want(409, 'POST', '/api/v1/people', { email: 'new@example.org', name: 'Neo', roles: ['learner'] });
    const neo = await server.signIn('new@example.org');
    await admin.want(204, 'DELETE', `/api/v1/people/${added.id}/sign-ins`);
    await neo.want(401, 'GET', '/api/v1/me');
    const again = await server.signIn('new@example.org');
    assert.ok((await admin.want(200, 'PATCH', `/api/v1/people/${added.id}`, { disabled: true })).disabledAt);
    await again.want(401, 'GET', '/api/v1/me');
    await admin.want(409, 'PATCH', `/api/v1/people/${admin.id}`, { roles: ['learner'] });
    await admin.want(409, 'PATCH', `/api/v1/people/${admin.id}`, { disabled: true });
    const { people } = await admin.get('/api/v1/people?limit=500');
    assert.ok(people.some(({ id, team }) => id === added.id && team.name === 'North'));
  });

  it('a password is set, changed with the present one only, and ends the other sign-ins', async () => {
    const browser = await server.newcomer('pass@example.org');
    await browser.want(400, 'POST', '/api/v1/me/password', { password: 'too short' });
    await browser.want(400, 'POST', '/api/v1/me/password', { password: 'x'.repeat(201) });
    await browser.want(204, 'POST', '/api/v1/me/password', { password: PASSWORD });
    const other = await server.browser().signInByPassword('pass@example.org', PASSWORD);
    await browser.want(400, 'POST', '/api/v1/me/password', { password: 'another password' });
    await browser.want(400, 'POST', '/api/v1/me/password', { password: 'another password', current: 'not the present one' });
    await other.get('/api/v1/me');
    await browser.want(204, 'POST', '/api/v1/me/password', { password: 'another password', current: PASSWORD });
    await other.want(401, 'GET', '/api/v1/me');
    await browser.get('/api/v1/me');
    await server.browser().want(401, 'POST', '/api/v1/sign-in', { email: 'pass@example.org', password: PASSWORD });
    await server.browser().signInByPassword('pass@example.org', 'another password');
  });

  it('somebody at an open browser cannot guess the present password for long', async () => {
    const browser = await server.newcomer('open@example.org');
    await browser.want(204, 'POST', '/api/v1/me/password', { password: PASSWORD });
    for (let i = 0; i < 5; i++)
      await browser.want(400, 'POST', '/api/v1/me/password', { password: 'another password', current: `guess ${i}` });
    await browser.want(429, 'POST', '/api/v1/me/password', { password: 'another password', current: PASSWORD });
  });

  it('the first sign-in tells the time zone; one that does not exist is refused', async () => {
    await server.addPerson('zone@example.org', { password: PASSWORD });
    await server.browser().want(400, 'POST', '/api/v1/sign-in', { email: 'zone@example.org', password: PASSWORD, timeZone: 'Europe/Atlantis' });
    const browser = await server.browser().signInByPassword('zone@example.org', PASSWORD, { timeZone: 'Europe/Berlin' });
    assert.equal(browser.me.timeZone, 'Europe/Berlin');
    const elsewhere = await server.browser().signInByPassword('zone@example.org', PASSWORD, { timeZone: 'Asia/Tokyo' });
    assert.equal(elsewhere.me.timeZone, 'Europe/Berlin');
    for (const timeZone of ['Europe/Atlantis', '../../etc/passwd', '/etc/localtime', 'berlin', ''])
      await browser.want(400, 'PATCH', '/api/v1/me', { timeZone });
    assert.equal((await browser.want(200, 'PATCH', '/api/v1/me', { timeZone: 'Asia/Tokyo' })).timeZone, 'Asia/Tokyo');
  });

  it('whoever asks too often is told to wait, when rates are limited', async () => {
    const limited = await engine.server(['--rate-limits', 'on']);
    const browser = limited.browser();
    let refused;
    for (let i = 0; i < 100 && !refused; i++) {
      const reply = await browser.ask('POST', '/api/v1/sign-in/token', { token: 'x'.repeat(43) });
      refused = reply.status === 429 && reply;
    }
    assert.ok(refused, 'a hundred tries at once were all looked at');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    await limited.stop();
  });

  it('a server of another process accepts the sign-in: nothing lives in a process', async () => {
    const browser = await server.newcomer('move@example.org');
    await server.stop();
    await server.start();
    await browser.get('/api/v1/me');
  });

  it('the server ends in order', () => server.stop());
});
