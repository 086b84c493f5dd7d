/* Which key means what. Pure: an event and where it happened go in, an action comes out. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { local } from './storage';
import type { Confidence } from './types';

export type Action =
  | { do: 'choose'; number: number }
  | { do: 'submit'; confidence: Confidence }
  | { do: 'next' }
  | { do: 'retry' }
  | { do: 'help' }
  | { do: 'leave' };

export interface KeyPress {
  key: string;
  code: string;
  alt: boolean;
  commandOrControl: boolean;
  where: 'typing' | 'control' | 'elsewhere'; /* a text field; something that Enter activates; neither */
  phase: 'answer' | 'feedback' | 'other';
  single: boolean; /* may single characters be shortcuts? a person may switch that off (WCAG 2.1.4) */
}

const CONFIDENCE: Record<string, Confidence> = { KeyS: 'sure', KeyT: 'think-so', KeyG: 'guess' };

export function actionOf(press: KeyPress): Action | null {
  if (press.commandOrControl) return null;
  if (press.alt) {
    /* by place on the keyboard: with Alt held, a Mac writes another character */
    const confidence = CONFIDENCE[press.code];
    return confidence && press.phase === 'answer' ? { do: 'submit', confidence } : null;
  }
  if (press.where === 'typing') return press.key === 'Escape' ? { do: 'leave' } : null;
  if (press.phase === 'feedback' && press.key === 'Enter') return press.where === 'control' ? null : { do: 'next' };
  if (!press.single) return null;
  if (press.key === '?') return { do: 'help' };
  const letter = press.key.toLowerCase();
  if (press.phase === 'feedback') return letter === 'r' ? { do: 'retry' } : null;
  if (press.phase !== 'answer') return null;
  if (/^[1-9]$/.test(press.key)) return { do: 'choose', number: Number(press.key) };
  const confidence = CONFIDENCE[`Key${letter.toUpperCase()}`];
  return confidence ? { do: 'submit', confidence } : null;
}

const SINGLE = 'single-keys';
export const singleKeys = {
  get: () => local.get<boolean>(SINGLE) ?? true,
  set: (on: boolean) => local.put(SINGLE, on),
};

function placeOf(target: EventTarget | null): KeyPress['where'] {
  if (!(target instanceof HTMLElement)) return 'elsewhere';
  if (target.isContentEditable || target.matches('textarea, select, input:not([type=radio], [type=checkbox], [type=button])')) return 'typing';
  return target.matches('a, button, summary') ? 'control' : 'elsewhere';
}

/* Listens while the component is there. The handler returns true when it used the action. */
export function useKeys(phase: KeyPress['phase'], handler: (action: Action) => boolean): void {
  const latest = useRef(handler);
  latest.current = handler;
  /* together with the drawing, not after it: a key pressed at once is not lost */
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.isComposing || event.repeat || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const where = placeOf(event.target);
      const action = actionOf({
        key: event.key,
        code: event.code,
        alt: event.altKey,
        commandOrControl: event.ctrlKey || event.metaKey,
        where,
        phase,
        single: singleKeys.get(),
      });
      if (action?.do === 'leave') {
        (event.target as HTMLElement).blur();
        return;
      }
      if (action && latest.current(action)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [phase]);
}
