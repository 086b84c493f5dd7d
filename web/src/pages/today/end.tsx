/* The end of a session: what got stronger, drawn; when it returns; a sentence to keep. */
import { useEffect, useId, useState } from 'preact/hooks';
import { api, OfflineError } from '../../api';
import { Button, Outcome, PageHeading, Skeleton, Trouble } from '../../components/basics';
import { Curve } from '../../components/pictures';
import { capital, day, daysBetween, minutes, returns } from '../../format';
import { useObservable } from '../../observable';
import { kept, online, queue } from '../../self';
import { text } from '../../strings';
import type { Session, Summary, SummaryConcept } from '../../types';
import { rest, start } from './practice';

function lasts(days: number): string {
  const hours = Math.round(days * 24);
  if (hours < 1) return text.time.underAnHour;
  return hours < 24 ? text.time.hours(hours) : text.time.days(Math.round(days));
}

const DAY_MS = 86_400_000;

export function End({ session }: { session: Session }) {
  const connected = useObservable(online);
  const waiting = useObservable(kept).filter(({ answer, refusal }) => answer.sessionId === session.id && refusal === null).length;
  const [summary, setSummary] = useState<Summary | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (summary) return;
    let current = true;
    void (async () => {
      try {
        /* Answers first: the summary is of what the server has */
        if (waiting) await queue.flush();
        if (kept.get().some(({ answer, refusal }) => answer.sessionId === session.id && refusal === null)) throw new OfflineError();
        const done = await api.finishSession(session.id);
        if (current) setSummary(done);
      } catch (failure) {
        if (current) setError(failure);
      }
    })();
    return () => {
      current = false;
    };
  }, [round, connected, waiting === 0]);

  if (summary) return <Finished summary={summary} />;
  if (error instanceof OfflineError)
    return (
      <>
        <PageHeading title={text.end.title}>{text.end.offlineTitle}</PageHeading>
        <p>{text.end.offline}</p>
        <Button onClick={() => { setError(null); setRound(round + 1); }}>{text.trouble.again}</Button>
      </>
    );
  return (
    <>
      <PageHeading title={text.end.title}>{text.end.title}</PageHeading>
      {error ? <Trouble error={error} again={() => { setError(null); setRound(round + 1); }} /> : (
        <>
          <p class="quiet">{text.end.working}</p>
          <Skeleton lines={[30, 100, 100, 100]} />
        </>
      )}
    </>
  );
}

/* What was missed lasts shorter than was thought. It is drawn too, and not called stronger. */
const grew = ({ before, after }: SummaryConcept) => !before || after.stability >= before.stability;

function Concepts({ title, concepts }: { title: string; concepts: SummaryConcept[] }) {
  if (!concepts.length) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="curves">
        {concepts.map((concept) => (
          <li key={concept.id}>
            <h3>{concept.title}</h3>
            <p class="quiet">
              {text.end.lasts(concept.before && lasts(concept.before.stability), lasts(concept.after.stability))}. {text.end.returns(returns(concept.dueAt))}.
            </p>
            <Curve title={concept.title} before={concept.curveBefore} after={concept.curveAfter} dueDay={(Date.parse(concept.dueAt) - Date.now()) / DAY_MS} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/* Today the hour matters; for another day the day is a plan, and an hour in the night would be none. */
const comesBack = (at: string) => (daysBetween(new Date(), new Date(at)) > 0 ? day(at) : returns(at));

function Finished({ summary }: { summary: Summary }) {
  const [note, setNote] = useState(summary.note ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const field = useId();
  const next = summary.next && comesBack(summary.next.at);

  const done = async () => {
    setBusy(true);
    try {
      if (note.trim() && note.trim() !== summary.note) await api.finishSession(summary.sessionId, note.trim());
      await rest();
    } catch {
      setProblem(text.end.noteFailed);
    }
    setBusy(false);
  };
  const more = async () => {
    setBusy(true);
    try {
      if (note.trim()) await api.finishSession(summary.sessionId, note.trim());
      if (!(await start({ minutes: 2, early: true }))) setProblem(text.rest.none);
    } catch (error) {
      setProblem(error instanceof OfflineError ? text.trouble.saveOffline : text.trouble.saveFailed);
    }
    setBusy(false);
  };

  return (
    <div class="end">
      <PageHeading title={text.end.title}>
        <span class="big">{capital(minutes(summary.seconds))}</span>
        <span class="under">{text.end.practised(text.end.answered(summary.answered))}</span>
      </PageHeading>
      {summary.concepts.length === 0 && <p>{text.end.nothing}</p>}
      <Concepts title={text.end.stronger} concepts={summary.concepts.filter(grew)} />
      <Concepts title={text.end.sooner} concepts={summary.concepts.filter((concept) => !grew(concept))} />
      <form onSubmit={(event) => { event.preventDefault(); if (!busy) void done(); }}>
        <div class="field">
          <label for={field}>{text.end.note}</label>
          <p class="quiet" id={`${field}-hint`}>{text.end.noteHint}</p>
          <textarea id={field} aria-describedby={`${field}-hint`} rows={2} maxLength={500} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </div>
        {problem && <Outcome good={false}>{problem}</Outcome>}
        <div class="actions">
          <Button look="primary" type="submit" busy={busy}>{note.trim() && next && next !== text.time.now ? text.end.saveAndDone(next) : text.end.done}</Button>
          <Button look="quiet" busy={busy} onClick={() => void more()}>{text.end.more}</Button>
        </div>
      </form>
    </div>
  );
}
