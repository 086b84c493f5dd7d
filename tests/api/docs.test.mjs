// What the documentation says is so: links lead somewhere, the settings are the program's, the pack on the page passes the check, the
// examples of the interface run, and what the grader is said to do is what it does.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder } from './support/engine.mjs';
import { writePack } from './support/packs.mjs';
import { Server, binary, repository, whet } from './support/whet.mjs';

const TABLE_TOLERANCE = 5; // percentage points: another version of WordNet, a reworded pack

const read = (name) => readFileSync(path.join(repository, name), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(path.join(repository, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** The fenced blocks of a page: {language, text}. */
function blocksOf(page) {
  return [...read(page).matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language, text]) => ({ language, text }));
}

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function marked(page, name) {
  const text = read(page).split(`<!-- ${name} -->\n`)[1]?.split(`<!-- /${name} -->`)[0];
  assert.ok(text, `${page} has no part marked ${name}`);
  return text;
}

/* --- links */

const prose = (page) => read(page).replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/* As GitHub makes anchors of headings. */
const anchorsOf = (page) =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-'));

for (const page of pages)
  test(`links_and_pictures_lead_somewhere: ${page}`, () => {
    for (const [, target] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue;
      const [name, anchor] = target.split('#');
      const file = name ? path.join(path.dirname(page), name) : page;
      assert.ok(existsSync(path.join(repository, file)), `${page} leads to ${target}`);
      if (anchor) assert.ok(anchorsOf(file).includes(anchor), `${page} leads to ${target}; the headings are ${anchorsOf(file).join(', ')}`);
    }
  });

/* --- the command line */

test('table_of_settings_is_the_programs', async () => {
  const { stdout } = await whet(['help', 'settings', '--markdown']);
  assert.equal(marked('docs/running.md', 'settings').trim(), stdout.trim());
});

test('commands_on_the_pages_are_the_programs', async () => {
  const { stdout } = await whet(['help']);
  const known = [...stdout.matchAll(/^ {2}whet (\w+)/gm)].map((match) => match[1]);
  for (const page of pages)
    for (const [, command] of read(page).matchAll(/(?:^|[`/ ])whet ([a-z]+)(?= [a-z-]+|`)/gm))
      assert.ok(known.includes(command), `${page} speaks of whet ${command}`);
});

test('targets_on_the_pages_are_the_makefiles', () => {
  const targets = /^\.PHONY: (.*)$/m.exec(read('Makefile'))[1].split(' ');
  for (const page of pages)
    for (const [, target] of read(page).matchAll(/(?:^|`)make ([a-z]+)/gm))
      assert.ok(targets.includes(target), `${page} speaks of make ${target}`);
});

/* --- the pack format */

const front = (text) => Object.fromEntries([...text.matchAll(/^(\w+): *(.*)$/gm)].map(([, key, value]) => [key, value]));

const stub = (id, skill) => `---
id: ${id}
title: ${id}
skill: ${skill}
---
One idea.

## choose
Which one?

- [x] This.
  > Yes.
- [ ] That.
  > No.
`;

/** The pack that the blocks of the page make: exercises belong to the concept above them. */
function packOf(page) {
  const files = {};
  let concept = null;
  for (const { language, text } of blocksOf(page)) {
    if (language !== 'markdown') continue;
    const { id, skills, requires } = text.startsWith('---') ? front(text.split('---')[1]) : {};
    if (skills !== undefined) {
      files['pack.md'] = text;
    } else if (id) {
      concept = `${id}.md`;
      files[concept] = text;
      for (const required of (requires ?? '').replace(/[[\]]/g, '').split(/, */).filter(Boolean))
        files[`${required}.md`] ??= stub(required, front(text).skill);
    } else {
      assert.ok(concept && text.startsWith('## '), `a block of ${page} is no part of a pack:\n${text}`);
      files[concept] += `\n${text}`;
    }
  }
  return files;
}

test('pack_on_the_page_passes_the_check', async () => {
  const files = packOf('docs/authoring.md');
  const folder = await writePack(files, path.join(await temporaryFolder(), 'selling-on-value'));
  const { status, stdout } = await whet(['pack', 'check', folder]);
  assert.equal(status, 0, stdout);
  for (const kind of ['choose', 'explain', 'roleplay', 'reflect'])
    assert.match(stdout, new RegExp(`[1-9]\\d* ${kind}`));
});

/* --- against a server */

const installed = (program) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('with a server', () => {
  let server, folder, environment;
  before(async () => {
    folder = await temporaryFolder();
    server = await Server.start({ url: path.join(folder, 'whet.db') });
    await server.addPerson('maya@example.org');
    await server.addPerson('ines@example.org', { roles: 'learner,author' });
    for (const pack of ['selling-on-value', 'first-line-manager'])
      await server.done(['pack', 'import', path.join(repository, 'packs', pack)]);
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    await symlink(binary, path.join(bin, 'whet'));
    environment = { ...process.env, PATH: `${bin}:${process.env.PATH}`, WHET_DATABASE: server.database.url, WHET: server.url };
  });
  after(() => server.stop());

  const run = (program, file) =>
    new Promise((resolve) => {
      execFile(program, [file], { cwd: folder, env: environment, timeout: 120_000 }, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
    });

  test('example_with_curl_runs', { skip: !(installed('curl') && installed('jq')) && 'needs curl and jq' }, async () => {
    const script = blocksOf('docs/interfaces.md').filter(({ language }) => language === 'sh').map(({ text }) => text).join('\n');
    await writeFile(path.join(folder, 'example.sh'), `set -eu\n${script}`);
    const { error, stdout, stderr } = await run('bash', 'example.sh');
    assert.equal(error, null, stdout + stderr);
    for (const line of ['"status": "ok"', '"verdict": ', '201\n', '200\n', '409', '"pointer": "#/confidence"', '"answered": 1', 'event: session'])
      assert.ok(stdout.includes(line), `${line} is not in\n${stdout}${stderr}`);
  });

  test('example_in_javascript_runs', async () => {
    const [program] = blocksOf('docs/interfaces.md').filter(({ language }) => language === 'js');
    await writeFile(path.join(folder, 'example.mjs'), program.text);
    const link = await server.done(['person', 'reset', 'maya@example.org']);
    environment.WHET_LINK = link.trim();
    const { error, stdout, stderr } = await run('node', 'example.mjs');
    assert.equal(error, null, stdout + stderr);
    assert.match(stdout, /^Maya|^maya/);
    assert.match(stdout, /exercises/);
  });

  test('routes_on_the_pages_are_the_servers', () => {
    const paths = Object.keys(server.openapi.paths).map((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`));
    for (const page of pages)
      for (const [, route] of read(page).matchAll(/(\/api\/v1\/[a-z0-9/{}.$_-]*[a-z0-9}])/g))
        assert.ok(paths.some((one) => one.test(route.replace(/\$\w+/g, '1'))), `${page} speaks of ${route}`);
  });

  test('grader_does_what_the_page_says', async () => {
    const author = await server.signIn('ines@example.org');
    const exercises = [];
    for (const { id } of (await author.get('/api/v1/packs')).packs)
      for (const concept of (await author.get(`/api/v1/packs/${id}`)).concepts)
        for (const { id: exercise, kind, solution } of (await author.get(`/api/v1/concepts/${concept.id}`)).exercises)
          if (solution.criteria) exercises.push({ id: exercise, kind, pack: id, concept: concept.id, ...solution });

    const elsewhere = (one, i) => {
      const others = exercises.filter((other) => other.kind === one.kind && other.pack === one.pack && other.concept !== one.concept);
      return others[(7 * i) % others.length].models[0];
    };
    const list = ({ criteria }) => criteria.flatMap(({ ideas }) => ideas.map(([first]) => first));
    const answers = [
      ['the model answer', (one) => one.models[0]],
      ['the question, copied', (one) => one.prompt],
      ['"I am not sure, but it depends on the situation."', () => 'I am not sure, but it depends on the situation.'],
      ['the model answer of another exercise of the same kind and pack', elsewhere],
      ['one phrasing of each idea, with commas between them', (one) => list(one).join(', ')],
      ['one phrasing of each idea, with "and" between them', (one) => list(one).join(' and ')],
      ['the model answer, each sentence behind "It is not true that"', (one) => one.models[0].replace(/(^|[.!?]\s+)(?=\S)/g, '$1It is not true that ')],
      ['the model answer and, after it, the first misconception', (one) => one.misconceptions.length ? `${one.models[0]} ${one.misconceptions[0].phrasings[0]}` : null],
    ];
    const page = marked('docs/how-it-grades.md', 'grading');
    const wrong = [];
    for (const [name, answer] of answers) {
      let n = 0, passed = 0, sum = 0;
      for (const [i, one] of exercises.entries()) {
        const text = answer(one, i);
        if (!text) continue;
        const body = { key: randomUUID(), exerciseId: one.id, text, confidence: 'think-so', seconds: 30, answeredAt: new Date().toISOString() };
        const feedback = await author.want(201, 'POST', '/api/v1/attempts', body);
        n += 1;
        passed += feedback.passed;
        sum += feedback.score;
      }
      const share = Math.round((100 * passed) / n), mean = (sum / n).toFixed(2);
      const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
      const [, , said, saidMean] = (row ?? '').split('|').map((cell) => cell.trim());
      if (!row || Math.abs(Number.parseInt(said, 10) - share) > TABLE_TOLERANCE || Math.abs(100 * (saidMean - mean)) > TABLE_TOLERANCE)
        wrong.push(`| ${name} | ${share} % | ${mean} |`);
    }
    assert.deepEqual(wrong, [], 'docs/how-it-grades.md should say');
  });
});
