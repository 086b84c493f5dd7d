/* The session that is under way: where it comes from, where it is kept, and how far it is. */
import { api, ApiError, OfflineError } from '../../api';
import { observable } from '../../observable';
import { go } from '../../router';
import { cachedSession, delivered, me } from '../../self';
import { local } from '../../storage';
import type { Kept } from '../../queue';
import type { Entry, Feedback, Id, Session, Today } from '../../types';
import { withFeedback } from './entries';

export type Phase = 'introduction' | 'exercise' | 'feedback' | 'kept' | 'refused';

/* What is on the screen, so that a reload shows the same again. */
export interface View {
  sessionId: Id;
  position: number;
  phase: Phase;
}

export type Practice =
  | { at: 'loading' }
  | { at: 'session'; session: Session }
  | { at: 'rest'; today: Today }
  | { at: 'unplanned' } /* offline, and nothing is stored */
  | { at: 'trouble'; error: unknown };

const STALE_MS = 12 * 3_600_000; /* the server forgets an unfinished session after that, so do we */
const PATIENCE_MS = 3_000;

export const practice = observable<Practice>({ at: 'loading' });

/* Set by "Done": the page rests until the person asks for more. */
let rested = false;

export const view = {
  get: (): View | null => local.get<View>(`view.${me.get()?.id}`),
  set: (next: View) => local.put(`view.${me.get()?.id}`, next),
  clear: () => local.delete(`view.${me.get()?.id}`),
};

function show(session: Session): void {
  const person = me.get()?.id;
  if (person) void cachedSession.put(person, session);
  practice.set({ at: 'session', session });
}

/* A session may have been asked for by name (one concept); the server's "today" does not know of it, the view does. */
async function underWay(today: Today): Promise<Session | null> {
  const wanted = view.get()?.sessionId;
  if (!wanted || wanted === today.session?.id) return today.session;
  try {
    const session = await api.session(wanted);
    if (!session.finishedAt && Date.now() - Date.parse(session.createdAt) < STALE_MS) return session;
  } catch (error) {
    if (error instanceof OfflineError) throw error;
  }
  view.clear();
  return today.session;
}

async function ask(): Promise<Practice> {
  const today = await api.today();
  const open = rested ? null : await underWay(today);
  if (open?.entries.length) return { at: 'session', session: open };
  const begin = !rested && (today.due > 0 || (today.new > 0 && today.practisedSecondsToday === 0));
  if (!begin) return { at: 'rest', today };
  const session = await api.createSession({});
  return session.entries.length ? { at: 'session', session } : { at: 'rest', today };
}

async function stored(): Promise<Practice> {
  const person = me.get()?.id;
  const session = person && (await cachedSession.get(person));
  const fresh = session && !session.finishedAt && Date.now() - Date.parse(session.createdAt) < STALE_MS;
  return fresh ? { at: 'session', session } : { at: 'unplanned' };
}

let round = 0;

export async function load(): Promise<void> {
  const mine = ++round;
  const settle = (next: Practice) => {
    if (mine !== round) return;
    round += 1; /* whoever answers later is too late */
    if (next.at === 'session') show(next.session);
    else practice.set(next);
  };
  /* A connection that says nothing must not keep a person from a session that lies on this device. */
  const patience = setTimeout(() => void stored().then((next) => next.at === 'session' && settle(next)), PATIENCE_MS);
  try {
    settle(await ask());
  } catch (error) {
    if (error instanceof OfflineError) settle(await stored());
    else if (!(error instanceof ApiError && error.status === 401)) settle({ at: 'trouble', error });
  } finally {
    clearTimeout(patience);
  }
}

/* Plans a session on request and goes to it. False when there was nothing to plan from. */
export async function start(plan: { minutes?: number; early?: boolean; conceptId?: Id }): Promise<boolean> {
  const session = await api.createSession(plan);
  if (!session.entries.length) return false;
  rested = false;
  round += 1;
  view.set({ sessionId: session.id, position: -1, phase: 'exercise' });
  show(session);
  go('/');
  return true;
}

export async function rest(): Promise<void> {
  rested = true;
  view.clear();
  const person = me.get()?.id;
  if (person) await cachedSession.delete(person);
  practice.set({ at: 'loading' });
  await load();
}

export function begin(): void {
  rested = false;
  practice.set({ at: 'loading' });
  void load();
}

/* Feedback came, now or late: the session and its copy on this device learn of it. */
export function record(sessionId: Id | undefined, position: number | undefined, feedback: Feedback): void {
  const person = me.get()?.id;
  if (!person || sessionId === undefined || position === undefined) return;
  const now = practice.get();
  if (now.at === 'session' && now.session.id === sessionId) {
    show(withFeedback(now.session, position, feedback));
    return;
  }
  void cachedSession.get(person).then((session) => {
    if (session?.id === sessionId) void cachedSession.put(person, withFeedback(session, position, feedback));
  });
}

delivered.subscribe((all) => {
  for (const { kept, feedback } of all) record(kept.answer.sessionId, kept.answer.position, feedback);
});

/* Another person, or nobody: nothing of the last one stays on the screen. */
let whose: Id | undefined;
me.subscribe((person) => {
  if (person?.id === whose) return;
  whose = person?.id;
  rested = false;
  round += 1;
  practice.set({ at: 'loading' });
});

export const isAnswered = (session: Session, entry: Entry, kept: Kept[]): boolean =>
  entry.attempt !== null || kept.some(({ answer }) => answer.sessionId === session.id && answer.position === entry.position);

export const nextOpen = (session: Session, kept: Kept[]): Entry | null => session.entries.find((entry) => !isAnswered(session, entry, kept)) ?? null;

/* randomUUID exists only on secure origins; a server in a home network may be reached by plain HTTP. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
