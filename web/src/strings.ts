/* Everything people read, by locale. Another language is another file of the same shape and a line in the table. */
import { en } from './strings/en';

export type Strings = typeof en;

const CATALOGUES: Record<string, Strings> = { en };

function choose(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0] ?? '';
    if (CATALOGUES[language]) return language;
  }
  return 'en';
}

const wanted = typeof navigator === 'undefined' ? ['en'] : navigator.languages;
export const language = choose(wanted);
/* Dates and numbers follow the region of the same language: an English text with British dates for en-GB. */
export const locale = wanted.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
export const text: Strings = CATALOGUES[language] ?? en;
