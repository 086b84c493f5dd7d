// A small pack with every kind of exercise, and what a learner would answer. The right options say so, since learners see them shuffled.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { attempt } from './browser.mjs';
import { temporaryFolder } from './engine.mjs';

const about = `---
title: Tides
language: en
skills:
  water: Water
  talk: Talking about water
---
For people who live by the sea.
`;

const choose = (name, extra = '') => `## choose: ${name}
What raises the water at "${name}"?${extra}

- [ ] The wind over the bay.
  > Wind makes waves.
- [x] The pull of the moon. (right)
  > Yes, the moon.
- [ ] Ships that come in.
  > They are far too small.
`;

const several = `## choose: both
Which two pull at the sea?

- [x] The moon. (right)
  > Yes.
- [x] The sun. (right)
  > Yes, a little less.
- [ ] Mars.
  > Too far away.
`;

const rubric = `- names the moon (2): pull of the moon | gravity of the moon
- says how often (1): twice a day | every twelve hours
- misconception: the wind makes the tide | wind raises the sea
  > Wind makes waves, the moon makes tides.

> The pull of the moon raises the sea twice a day.
`;

const roleplay = `## roleplay: the harbour master
You want to moor at noon.

- buyer: Ida Holm, harbour master
- temperament: calm, short of words
- goal: keep the harbour clear at low tide
- opens: "You cannot stay here."
- fact: The water is gone by noon.
  - asked: when is low tide | how deep is it
- objection: "Everybody says so."
  - answered: I have the table | by the tide table
- turns: 3

${rubric}`;

const concept = (id, title, skill, requires, body) => `---
id: ${id}
title: ${title}
skill: ${skill}
requires: [${requires}]
---
The moon pulls at the sea, and the sea follows, twice a day.

${body}`;

export const tides = {
  'pack.md': about,
  'moon.md': concept('moon', 'The moon pulls', 'water', '', [choose('high water'), choose('the pier'), several].join('\n')),
  'rhythm.md': concept('rhythm', 'Twice a day', 'water', 'moon',
    [`## recall: how often\nHow often does the sea rise, and why?\n\n${rubric}`, `## explain: why\nWhy does the sea rise? 🌊\n\n${rubric}`].join('\n')),
  'harbour.md': concept('harbour', 'In the harbour', 'talk', 'moon',
    [`## voice: on deck\nSay it aloud to a friend.\n\n${rubric}`, roleplay,
      '## reflect: last time\nWhen did the tide last surprise you?\n\n- follow-up: What will you look up next time?\n'].join('\n')),
};

/** A pack of `count` concepts with two questions each and no requirements. */
export function wide(count) {
  const files = { 'pack.md': about };
  for (let i = 0; i < count; i++)
    files[`c${i}.md`] = concept(`c${i}`, `Concept ${i}`, 'water', '', [choose(`place ${i}`), choose(`pier ${i}`)].join('\n'));
  return files;
}

export const newExercise = choose;

export async function writePack(files, folder) {
  folder ??= path.join(await temporaryFolder(), 'tides');
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(path.join(folder, name), text);
  return folder;
}

/** Puts a pack before the people of an organisation (which must be the only one, or named). Returns the folder. */
export async function importPack(server, files = tides, { organisation, team } = {}) {
  const folder = await writePack(files);
  const words = ['pack', 'import', folder];
  if (organisation) words.push('--organisation', organisation);
  if (team) words.push('--team', team);
  await server.done(words);
  return folder;
}

/** What would be a right (or a wrong) answer to an exercise, as members of an attempt. */
export function answerTo(exercise, right = true) {
  if (exercise.kind !== 'choose')
    return { text: right ? 'The pull of the moon raises the sea twice a day.' : 'The wind makes the tide, I believe.' };
  const isRight = (option) => JSON.stringify(option.text).includes('(right)');
  const options = exercise.options.filter((option) => isRight(option) === right);
  return { choices: (right ? options : options.slice(0, 1)).map((option) => option.index) };
}

/** Answers an entry of a session. */
export function answerEntry(browser, session, entry, { right = true, ...more } = {}) {
  return browser.want(201, 'POST', '/api/v1/attempts',
    attempt(entry.exercise.id, { sessionId: session.id, position: entry.position, ...answerTo(entry.exercise, right), ...more }));
}

/** The exercises of a pack by "concept/name", each with its kind, its options as a learner sees them, and its concept's id. */
export async function exercisesOf(browser, slug = 'tides') {
  const { packs } = await browser.get('/api/v1/packs');
  const pack = await browser.get(`/api/v1/packs/${packs.find((one) => one.slug === slug).id}`);
  const found = {};
  for (const { id } of pack.concepts) {
    const one = await browser.get(`/api/v1/concepts/${id}`);
    for (const exercise of one.exercises)
      found[`${one.slug}/${exercise.slug}`] = { ...exercise, conceptId: id };
  }
  return found;
}
