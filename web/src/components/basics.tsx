/* Small parts that every page uses. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError, OfflineError } from '../api';
import { observable, useObservable } from '../observable';
import { Link } from '../router';
import { text } from '../strings';

type ButtonLook = 'primary' | 'secondary' | 'quiet';

interface ButtonProps extends Omit<JSX.HTMLAttributes<HTMLButtonElement>, 'look'> {
  look?: ButtonLook;
  busy?: boolean;
  hint?: string; /* the key that does the same, shown where there is a keyboard */
  type?: 'button' | 'submit';
  children: ComponentChildren;
}

export function Button({ look = 'secondary', busy = false, hint, type = 'button', children, onClick, ...rest }: ButtonProps) {
  /* aria-disabled instead of disabled: focus stays where it is while something is under way */
  return (
    <button
      {...rest}
      type={type}
      class={`button ${look}`}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
      {hint && <Key>{hint}</Key>}
    </button>
  );
}

export function Key({ children }: { children: ComponentChildren }) {
  return <kbd class="key" aria-hidden="true">{children}</kbd>;
}

/* The three meanings, each a shape as well as a colour. */
export function Sign({ meaning }: { meaning: 'there' | 'partly' | 'missing' | 'misconception' }) {
  const shapes = {
    there: <path d="M3 8.5l3.2 3.2L13 4.8" />,
    partly: <path d="M2.5 8h5M11 8h2.5" />,
    missing: <path d="M5 3.5H2.5v9H5M11 3.5h2.5v9H11" />,
    misconception: <path d="M3 12.5V8.2A3.7 3.7 0 0 1 6.7 4.5H13M10.2 1.8L13 4.5l-2.8 2.7" />,
  };
  return (
    <svg class={`sign ${meaning}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {shapes[meaning]}
    </svg>
  );
}

export const Hidden = ({ children }: { children: ComponentChildren }) => <span class="hidden">{children}</span>;

/* What a screen reader is told when something changed elsewhere on the page. */
const announcement = observable('');
export function announce(words: string): void {
  announcement.set('');
  setTimeout(() => announcement.set(words), 60);
}

export function Announcer() {
  return <div class="hidden" role="status" aria-live="polite">{useObservable(announcement)}</div>;
}

/* The heading of a page: sets the title, and takes the focus when the page was reached from another one. */
let firstPage = true;
export function PageHeading({ children, title, focus = true }: { children: ComponentChildren; title: string; focus?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = text.title(title);
  }, [title]);
  useEffect(() => {
    if (focus && !firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}

/* Grey shapes where the words will be. */
export function Skeleton({ lines = [90, 60] }: { lines?: number[] }) {
  return (
    <div class="skeleton" aria-busy="true">
      <Hidden>{text.loading}</Hidden>
      {lines.map((width, at) => (
        <span key={at} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const offline = error instanceof OfflineError;
  const nothing = error instanceof ApiError && (error.status === 404 || error.status === 403);
  const { trouble } = text;
  return (
    <section class="trouble" role="alert">
      <h2>{offline ? trouble.offlineTitle : nothing ? trouble.notFoundTitle : trouble.errorTitle}</h2>
      <p>{offline ? trouble.offline : nothing ? trouble.notFound : trouble.error}</p>
      {error instanceof ApiError && !nothing && <p class="quiet">{trouble.reason(error.message)}</p>}
      {again && !nothing && <Button onClick={again}>{trouble.again}</Button>}
      {nothing && <Link to="/" class="button secondary">{trouble.home}</Link>}
    </section>
  );
}

export function Empty({ title, children, action }: { title: string; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </section>
  );
}

export interface Loaded<T> {
  value: T | null;
  error: unknown;
  reload(): void;
}

/* Asks the server; keeps what was there while asking again. `key` says what is asked for. */
export function useLoad<T>(ask: () => Promise<T>, key: string): Loaded<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: unknown }>({ key, value: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => current && setState({ key, value, error: null }),
      (error: unknown) => current && setState((before) => ({ key, value: before.key === key ? before.value : null, error })),
    );
    return () => {
      current = false;
    };
  }, [key, round]);
  useEffect(() => {
    const again = () => setRound((n) => n + 1);
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, []);
  const mine = state.key === key;
  return { value: mine ? state.value : null, error: mine ? state.error : null, reload: () => setRound((n) => n + 1) };
}

interface FieldProps extends JSX.HTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  type?: string;
  value?: string | number;
  name: string;
  autocomplete?: string;
  required?: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  inputMode?: 'email' | 'numeric' | 'text';
  error?: boolean;
}

export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...input} id={id} aria-describedby={hint ? `${id}-hint` : undefined} aria-invalid={error || undefined} />
      {hint && <p id={`${id}-hint`} class="quiet">{hint}</p>}
    </div>
  );
}

/* What became of a form: said aloud, and placed where the eye is. */
export function Outcome({ good, children }: { good: boolean; children: ComponentChildren }) {
  return (
    <p class={good ? 'outcome' : 'outcome bad'} role={good ? 'status' : 'alert'}>
      {good ? <Sign meaning="there" /> : <Sign meaning="misconception" />} {children}
    </p>
  );
}

export function whatFailed(error: unknown): string {
  if (error instanceof OfflineError) return text.trouble.saveOffline;
  if (error instanceof ApiError && error.status === 429) return text.trouble.slowDown;
  if (error instanceof ApiError) {
    const details = error.problem.errors?.map(({ detail }) => detail).filter(Boolean) ?? [];
    return [text.trouble.saveFailed, details.length ? details.join(' ') : error.message].join(' ');
  }
  return text.trouble.saveFailed;
}
