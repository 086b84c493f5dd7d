/* The entries of a session as answers come in. */
import type { Entry, Feedback, Session } from '../../types';

const inOrder = (a: Entry, b: Entry) => (a.follows ?? a.position) - (b.follows ?? b.position) || a.position - b.position;

/* The session with an answer's feedback, and with what the server put in because of it. */
export function withFeedback(session: Session, position: number, { added, ...attempt }: Feedback): Session {
  const entries = session.entries.map((entry) => (entry.position === position ? { ...entry, attempt } : entry));
  if (!added || entries.some((entry) => entry.position === added.position)) return { ...session, entries };
  return { ...session, entries: [...entries, added].sort(inOrder) };
}
