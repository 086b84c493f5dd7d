/* One concept: its strength, and every answer to it with its feedback. */
import { useState } from 'preact/hooks';
import { api } from '../../api';
import { Button, Empty, Outcome, PageHeading, Skeleton, Trouble, useLoad, whatFailed } from '../../components/basics';
import { FeedbackBody } from '../../components/feedback';
import { capital, dayAndClock } from '../../format';
import { Markdown } from '../../markdown';
import { Link } from '../../router';
import { text } from '../../strings';
import type { Id, PastAttempt } from '../../types';
import { start } from '../today/practice';

export function ConceptAttemptsPage({ id }: { id: Id }) {
  const concept = useLoad(() => api.concept(id), `concept ${id}`);
  const first = useLoad(() => api.attempts(id), `attempts ${id}`);
  const [older, setOlder] = useState<{ rows: PastAttempt[]; next: Id | null } | null>(null);
  const [problem, setProblem] = useState('');
  const rows = [...(first.value?.attempts ?? []), ...(older?.rows ?? [])];
  const next = older ? older.next : (first.value?.next ?? null);
  const error = first.error ?? concept.error;

  const more = async () => {
    if (!next) return;
    setProblem('');
    try {
      const page = await api.attempts(id, next);
      setOlder({ rows: [...(older?.rows ?? []), ...page.attempts], next: page.next });
    } catch (failure) {
      setProblem(whatFailed(failure));
    }
  };
  return (
    <>
      <p class="way"><Link to="/progress">{text.progress.title}</Link></p>
      <PageHeading title={concept.value?.title ?? text.progress.title}>{concept.value?.title ?? <Skeleton lines={[60]} />}</PageHeading>
      {concept.value && (
        <div class="actions start">
          <PractiseButton conceptId={id} />
          <Link class="button quiet" to={`/library/concepts/${id}`}>{text.progress.readIdea}</Link>
        </div>
      )}
      <h2>{text.progress.attempts}</h2>
      {error !== null && <Trouble error={error} again={() => { first.reload(); concept.reload(); }} />}
      {!first.value && error === null && <Skeleton lines={[40, 100, 90]} />}
      {first.value && rows.length === 0 && <Empty title={capital(text.states.new)}>{text.progress.noAttempts}</Empty>}
      <ul class="attempts">
        {rows.map((attempt) => (
          <li key={attempt.attemptId}>
            <details>
              <summary>
                <span class="quiet">{capital(dayAndClock(attempt.answeredAt))} · {text.kinds[attempt.exercise.kind]}</span>
                <span>{attempt.verdict}</span>
              </summary>
              <Markdown nodes={attempt.exercise.prompt} />
              <FeedbackBody exercise={attempt.exercise} feedback={attempt} />
            </details>
          </li>
        ))}
      </ul>
      {problem && <Outcome good={false}>{problem}</Outcome>}
      {next && <Button onClick={() => void more()}>{text.more}</Button>}
    </>
  );
}

export function PractiseButton({ conceptId }: { conceptId: Id }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const practise = async () => {
    setBusy(true);
    setProblem('');
    try {
      if (!(await start({ conceptId }))) setProblem(text.library.noneForThis);
    } catch (error) {
      setProblem(whatFailed(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Button look="primary" busy={busy} onClick={() => void practise()}>{busy ? text.library.planning : text.library.practise}</Button>
      {problem && <Outcome good={false}>{problem}</Outcome>}
    </>
  );
}
