/* Answers on their way to the server. An answer is stored before it is sent and removed only when it was acknowledged,
 * so a closed tab, a dead battery or a tunnel loses nothing. The key travels with it: sending twice changes nothing twice.
 *
 * Each answer belongs to the person who gave it; only that person's answers are listed, sent or shown. The rules are here,
 * storage, network, locks and time are passed in, so that tests need none of them. */
import type { Answer, Entry, Feedback, Id } from './types';
import type { Table } from './storage';

export interface Kept {
  key: string;
  person: Id;
  answer: Answer;
  entry: Entry; /* what was asked, to show the answer and later its feedback without asking the server */
  keptAt: number;
  refusal: string | null; /* the server's reason; such an answer is never sent again, and never dropped silently */
}

export interface Delivered {
  kept: Kept;
  feedback: Feedback;
}

export type Failure =
  | { kind: 'later'; afterMs: number | null } /* no connection, too many requests, a fault of the server */
  | { kind: 'stop' } /* not signed in, or as somebody else: keep everything, send nothing */
  | { kind: 'refused'; reason: string };

export type Outcome = { kind: 'delivered'; feedback: Feedback } | { kind: 'kept' } | { kind: 'refused'; reason: string };

export interface QueueParts {
  table: Table<Kept>;
  send(answer: Answer): Promise<Feedback>;
  failureOf(error: unknown): Failure;
  /* Runs one sender at a time over all tabs of the browser. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  now(): number;
  after(milliseconds: number, work: () => void): () => void;
  changed(kept: Kept[]): void;
  delivered(all: Delivered[]): void;
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/* Doubles with every failure, within bounds. */
export function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
}

export class Queue {
  private failures = 0;
  private cancelPause: (() => void) | null = null;
  private person: Id | null = null;

  constructor(private readonly parts: QueueParts) {}

  /* Whose answers are sent from now on; null for nobody. */
  async belongsTo(person: Id | null): Promise<void> {
    this.person = person;
    this.failures = 0;
    this.cancelPause?.();
    await this.refresh();
  }

  async list(): Promise<Kept[]> {
    const { person } = this;
    if (!person) return [];
    const all = await this.parts.table.all();
    return all.filter((kept) => kept.person === person).sort((a, b) => a.keptAt - b.keptAt);
  }

  /* Stores, then tries to send. Rejects only when the answer could not be stored. */
  async submit(answer: Answer, entry: Entry): Promise<Outcome> {
    if (!this.person) throw new Error('nobody is signed in');
    await this.parts.table.put({ key: answer.key, person: this.person, answer, entry, keptAt: this.parts.now(), refusal: null });
    await this.refresh();
    const delivered = await this.flush(answer.key);
    const mine = delivered.find(({ kept }) => kept.key === answer.key);
    if (mine) return { kind: 'delivered', feedback: mine.feedback };
    const kept = await this.parts.table.get(answer.key);
    return kept?.refusal ? { kind: 'refused', reason: kept.refusal } : { kind: 'kept' };
  }

  /* Sends what waits, oldest first; stops at the first failure that time may heal. `shown` is the key of an answer whose
   * feedback is on the screen already, so it is not announced as delivered later. */
  async flush(shown?: string): Promise<Delivered[]> {
    this.cancelPause?.();
    this.cancelPause = null;
    const delivered = await this.parts.exclusively(() => this.sendAll());
    await this.refresh();
    /* Somebody else may have signed in while the last one was on its way. */
    const late = delivered.filter(({ kept }) => kept.key !== shown && kept.person === this.person);
    if (late.length) this.parts.delivered(late);
    return delivered;
  }

  async discard(key: string): Promise<void> {
    await this.parts.table.delete(key);
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.parts.changed(await this.list());
  }

  private async sendAll(): Promise<Delivered[]> {
    const { person } = this;
    const delivered: Delivered[] = [];
    for (const kept of await this.list()) {
      if (kept.refusal || this.person !== person) continue;
      try {
        const feedback = await this.parts.send(kept.answer);
        await this.parts.table.delete(kept.key);
        delivered.push({ kept, feedback });
        this.failures = 0;
      } catch (error) {
        const failure = this.parts.failureOf(error);
        if (failure.kind === 'stop') break;
        if (failure.kind === 'later') {
          this.pause(failure.afterMs);
          break;
        }
        await this.parts.table.put({ ...kept, refusal: failure.reason });
      }
    }
    return delivered;
  }

  private pause(afterMs: number | null): void {
    this.failures += 1;
    this.cancelPause = this.parts.after(Math.max(pauseAfter(this.failures), afterMs ?? 0), () => void this.flush());
  }
}
