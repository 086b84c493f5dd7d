import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, joined } from '../src/components/evidence';
import { plausible } from '../src/components/pictures';
import { returns, setTimeZone } from '../src/format';
import { actionOf, type KeyPress } from '../src/keys';
import { plainText, safeHref } from '../src/markdown';
import { withFeedback } from '../src/pages/today/entries';
import { match } from '../src/router';
import type { Entry, Feedback, Session } from '../src/types';

const press = (more: Partial<KeyPress>): KeyPress => ({ key: '', code: '', alt: false, commandOrControl: false, where: 'elsewhere', phase: 'answer', single: true, ...more });

test('a link leads to the web or to mail and nowhere else', () => {
  assert.equal(safeHref('https://example.org/a'), 'https://example.org/a');
  assert.equal(safeHref('mailto:a@example.org'), 'mailto:a@example.org');
  for (const href of ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', '/account', '//example.org', '', undefined])
    assert.equal(safeHref(href), null, String(href));
});

test('a tree reads as plain words', () => {
  assert.equal(plainText([{ t: 'p', c: ['One ', { t: 'em', c: ['two'] }] }, { t: 'p', c: ['three'] }]), 'One two three');
});

test('keys choose, submit and help while an exercise is shown', () => {
  assert.deepEqual(actionOf(press({ key: '3', code: 'Digit3' })), { do: 'choose', number: 3 });
  assert.deepEqual(actionOf(press({ key: 's', code: 'KeyS' })), { do: 'submit', confidence: 'sure' });
  assert.deepEqual(actionOf(press({ key: 'T', code: 'KeyT' })), { do: 'submit', confidence: 'think-so' });
  assert.deepEqual(actionOf(press({ key: '?', code: 'Slash' })), { do: 'help' });
});

test('letters are letters while one writes; Alt submits and Escape leaves', () => {
  assert.equal(actionOf(press({ key: 's', code: 'KeyS', where: 'typing' })), null);
  assert.equal(actionOf(press({ key: '?', where: 'typing' })), null);
  assert.deepEqual(actionOf(press({ key: 'ß', code: 'KeyS', alt: true, where: 'typing' })), { do: 'submit', confidence: 'sure' });
  assert.deepEqual(actionOf(press({ key: 'Escape', where: 'typing' })), { do: 'leave' });
});

test('shortcuts of the browser and switched-off single keys are left alone', () => {
  assert.equal(actionOf(press({ key: 's', code: 'KeyS', commandOrControl: true })), null);
  assert.equal(actionOf(press({ key: 's', code: 'KeyS', single: false })), null);
  assert.deepEqual(actionOf(press({ key: 'Enter', phase: 'feedback', single: false })), { do: 'next' });
});

test('Enter on a link or a button does what that says', () => {
  assert.equal(actionOf(press({ key: 'Enter', phase: 'feedback', where: 'control' })), null);
  assert.deepEqual(actionOf(press({ key: 'r', phase: 'feedback' })), { do: 'retry' });
});

test('evidence is cut at its borders, and what lies outside the text does no harm', () => {
  const pieces = cut('abcdef', [
    { name: 'one', weight: 1, verdict: 'there', evidence: [{ start: 1, end: 3 }] },
    { name: 'two', weight: 1, verdict: 'partly', evidence: [{ start: 2, end: 99 }] },
    { name: 'three', weight: 1, verdict: 'missing', evidence: [{ start: 0, end: 6 }] },
  ], [{ name: 'turn', correction: [], evidence: { start: 4, end: 5 } }]);
  assert.equal(pieces.map(({ words }) => words).join(''), 'abcdef');
  assert.deepEqual(pieces.map(({ there }) => there.join('+')), ['', 'one', 'one+two', 'two', 'two', 'two']);
  assert.deepEqual(pieces.map(({ misconception }) => misconception), [null, null, null, null, 'turn', null]);
  assert.deepEqual(cut('', [], []), []);
});

test('neighbouring evidence reads as one mark, without the space around it', () => {
  const words = 'I ask what they compare it with.';
  const pieces = joined(cut(words, [
    { name: 'one', weight: 1, verdict: 'there', evidence: [{ start: 2, end: 6 }, { start: 11, end: 16 }] },
    { name: 'two', weight: 1, verdict: 'partly', evidence: [{ start: 6, end: 10 }] },
  ], []));
  assert.deepEqual(pieces.map((piece) => piece.words), ['I ', 'ask what they', ' ', 'compare it with.']);
  assert.deepEqual(pieces.map(({ there }) => there.join('+')), ['', 'one+two', '', '']);
  assert.equal(pieces.map((piece) => piece.words).join(''), words);
});

test('an address gives its values, or is not that page', () => {
  assert.deepEqual(match('/library/packs/:id', '/library/packs/12'), { id: '12' });
  assert.equal(match('/library/packs/:id', '/library/packs'), null);
  assert.equal(match('/library/packs/:id', '/library/packs/%E0%A4%A'), null);
});

test('what returns is said by time today and tomorrow and by day afterwards', () => {
  setTimeZone('Europe/Berlin');
  const now = new Date('2026-11-23T22:30:00Z'); /* 23:30 in Berlin */
  assert.equal(returns('2026-11-23T23:30:00Z', now), 'tomorrow 00:30');
  assert.equal(returns('2026-11-23T20:00:00Z', now), 'now');
  assert.equal(returns('2026-11-26T08:00:00Z', now), 'Thursday');
});

/* Wilson (1927); 31 of 34 at 95 %, computed independently with the textbook formula */
test('the plausible range is that of Wilson', () => {
  const [low, high] = plausible(31, 34);
  assert.ok(Math.abs(low - 0.7704) < 0.001 && Math.abs(high - 0.9695) < 0.001, `${low} ${high}`);
});

const entry = (position: number, follows: number | null = null) => ({ position, follows, attempt: null }) as Entry;
const session = (...entries: Entry[]) => ({ id: '1', entries }) as Session;
const feedback = (added: Entry | null) => ({ attemptId: '7', added }) as Feedback;
const positions = ({ entries }: Session) => entries.map(({ position }) => position);

test('what comes again after a failure is put where it belongs, and only once', () => {
  const before = session(entry(0), entry(1), entry(2), entry(3));
  const atTheEnd = withFeedback(before, 0, feedback(entry(4)));
  assert.deepEqual(positions(atTheEnd), [0, 1, 2, 3, 4]);
  assert.deepEqual(positions(withFeedback(atTheEnd, 0, feedback(entry(4)))), [0, 1, 2, 3, 4]);
  assert.deepEqual(positions(withFeedback(atTheEnd, 1, feedback(entry(5, 2)))), [0, 1, 2, 5, 3, 4]);
  assert.deepEqual(positions(before), [0, 1, 2, 3]);
});

test('an answer without anything added keeps the entries, and its feedback without them', () => {
  const after = withFeedback(session(entry(0), entry(1)), 1, feedback(null));
  assert.deepEqual(positions(after), [0, 1]);
  assert.deepEqual(after.entries[1]?.attempt, { attemptId: '7' });
  assert.equal(after.entries[0]?.attempt, null);
  assert.deepEqual(positions(withFeedback(session(entry(0)), 0, { attemptId: '7' } as Feedback)), [0]);
});
