/* The door to the server: every request goes through `request`, every refusal becomes an `ApiError`.
 * A request that never reached the server becomes an `OfflineError`; callers treat the two differently. */
import type {
  Answer, CalibrationView, Concept, Feedback, Id, Item, ItemFlag, Me, MemoryAlgorithm, MemoryChoice, Pack, PackDetail, PastAttempt, Problem, Progress, Session, SignIn, Summary, TeamView, Today,
} from './types';

const TIMEOUT_MS = 15_000; /* a phone between two cells says nothing at all for this long; then we call it offline */

export class ApiError extends Error {
  constructor(readonly problem: Problem, readonly retryAfterSeconds: number | null) {
    super(problem.detail || problem.title);
  }
  get status(): number {
    return this.problem.status;
  }
}

export class OfflineError extends Error {
  constructor() {
    super('The server could not be reached.');
  }
}

/* The cookie now belongs to somebody else: another tab signed out and in. Nothing may be sent in the old name. */
export class OtherPersonError extends Error {
  constructor() {
    super('Somebody else has signed in here.');
  }
}

interface Identity {
  personId: Id;
  csrfToken: string;
}

let identity: Identity | null = null;
let whenSignedOut: () => void = () => undefined;
let whenReached: (reached: boolean) => void = () => undefined;

export function setIdentity(me: Me | null): void {
  identity = me && { personId: me.id, csrfToken: me.csrfToken };
}

export function onSignedOut(handler: () => void): void {
  whenSignedOut = handler;
}

/* Told after each request whether the server was reached: a better sign of being offline than the browser's own. */
export function onReached(handler: (reached: boolean) => void): void {
  whenReached = handler;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

async function send(method: Method, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && identity) headers['X-CSRF-Token'] = identity.csrfToken;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: controller.signal,
    });
    whenReached(true);
    return response;
  } catch {
    whenReached(false);
    throw new OfflineError();
  } finally {
    clearTimeout(timer);
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const fallback: Problem = { type: 'about:blank', title: response.statusText || 'Error', status: response.status, detail: '' };
  const problem = await response.json().then((json: Partial<Problem>) => ({ ...fallback, ...json, status: response.status }), () => fallback);
  const wait = Number(response.headers.get('Retry-After'));
  return new ApiError(problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

/* A token may be stale because the cookie was rotated in another tab. Fetches the present one; true when trying again makes sense. */
async function renewToken(stale: Identity): Promise<boolean> {
  const response = await send('GET', '/me');
  if (!response.ok) return false;
  const me = (await response.json()) as Me;
  if (me.id !== stale.personId) throw new OtherPersonError();
  const renewed = me.csrfToken !== stale.csrfToken;
  identity = { personId: me.id, csrfToken: me.csrfToken };
  return renewed;
}

async function request<T>(method: Method, path: string, body?: unknown, expectSignedOut = false): Promise<T> {
  const before = identity;
  let response = await send(method, path, body);
  if (response.status === 403 && method !== 'GET' && before && (await renewToken(before))) response = await send(method, path, body);
  if (response.status === 401 && !expectSignedOut) whenSignedOut();
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new OfflineError(); /* the connection broke in the middle of the reply */
  }
}

const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function query(values: Record<string, string | number | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return pairs.length ? `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : '';
}

export const api = {
  signIn: (email: string, password: string) => request<Me>('POST', '/sign-in', { email, password, timeZone: timeZone() }, true),
  sendLink: (email: string) => request<object>('POST', '/sign-in/link', { email }, true),
  signInByToken: (token: string) => request<Me>('POST', '/sign-in/token', { token, timeZone: timeZone() }, true),
  signOut: () => request<void>('POST', '/sign-out', undefined, true),

  me: () => request<Me>('GET', '/me', undefined, true),
  changeMe: (change: Partial<Pick<Me, 'name' | 'timeZone' | 'sessionMinutes' | 'challenge'>>) => request<Me>('PATCH', '/me', change),
  changePassword: (password: string, current?: string) => request<void>('POST', '/me/password', current ? { password, current } : { password }),
  signIns: () => request<{ signIns: SignIn[] }>('GET', '/sign-ins'),
  revokeSignIn: (id: Id) => request<void>('DELETE', `/sign-ins/${id}`),

  today: () => request<Today>('GET', '/today'),
  createSession: (plan: { minutes?: number; early?: boolean; conceptId?: Id }) => request<Session>('POST', '/sessions', plan),
  session: (id: Id) => request<Session>('GET', `/sessions/${id}`),
  finishSession: (id: Id, note?: string) => request<Summary>('POST', `/sessions/${id}/finish`, note ? { note } : {}),
  answer: (answer: Answer) => request<Feedback>('POST', '/attempts', answer),

  attempt: (id: Id) => request<PastAttempt>('GET', `/attempts/${id}`),

  progress: () => request<Progress>('GET', '/progress'),
  attempts: (conceptId?: Id, before?: Id) =>
    request<{ attempts: PastAttempt[]; next: Id | null }>('GET', `/attempts${query({ conceptId, before, limit: 20 })}`),
  packs: () => request<{ packs: Pack[] }>('GET', '/packs'),
  pack: (id: Id) => request<PackDetail>('GET', `/packs/${id}`),
  concept: (id: Id) => request<Concept>('GET', `/concepts/${id}`),
  team: () => request<TeamView>('GET', '/team'),
  items: (flag?: ItemFlag, after?: Id) => request<{ exercises: Item[]; next: Id | null }>('GET', `/exercises/statistics${query({ flag, after, limit: 50 })}`),
  calibration: () => request<CalibrationView>('GET', '/calibration'),
  chooseMemory: (algorithm: MemoryAlgorithm) => request<MemoryChoice>('PATCH', '/organisation/memory', { algorithm }),
};
