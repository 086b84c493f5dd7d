/* Times, days and shares as people say them, in the person's own time zone. */
import { locale, text } from './strings';

let zone: string | undefined;

/* An unknown zone (a server that knows more zones than this browser) falls back to the browser's own. */
export function setTimeZone(timeZone: string | undefined): void {
  try {
    new Intl.DateTimeFormat(locale, { timeZone });
    zone = timeZone;
  } catch {
    zone = undefined;
  }
}

const show = (at: Date, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(at);

/* "2026-11-23" of a moment, where the person is */
function dayOf(at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

export function daysBetween(from: Date, to: Date): number {
  return Math.round((Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / 86_400_000);
}

export const clock = (at: string | Date) => show(new Date(at), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/* "today", "tomorrow", "Thursday", "Thursday 3 December", "3 December 2027" */
export function day(at: string | Date, now = new Date()): string {
  const when = new Date(at);
  const days = daysBetween(now, when);
  if (days === 0) return text.time.today;
  if (days === 1) return text.time.tomorrow;
  if (days === -1) return text.time.yesterday;
  if (days > 1 && days < 7) return show(when, { weekday: 'long' });
  if (Math.abs(days) < 300) return show(when, { weekday: 'long', day: 'numeric', month: 'long' });
  return show(when, { day: 'numeric', month: 'long', year: 'numeric' });
}

export const dayAndClock = (at: string) => `${day(at)} ${clock(at)}`;

/* When something returns: the time matters today and tomorrow, later the day is enough. A time that has passed is now. */
export function returns(at: string, now = new Date()): string {
  const when = new Date(at);
  if (when <= now) return text.time.now;
  return daysBetween(now, when) <= 1 ? `${day(when, now)} ${clock(when)}` : day(when, now);
}

/* A calendar day as the server names it, "2026-11-23" */
export function calendarDay(name: string, options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }): string {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(new Date(`${name}T00:00:00Z`));
}

export const percent = (share: number) => `${Math.round(share * 100)} %`;

export const number = (value: number) => new Intl.NumberFormat(locale).format(value);

/* Practice in whole minutes; something done is never "0 minutes". */
export function minutes(seconds: number): string {
  if (seconds > 0 && seconds < 60) return text.time.underAMinute;
  return text.time.minutes(Math.round(seconds / 60));
}

export const capital = (words: string) => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
