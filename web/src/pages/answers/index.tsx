/* Answers that wait or were refused, and feedback that came after its exercise had left the screen. */
import { Button, Empty, PageHeading } from '../../components/basics';
import { FeedbackBody } from '../../components/feedback';
import { InlineMarkdown, Markdown } from '../../markdown';
import { useObservable } from '../../observable';
import type { Kept } from '../../queue';
import { Link } from '../../router';
import { delivered, kept, queue } from '../../self';
import { text } from '../../strings';

export function AnswersPage() {
  const rows = useObservable(kept);
  const late = useObservable(delivered);
  const refused = rows.filter(({ refusal }) => refusal !== null);
  const waiting = rows.filter(({ refusal }) => refusal === null);
  return (
    <>
      <PageHeading title={text.queue.pageTitle}>{text.queue.pageTitle}</PageHeading>
      {!rows.length && !late.length && (
        <Empty title={text.queue.deliveredTitle} action={<Link class="button secondary" to="/">{text.trouble.home}</Link>}>{text.queue.empty}</Empty>
      )}
      {refused.length > 0 && (
        <section>
          <h2>{text.queue.refusedTitle}</h2>
          {refused.map((row) => (
            <article key={row.key} class="late">
              <h3>{row.entry.concept.title}</h3>
              <p>{text.queue.refusedWhy(row.refusal ?? '')}</p>
              <Given kept={row} />
              <Button onClick={() => void queue.discard(row.key)}>{text.queue.discard}</Button>
            </article>
          ))}
        </section>
      )}
      {waiting.length > 0 && (
        <section>
          <h2>{text.queue.waitingTitle}</h2>
          {waiting.map((row) => <article key={row.key} class="late"><h3>{row.entry.concept.title}</h3><Given kept={row} /></article>)}
        </section>
      )}
      {late.length > 0 && (
        <section>
          <h2>{text.queue.deliveredTitle}</h2>
          {late.map(({ kept: row, feedback }) => (
            <article key={row.key} class="late">
              <h3>{row.entry.concept.title}</h3>
              <p class="quiet"><InlineMarkdown nodes={row.entry.exercise.prompt} /></p>
              <p><strong>{feedback.verdict}</strong></p>
              <FeedbackBody exercise={row.entry.exercise} feedback={feedback} />
            </article>
          ))}
          <Button onClick={() => delivered.set([])}>{text.end.done}</Button>
        </section>
      )}
    </>
  );
}

function Given({ kept: { answer, entry } }: { kept: Kept }) {
  return (
    <>
      <div class="quiet"><Markdown nodes={entry.exercise.prompt} /></div>
      <blockquote class="evidence" aria-label={text.queue.yourAnswer}>
        {answer.text ?? entry.exercise.options?.filter(({ index }) => answer.choices?.includes(index)).map((option) => <p key={option.index}><InlineMarkdown nodes={option.text} /></p>)}
      </blockquote>
    </>
  );
}
