/* Addresses and pages: the history API and a table of patterns. */
import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

export interface Place {
  path: string;
  search: URLSearchParams;
}

const read = (): Place => ({ path: location.pathname.replace(/(.)\/+$/, '$1'), search: new URLSearchParams(location.search) });
const listeners = new Set<() => void>();
let updateWaits = false;

/* A newer client has been installed; the next change of page loads it, so nobody is interrupted. */
export function reloadOnNextPage(): void {
  updateWaits = true;
}

export function go(path: string, replace = false): void {
  if (updateWaits) {
    location.assign(path);
    return;
  }
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  if (!replace) window.scrollTo(0, 0);
  for (const listener of [...listeners]) listener();
}

export function usePlace(): Place {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const update = () => setPlace(read());
    listeners.add(update);
    window.addEventListener('popstate', update);
    return () => {
      listeners.delete(update);
      window.removeEventListener('popstate', update);
    };
  }, []);
  return place;
}

/* "/library/concepts/:id" against a path; the values of its names, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (let at = 0; at < wanted.length; at++) {
    const want = wanted[at] ?? '';
    const have = given[at] ?? '';
    if (want.startsWith(':') && have) {
      try {
        values[want.slice(1)] = decodeURIComponent(have);
      } catch {
        return null;
      }
    } else if (want !== have) return null;
  }
  return values;
}

interface LinkProps {
  to: string;
  class?: string;
  current?: boolean;
  label?: string;
  children: ComponentChildren;
}

export function Link({ to, class: name, current, label, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} class={name} aria-current={current ? 'page' : undefined} aria-label={label} onClick={follow}>
      {children}
    </a>
  );
}
