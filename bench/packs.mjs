// Packs as large as a pack may be, for benchmarks: every concept its own file with three exercises, and a chain of requirements.
import * as fs from 'node:fs';
import path from 'node:path';

const CHAIN = 10; // concepts that build on each other

const packFile = (pack) => `---
title: Large pack ${pack}
language: en
skills:
  one: The first
  two: The second
---
Made for measuring.
`;

const conceptFile = (number) => `---
id: concept-${number}
title: Concept ${number}
skill: ${number % 2 ? 'one' : 'two'}${number % CHAIN ? `\nrequires: [concept-${number - 1}]` : ''}
---
The buyer of case ${number} compares the price with something. Ask what they compare it with before you answer.

## choose
The buyer of case ${number} says that it is too expensive. What do you say first?

- [ ] "Let me see what I can do on the price."
  > A discount before a diagnosis.
- [x] "Compared with what, exactly?"
  > Yes. Now you learn the comparison.
- [ ] "Our price includes service."
  > Perhaps, but nobody asked about service.

## recall
Which two questions do you ask about case ${number}?

- the comparison (2): compared with what | what do you compare it with
- the cost of waiting (1): what does the problem cost | price of waiting

> I ask what they compare it with, and what the problem costs them today.

## explain
Explain why case ${number} needs no discount.

- the hidden comparison (2): compared with something | alternative
- what a discount teaches (1): the first price was not meant | invites more asking

> Too expensive is a comparison. A discount teaches that the first price was not meant.
`;

/* Writes `packs` folders of `concepts` each below `folder`; returns their paths. */
export function writeLargePacks(folder, packs, concepts) {
  return Array.from({ length: packs }, (_, pack) => {
    const place = path.join(folder, `large-${pack}`);
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, 'pack.md'), packFile(pack));
    for (let number = 0; number < concepts; number++)
      fs.writeFileSync(path.join(place, `concept-${String(number).padStart(4, '0')}.md`), conceptFile(number));
    return place;
  });
}
