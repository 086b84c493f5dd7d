/* A person's own words with what was there marked. */
import type { VNode } from 'preact';
import { text } from '../strings';
import type { Criterion, Misconception, Span } from '../types';
import { Hidden, Sign } from './basics';

export interface Piece {
  words: string;
  there: string[]; /* criteria that these words satisfy */
  misconception: string | null;
}

/* Cuts a text at every border of a span. Spans may overlap, lie, or reach beyond the text; none of that breaks it. */
export function cut(words: string, criteria: Criterion[], misconceptions: Misconception[]): Piece[] {
  const clip = ({ start, end }: Span): Span => ({ start: Math.max(0, Math.min(words.length, start)), end: Math.max(0, Math.min(words.length, end)) });
  const there = criteria
    .filter(({ verdict }) => verdict !== 'missing')
    .flatMap(({ name, evidence }) => (evidence ?? []).map((span) => ({ name, ...clip(span) })));
  const turned = misconceptions.flatMap(({ name, evidence }) => (evidence ? [{ name, ...clip(evidence) }] : []));
  const borders = [...new Set([0, words.length, ...[...there, ...turned].flatMap(({ start, end }) => (end > start ? [start, end] : []))])].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (let n = 0; n + 1 < borders.length; n++) {
    const [start, end] = [borders[n]!, borders[n + 1]!];
    const covers = (span: Span) => span.start <= start && span.end >= end;
    pieces.push({
      words: words.slice(start, end),
      there: [...new Set(there.filter(covers).map(({ name }) => name))],
      misconception: turned.find(covers)?.name ?? null,
    });
  }
  return pieces;
}

/* Neighbours that were there read as one piece with one mark: where criteria overlap, the words stay readable. Space between two
 * pieces goes with them, space at an end does not. */
export function joined(pieces: Piece[]): Piece[] {
  const found: Piece[] = [];
  const there = (piece: Piece | undefined) => piece !== undefined && piece.there.length > 0 && piece.misconception === null;
  pieces.forEach((piece, at) => {
    const last = found.at(-1);
    const between = !piece.words.trim() && there(pieces[at + 1]);
    if (last && there(last) && (there(piece) || between)) found[found.length - 1] = { ...last, words: last.words + piece.words, there: [...new Set([...last.there, ...piece.there])] };
    else found.push(piece);
  });
  return found.flatMap((piece) => {
    const words = piece.words.trim();
    if (!there(piece) || !words) return [{ ...piece, there: [] }];
    const start = piece.words.indexOf(words);
    const plain = (outside: string) => (outside ? [{ words: outside, there: [], misconception: null }] : []);
    return [...plain(piece.words.slice(0, start)), { ...piece, words }, ...plain(piece.words.slice(start + words.length))];
  });
}

/* The sign stays with the first word when the line is broken. */
function Marked({ meaning, words }: { meaning: 'there' | 'misconception'; words: string }) {
  const first = /^\s*\S*/.exec(words)![0];
  return <><span class="together"><Sign meaning={meaning} />{first}</span>{words.slice(first.length)}</>;
}

export function Evidence({ words, criteria, misconceptions }: { words: string; criteria: Criterion[]; misconceptions: Misconception[] }): VNode {
  return (
    <blockquote class="evidence">
      {joined(cut(words, criteria, misconceptions)).map((piece, at) => {
        if (piece.misconception !== null)
          return <mark key={at} class="misconception"><Marked meaning="misconception" words={piece.words} /><Hidden>{text.feedback.markWrong(piece.misconception)}</Hidden></mark>;
        if (piece.there.length)
          return <mark key={at} class="there"><Marked meaning="there" words={piece.words} /><Hidden>{text.feedback.marks(piece.there.join(', '))}</Hidden></mark>;
        return piece.words;
      })}
    </blockquote>
  );
}
