/* One session, one thing at a time: the idea, the exercise, the feedback, the end. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api';
import { announce, Hidden } from '../../components/basics';
import { useObservable } from '../../observable';
import type { Outcome } from '../../queue';
import { addDelivered, delivered, kept, queue } from '../../self';
import { text } from '../../strings';
import type { Answer, Entry, Feedback, Session } from '../../types';
import { clearDraft } from './draft';
import { End } from './end';
import { ExerciseForm, type Given } from './exercise';
import { FeedbackPanel, Introduction, KeptPanel, RefusedPanel } from './panels';
import { isAnswered, newKey, nextOpen, record, view, type Phase } from './practice';
import { useSecondLook } from './second-look';

const PATIENCE_MS = 5_000; /* then the person goes on; the answer is kept and on its way */

interface Shown {
  position: number;
  phase: Phase;
  feedback: Feedback | null;
  key: string | null; /* of the answer on its way */
  reason: string;
  retry: number;
}

const phaseOf = (entry: Entry): Phase => (entry.introduces && entry.concept.text.length ? 'introduction' : 'exercise');

const at = (position: number, phase: Phase, more: Partial<Shown> = {}): Shown => ({ position, phase, feedback: null, key: null, reason: '', retry: 0, ...more });

function opening(session: Session): Shown | null {
  const last = view.get();
  const entry = last?.sessionId === session.id ? session.entries.find(({ position }) => position === last.position) : undefined;
  if (entry && last?.phase === 'feedback' && entry.attempt) return at(entry.position, 'feedback', { feedback: entry.attempt });
  if (entry && last?.phase === 'exercise' && !isAnswered(session, entry, kept.get())) return at(entry.position, 'exercise');
  const next = nextOpen(session, kept.get());
  return next && at(next.position, phaseOf(next));
}

export function SessionPage({ session }: { session: Session }) {
  const [shown, setShown] = useState<Shown | null>(() => opening(session));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const late = useObservable(delivered);
  const present = useRef<Shown | null>(shown);
  present.current = shown;

  const entry = shown && (session.entries.find(({ position }) => position === shown.position) ?? null);

  useEffect(() => {
    if (shown) view.set({ sessionId: session.id, position: shown.position, phase: shown.phase });
  }, [shown?.position, shown?.phase]);

  useEffect(() => () => void (present.current = null), []);

  useSecondLook(shown?.phase === 'feedback' ? shown.feedback : null, (feedback) => {
    if (shown?.feedback?.attemptId !== feedback.attemptId) return;
    record(session.id, shown.position, feedback);
    setShown({ ...shown, feedback });
    announce(text.feedback.secondLookCame(feedback.verdict));
  });

  /* Feedback that came late, while the page still says that the answer is kept */
  useEffect(() => {
    const mine = shown?.phase === 'kept' && late.find(({ kept: { key } }) => key === shown.key);
    if (!mine) return;
    delivered.set(late.filter((one) => one !== mine));
    reveal(shown.position, mine.feedback);
  }, [late]);

  useEffect(() => {
    if (shown) document.title = text.title(text.session.progress(number(), session.entries.length));
  }, [shown?.position]);

  const number = () => session.entries.findIndex(({ position }) => position === shown?.position) + 1;

  const reveal = (position: number, feedback: Feedback) => {
    setShown(at(position, 'feedback', { feedback }));
    announce(feedback.verdict);
  };

  const advance = () => {
    const next = nextOpen(session, kept.get());
    if (!next) view.clear();
    setShown(next && at(next.position, phaseOf(next)));
    window.scrollTo(0, 0);
  };

  async function submit(given: Given): Promise<void> {
    if (!entry || busy) return;
    const { position, exercise } = entry;
    const answer: Answer = { key: newKey(), exerciseId: exercise.id, sessionId: session.id, position, ...given, answeredAt: new Date().toISOString() };
    setBusy(true);
    setFailed(false);
    announce(text.session.sending);
    let sending: Promise<Outcome>;
    try {
      sending = queue.submit(answer, entry);
      const outcome = await Promise.race([sending, new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null))]);
      clearDraft(session.id, position);
      if (outcome) settle(position, answer.key, outcome);
      else {
        setShown(at(position, 'kept', { key: answer.key }));
        sending.then((later) => settle(position, answer.key, later, entry, answer), () => undefined);
      }
    } catch {
      await sendDirectly(answer, position);
    } finally {
      setBusy(false);
    }
  }

  /* The device could not store the answer. Sending it anyway loses nothing: it stays in the form until it is acknowledged. */
  async function sendDirectly(answer: Answer, position: number): Promise<void> {
    try {
      const feedback = await api.answer(answer);
      clearDraft(session.id, position);
      settle(position, answer.key, { kind: 'delivered', feedback });
    } catch {
      setFailed(true);
    }
  }

  function settle(position: number, key: string, outcome: Outcome, late?: Entry, answer?: Answer): void {
    const still = present.current?.position === position && (!late || present.current.key === key);
    if (outcome.kind === 'delivered') {
      record(session.id, position, outcome.feedback);
      if (still) reveal(position, outcome.feedback);
      else if (late && answer) addDelivered([{ kept: { key, person: '', answer, entry: late, keptAt: 0, refusal: null }, feedback: outcome.feedback }]);
    } else if (still) {
      if (outcome.kind === 'refused') setShown(at(position, 'refused', { key, reason: outcome.reason }));
      else setShown(at(position, 'kept', { key }));
    }
  }

  if (!shown || !entry) return <End session={session} />;

  const last = !session.entries.some((other) => other !== entry && !isAnswered(session, other, kept.get()));
  const retry = () => setShown(at(entry.position, 'exercise', { retry: shown.retry + 1, feedback: shown.feedback }));
  const of = session.entries.length;
  const answered = session.entries.filter((other) => isAnswered(session, other, kept.get())).length;
  return (
    <article class="exercise" key={`${entry.position}.${shown.retry}`}>
      <div class="progress-line" role="progressbar" aria-label={text.session.title} aria-valuemin={0} aria-valuemax={of} aria-valuenow={answered} aria-valuetext={text.session.progress(number(), of)}>
        <span style={{ width: `${(answered / of) * 100}%` }} />
      </div>
      {shown.phase === 'introduction' && <Introduction entry={entry} go={() => setShown(at(entry.position, 'exercise'))} />}
      {shown.phase === 'exercise' && (
        <ExerciseForm
          entry={entry}
          sessionId={session.id}
          heading={<Hidden>{text.session.progress(number(), of)}</Hidden>}
          before={shown.feedback?.text ?? ''}
          busy={busy}
          failed={failed}
          submit={(given) => void submit(given)}
          readAgain={entry.introduces && entry.concept.text.length ? () => setShown(at(entry.position, 'introduction')) : null}
        />
      )}
      {shown.phase === 'feedback' && shown.feedback && <FeedbackPanel entry={entry} feedback={shown.feedback} last={last} next={advance} retry={retry} />}
      {shown.phase === 'kept' && <KeptPanel last={last} next={advance} />}
      {shown.phase === 'refused' && <RefusedPanel reason={shown.reason} last={last} next={advance} />}
    </article>
  );
}
