/* Who is signed in, whether the server can be reached, and the answers that wait: what all pages share.
 * Everything else is asked from the server by the page that shows it. */
import { api, ApiError, OfflineError, onReached, onSignedOut, OtherPersonError, setIdentity } from './api';
import { setTimeZone } from './format';
import { observable } from './observable';
import { Queue, type Delivered, type Failure, type Kept } from './queue';
import { cache, local, table } from './storage';
import type { Id, Me, Role, Session } from './types';

/* undefined: not known yet. null: nobody. */
export const me = observable<Me | null | undefined>(undefined);
export const online = observable(typeof navigator === 'undefined' || navigator.onLine);
export const kept = observable<Kept[]>([]);
export const delivered = observable<Delivered[]>([]);

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('whet');
type Message = { about: 'queue'; person: Id; delivered: Delivered[] } | { about: 'person' };
const tell = (message: Message) => channel?.postMessage(message);

export function failureOf(error: unknown): Failure {
  if (error instanceof OtherPersonError) return { kind: 'stop' };
  if (!(error instanceof ApiError)) return { kind: 'later', afterMs: null };
  const { status } = error;
  if (status === 401) return { kind: 'stop' };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { kind: 'later', afterMs: error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1000 };
  return { kind: 'refused', reason: error.message };
}

export const queue = new Queue({
  table: table<Kept>('answers', (row) => row.key),
  send: api.answer,
  failureOf,
  exclusively: (work) => (navigator.locks ? navigator.locks.request('whet-queue', work) : work()) as ReturnType<typeof work>,
  now: () => Date.now(),
  after(milliseconds, work) {
    const timer = setTimeout(work, milliseconds);
    return () => clearTimeout(timer);
  },
  changed(rows) {
    const before = kept.get().map((row) => row.key + row.refusal).join();
    kept.set(rows);
    const person = me.get()?.id;
    if (person && before !== rows.map((row) => row.key + row.refusal).join()) tell({ about: 'queue', person, delivered: [] });
  },
  delivered(all) {
    addDelivered(all);
    const person = me.get()?.id;
    if (person) tell({ about: 'queue', person, delivered: all });
  },
});

export function addDelivered(all: Delivered[]): void {
  const known = new Set(delivered.get().map((one) => one.kept.key));
  delivered.set([...delivered.get(), ...all.filter((one) => !known.has(one.kept.key))]);
}

/* Counts changes of person: an older question about who is signed in must not overrule a newer sign-in. */
let changes = 0;

async function become(person: Me | null): Promise<void> {
  changes += 1;
  const before = me.get()?.id;
  setIdentity(person);
  setTimeZone(person?.timeZone);
  if (before !== person?.id) {
    delivered.set([]);
    kept.set([]);
  }
  me.set(person);
  await queue.belongsTo(person?.id ?? null).catch(() => undefined);
  if (person) void queue.flush();
}

/* After signing in, or when the person changed something about themselves. */
export async function signedIn(person: Me): Promise<void> {
  const other = me.get()?.id !== person.id;
  changes += 1; /* at once: a refusal that is on its way was meant for the time before */
  await cache.put('me', person);
  await become(person);
  if (other) tell({ about: 'person' });
}

export async function signOut(): Promise<void> {
  const person = me.get();
  await api.signOut().catch((error: unknown) => {
    if (error instanceof OfflineError) throw error; /* the cookie would still be good: do not pretend */
  });
  if (person) {
    await cache.delete(`session.${person.id}`);
    local.deleteAll(`draft.${person.id}.`);
    local.delete(`view.${person.id}`);
  }
  await forget();
  tell({ about: 'person' });
}

/* What is on the screen changes at once; waiting for the store first would let it overrule a sign-in that comes meanwhile. */
async function forget(): Promise<void> {
  const deleted = cache.delete('me');
  await become(null);
  await deleted;
}

/* Finds out who is signed in. Without a connection the last known person goes on. */
export async function identify(): Promise<void> {
  const asked = changes;
  try {
    const person = await api.me();
    if (asked !== changes) return;
    await Promise.all([cache.put('me', person), become(person)]);
  } catch (error) {
    if (asked !== changes) return;
    if (error instanceof ApiError && error.status === 401) {
      await forget();
      return;
    }
    const known = me.get() ?? (await cache.get<Me>('me'));
    if (asked !== changes) return;
    if (known) await become(known);
    else me.set(null);
  }
}

export const has = (person: Me | null | undefined, role: Role) => person?.roles.includes(role) ?? false;
/* Who sees what exercises do, and who sees how well predictions come true. */
export const writes = (person: Me | null | undefined) => has(person, 'author') || has(person, 'admin');
export const judges = (person: Me | null | undefined) => writes(person) || has(person, 'coach');

export const cachedSession = {
  get: (person: Id) => cache.get<Session>(`session.${person}`),
  put: (person: Id, session: Session) => cache.put(`session.${person}`, session),
  delete: (person: Id) => cache.delete(`session.${person}`),
};

export function watch(): void {
  onSignedOut(() => void forget());
  onReached((reached) => online.set(reached));
  window.addEventListener('online', () => {
    online.set(true);
    if (me.get() === null) void identify();
    else void queue.flush();
  });
  window.addEventListener('offline', () => online.set(false));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && me.get() && kept.get().some((row) => !row.refusal)) void queue.flush();
  });
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.about === 'person') void identify();
    else if (data.person === me.get()?.id) {
      void queue.refresh();
      if (data.delivered.length) addDelivered(data.delivered);
    }
  });
}
