// Packs: checking, importing and exporting, on the command line and over HTTP.
import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { attempt } from './support/browser.mjs';
import { onEachEngine, temporaryFolder } from './support/engine.mjs';
import { exercisesOf, importPack, tides, wide, writePack } from './support/packs.mjs';
import { repository, whet } from './support/whet.mjs';

async function filesOf(folder) {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])));
}

describe('whet pack check', () => {
  const check = async (files) => whet(['pack', 'check', await writePack(files)]);

  it('passes a pack with every kind of exercise, and counts them', async () => {
    const { status, stdout } = await check(tides);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /Tides: 3 concepts, 8 exercises \(3 choose, 1 recall, 1 explain, 1 voice, 1 roleplay, 1 reflect\)/);
  });

  it('passes the packs that come with the program', async () => {
    for (const name of await readdir(path.join(repository, 'packs'))) {
      const { status, stdout } = await whet(['pack', 'check', path.join(repository, 'packs', name)]);
      assert.equal(status, 0, stdout);
    }
  });

  const broken = {
    'an unknown key': ['moon.md', (text) => text.replace('skill: water', 'skill: water\ncolour: blue'), 5, /colour/],
    'an unknown skill': ['moon.md', (text) => text.replace('skill: water', 'skill: fire'), 4, /fire/],
    'a concept that is required and not there': ['rhythm.md', (text) => text.replace('[moon]', '[sun]'), 5, /sun/],
    'a cycle': ['moon.md', (text) => text.replace('requires: []', 'requires: [rhythm]'), 5, /cycle|circle|each other|itself/i],
    'no right option': ['moon.md', (text) => text.replace('[x]', '[ ]'), 9, /right|correct/],
    'an option without feedback': ['moon.md', (text) => text.replace('  > Wind makes waves.\n', ''), 12, /feedback|quot/],
    'an unknown kind of exercise': ['moon.md', (text) => text.replace('## choose', '## dance'), 9, /dance/],
    'a teaching text that is too long': ['moon.md', (text) => text.replace('The moon pulls at', `${'word '.repeat(121)} pulls at`), 7, /120|words/],
    'an id that stands twice': ['rhythm.md', (text) => text.replace('id: rhythm', 'id: moon'), 2, /moon/],
    'a criterion without a weight it could have': ['rhythm.md', (text) => text.replace('(2)', '(99)'), 12, /weight|10/],
    'no model answer': ['rhythm.md', (text) => text.replace('\n> The pull of the moon raises the sea twice a day.\n', '\n'), 9, /model/],
    'front matter that never ends': ['moon.md', (text) => text.replace(/\n---\n/, '\n'), null, /./],
    'invalid UTF-8': ['moon.md', (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe])]), null, /UTF-8/],
    'no title': ['pack.md', (text) => text.replace('title: Tides\n', ''), null, /title/],
  };
  for (const [what, [file, change, line, pattern]] of Object.entries(broken))
    it(`names file, line and remedy of ${what}`, async () => {
      const { status, stdout } = await check({ ...tides, [file]: change(tides[file]) });
      assert.equal(status, 1);
      const lines = stdout.split('\n').filter((one) => one.includes(file) && pattern.test(one));
      assert.ok(lines.length > 0, stdout);
      const place = new RegExp(`${file.replace('.', '\\.')}:(\\d+): (.+)`).exec(lines[0]) ?? new RegExp(`${file.replace('.', '\\.')}: (.+)`).exec(lines[0]);
      assert.ok(place, lines[0]);
      if (line)
        assert.equal(Number(place[1]), line, lines[0]);
      assert.match(place.at(-1), /\S.{10,}; \S.{5,}/, 'a problem, and then what to do');
    });

  it('never stops at the first problem', async () => {
    const { status, stdout, stderr } = await check({
      'pack.md': tides['pack.md'].replace('language: en\n', ''),
      'moon.md': tides['moon.md'].replace('[x]', '[ ]').replace('skill: water', 'skill: fire'),
      'rhythm.md': tides['rhythm.md'].replace('[moon]', '[sun]'),
    });
    assert.equal(status, 1);
    for (const pattern of [/pack\.md.*language/, /moon\.md.*fire/, /moon\.md.*(right|correct)/, /rhythm\.md.*sun/])
      assert.match(stdout, pattern);
    assert.match(stderr, /[4-9] problems/);
  });

  it('refuses a file of a gigabyte without reading it', async () => {
    const folder = await writePack(tides);
    await writeFile(path.join(folder, 'huge.md'), '');
    await truncate(path.join(folder, 'huge.md'), 2 ** 30);
    const { status, stdout } = await whet(['pack', 'check', folder]);
    assert.equal(status, 1);
    assert.match(stdout, /huge\.md.*64/);
  });

  it('a folder that is not there, or has nothing in it, fails; the words of the command used wrongly are another matter', async () => {
    const empty = await temporaryFolder();
    for (const folder of [path.join(empty, 'nowhere'), empty]) {
      const { status, stdout, stderr } = await whet(['pack', 'check', folder]);
      assert.equal(status, 1);
      assert.ok((stdout + stderr).includes(folder) || /pack\.md/.test(stdout), stdout + stderr);
    }
    for (const words of [[], ['check'], ['check', 'a', 'b'], ['import'], ['export', 'tides'], ['dance'], ['check', '--wrong', 'x'], ['import', 'x', '--team']]) {
      const { status, stderr, stdout } = await whet(['pack', ...words]);
      assert.equal(status, 2, `${words}: ${stdout}${stderr}`);
      assert.notEqual(stderr, '');
    }
  });
});

onEachEngine((engine) => {
  let server, author;

  before(async () => {
    server = await engine.server();
    author = await server.newcomer('author@example.org', { roles: 'author', team: 'Press' });
  });

  const asRequest = (files, folder = 'tides') => ({ folder, files: Object.entries(files).map(([name, text]) => ({ name, text: `${text}` })) });
  const packOf = async (slug, browser = author) => (await browser.get('/api/v1/packs')).packs.find((pack) => pack.slug === slug);

  it('what was imported is exported byte by byte', async () => {
    const odd = { ...wide(3), 'c1.md': wide(3)['c1.md'].replaceAll('\n', '\r\n'), 'c2.md': `${wide(3)['c2.md'].trimEnd()}` };
    const folders = [await writePack(tides), await writePack(odd, path.join(await temporaryFolder(), 'odd')),
      ...(await readdir(path.join(repository, 'packs'))).map((name) => path.join(repository, 'packs', name))];
    for (const folder of folders) {
      const target = path.join(await temporaryFolder(), 'out');
      await server.done(['pack', 'import', folder]);
      await server.done(['pack', 'export', path.basename(folder), target]);
      assert.deepEqual(await filesOf(target), await filesOf(folder), folder);
      const { id } = await packOf(path.basename(folder));
      const { folder: name, files } = await author.get(`/api/v1/packs/${id}/export`);
      assert.equal(name, path.basename(folder));
      assert.equal(files[0].name, 'pack.md');
      const expected = Object.entries(await filesOf(folder)).map(([file, bytes]) => [file, bytes.toString()]);
      assert.deepEqual(Object.fromEntries(files.map((file) => [file.name, file.text])), Object.fromEntries(expected));
    }
  });

  it('the version goes up when something has changed, and only then', async () => {
    const folder = await writePack(wide(2), path.join(await temporaryFolder(), 'versions'));
    const report = () => server.done(['pack', 'import', folder]);
    assert.match(await report(), /version 1: 2 concepts, 4 exercises \(4 new, 0 changed, 0 retired\)/);
    assert.match(await report(), /version 1: 2 concepts, 4 exercises.*Nothing had changed/);
    const file = path.join(folder, 'c0.md'), text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('They are far too small.', 'Far too small.'));
    assert.match(await report(), /version 2: 2 concepts, 4 exercises \(0 new, 1 changed, 0 retired\)/);
    await writeFile(file, text.slice(0, text.indexOf('## choose: pier')));
    assert.match(await report(), /version 3: 2 concepts, 3 exercises \(0 new, 1 changed, 1 retired\)/);
    const pack = await packOf('versions');
    assert.deepEqual([pack.version, pack.concepts, pack.exercises], [3, 2, 3]);
  });

  it('a pack with a problem is not imported, not even in part', async () => {
    const before = await author.get('/api/v1/packs');
    const folder = await writePack({ ...tides, 'moon.md': tides['moon.md'].replace('[x]', '[ ]') }, path.join(await temporaryFolder(), 'half'));
    assert.equal((await server.run(['pack', 'import', folder])).status, 1);
    assert.equal((await server.run(['pack', 'import', path.join(folder, 'nowhere')])).status, 1);
    assert.deepEqual(await author.get('/api/v1/packs'), before);
  });

  it('a pack that is not there cannot be exported', async () => {
    const { status, stderr } = await server.run(['pack', 'export', 'nothing', await temporaryFolder()]);
    assert.equal(status, 1);
    assert.match(stderr, /no pack 'nothing'/);
  });

  it('authors check, import and export over HTTP', async () => {
    const files = { ...wide(2), 'pack.md': wide(2)['pack.md'].replace('Tides', 'By wire') };
    assert.deepEqual(await author.want(200, 'POST', '/api/v1/packs/check', asRequest(files, 'wire')), { problems: [], concepts: 2, exercises: 4 });
    assert.equal(await packOf('wire'), undefined, 'checking does not import');
    const report = await author.want(201, 'POST', '/api/v1/packs', asRequest(files, 'wire'));
    assert.deepEqual([report.version, report.concepts, report.exercises, report.added], [1, 2, 4, 4]);
    assert.equal((await author.want(201, 'POST', '/api/v1/packs', asRequest(files, 'wire'))).version, 1);
    const exported = await author.get(`/api/v1/packs/${report.id}/export`);
    assert.deepEqual(Object.fromEntries(exported.files.map(({ name, text }) => [name, text])), files);
    assert.deepEqual(await author.want(201, 'POST', '/api/v1/packs', exported), { ...report, added: 0 });
    assert.equal((await author.get(`/api/v1/packs/${report.id}`)).title, 'By wire');
  });

  it('what is wrong is told over HTTP as on the command line', async () => {
    const files = { ...tides, 'moon.md': tides['moon.md'].replace('[x]', '[ ]'), 'rhythm.md': tides['rhythm.md'].replace('[moon]', '[sun]') };
    const { problems, concepts } = await author.want(200, 'POST', '/api/v1/packs/check', asRequest(files));
    assert.equal(concepts, 0);
    assert.ok(problems.some(({ file, line }) => file === 'moon.md' && line === 9));
    assert.ok(problems.some(({ file, line, remedy }) => file === 'rhythm.md' && line === 5 && remedy.length > 5));
    const { stdout } = await whet(['pack', 'check', await writePack(files)]);
    for (const { file, line, problem } of problems)
      assert.ok(stdout.includes(`${file}:${line}: `) && stdout.includes(problem), `${file}:${line}: ${problem}`);
    const refused = await author.want(400, 'POST', '/api/v1/packs', asRequest(files));
    assert.equal(refused.errors.length, problems.length);
  });

  it('an import that is refused tells every problem as an error of the request', async () => {
    const { errors } = await author.want(400, 'POST', '/api/v1/packs', asRequest({ ...tides, 'moon.md': tides['moon.md'].replace('[x]', '[ ]') }));
    assert.ok(errors?.some(({ detail }) => /right|correct/.test(detail)), 'the contract wants `errors`');
  });

  it('names of files that lead elsewhere are refused', async () => {
    for (const name of ['../moon.md', '/etc/passwd', 'a/b.md', '..', '.', 'moon.md\0', 'x\n.md']) {
      const reply = await author.ask('POST', '/api/v1/packs', asRequest({ 'pack.md': tides['pack.md'], [name]: tides['moon.md'] }, 'elsewhere'));
      assert.equal(reply.status, 400, `${JSON.stringify(name)}: ${reply.text}`);
    }
    for (const folder of ['..', '.', '/', 'x/..', 'Ü', 'a b'])
      await author.want(400, 'POST', '/api/v1/packs', asRequest(tides, folder));
    assert.ok((await author.get('/api/v1/packs')).packs.every(({ slug }) => /^[a-z0-9-]+$/.test(slug)));
  });

  it('HTML in a pack arrives as text', async () => {
    const files = { 'pack.md': tides['pack.md'], 'moon.md': tides['moon.md'].replace('The moon pulls at', '<script>alert(1)</script> [x](javascript:alert(1)) pulls at') };
    const { id } = await author.want(201, 'POST', '/api/v1/packs', asRequest(files, 'markup'));
    const { concepts } = await author.get(`/api/v1/packs/${id}`);
    const { text } = await author.get(`/api/v1/concepts/${concepts[0].id}`);
    const tags = new Set([...JSON.stringify(text).matchAll(/"t":"(\w+)"/g)].map(([, tag]) => tag));
    for (const tag of tags)
      assert.ok(['p', 'ul', 'ol', 'li', 'quote', 'code', 'pre', 'strong', 'em', 's', 'br', 'h', 'a', 'table', 'tr', 'th', 'td'].includes(tag), tag);
    assert.doesNotMatch(JSON.stringify(text), /"href":"javascript/);
    assert.match(JSON.stringify(text), /<script>/);
  });

  it('learners may not write packs', async () => {
    const learner = await server.newcomer('learner@example.org');
    await learner.want(403, 'POST', '/api/v1/packs', asRequest(tides));
    await learner.want(403, 'GET', `/api/v1/packs/${(await packOf('tides')).id}/export`);
  });

  it('a pack for a team is for that team: others do not see, practise or answer it', async () => {
    const north = await server.newcomer('north@example.org', { team: 'North' }), south = await server.newcomer('south@example.org', { team: 'South' });
    const files = { ...wide(2), 'pack.md': wide(2)['pack.md'].replace('title: Tides', 'title: Northern\nid: northern') };
    await importPack(server, files, { team: 'North' });
    const pack = await packOf('northern', north);
    assert.ok(pack);
    assert.equal(await packOf('northern', south), undefined);
    assert.ok(await packOf('northern'), 'authors see all');
    const exercise = (await exercisesOf(north, 'northern'))['c0/choose-place-0'];
    const mentioned = async (browser) => JSON.stringify(await browser.get('/api/v1/progress')).includes(exercise.conceptId);
    assert.deepEqual([await mentioned(north), await mentioned(south)], [true, false]);
    const session = await south.want(201, 'POST', '/api/v1/sessions', { minutes: 30 });
    assert.ok(!JSON.stringify(session).includes('"Concept 0"') || !session.entries.some(({ concept }) => concept.id === exercise.conceptId));
    await south.want(404, 'POST', '/api/v1/attempts', attempt(exercise.id, { choices: [1] }));
    await north.want(201, 'POST', '/api/v1/attempts', attempt(exercise.id, { choices: [1] }));
  });

  it('nor do others reach a pack for a team by its ids', async () => {
    const south = await server.signIn('south@example.org'), north = await server.signIn('north@example.org');
    const { conceptId } = (await exercisesOf(north, 'northern'))['c0/choose-place-0'];
    await south.want(404, 'POST', '/api/v1/sessions', { conceptId });
    await south.want(404, 'GET', `/api/v1/packs/${(await packOf('northern')).id}`);
    await south.want(404, 'GET', `/api/v1/concepts/${conceptId}`);
  });

  it('the server ends in order', () => server.stop());
});
