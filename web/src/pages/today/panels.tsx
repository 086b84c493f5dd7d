/* What comes around an exercise: the idea before it; after it the feedback, or word that the answer is kept. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../../components/basics';
import { FeedbackBody } from '../../components/feedback';
import { useKeys } from '../../keys';
import { Markdown } from '../../markdown';
import { useObservable } from '../../observable';
import { online } from '../../self';
import { text } from '../../strings';
import type { Entry, Feedback } from '../../types';

/* A heading that takes the focus, because it is what changed. */
function Changed({ children, class: name }: { children: ComponentChildren; class?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return <h1 ref={heading} tabIndex={-1} class={name}>{children}</h1>;
}

function useNext(next: () => void, retry?: () => void): void {
  useKeys('feedback', (action) => {
    if (action.do === 'next') next();
    else if (action.do === 'retry' && retry) retry();
    else return false;
    return true;
  });
}

const nextLabel = (last: boolean) => (last ? text.session.finish : text.session.next);

export function Introduction({ entry, go }: { entry: Entry; go(): void }) {
  useNext(go);
  return (
    <>
      <p class="whence">{text.session.introduction}</p>
      <Changed>{entry.concept.title}</Changed>
      <div class="idea"><Markdown nodes={entry.concept.text} /></div>
      <div class="actions"><Button look="primary" hint="Enter" onClick={go}>{text.session.toExercise}</Button></div>
    </>
  );
}

interface FeedbackProps {
  entry: Entry;
  feedback: Feedback;
  last: boolean;
  next(): void;
  retry(): void;
}

export function FeedbackPanel({ entry, feedback, last, next, retry }: FeedbackProps) {
  /* The focus goes to the region, whose name is short; the verdict itself is said by the live region, once. */
  const region = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    region.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  useNext(next, retry);
  return (
    <section ref={region} tabIndex={-1} class="feedback" aria-label={text.feedback.label}>
      {feedback.tryNumber > 1 && <p class="whence">{text.feedback.tryNumber(feedback.tryNumber)}</p>}
      <h1 class="verdict">{feedback.verdict}</h1>
      <h2 class="hidden">{entry.concept.title}</h2>
      <details class="model asked">
        <summary>{entry.concept.title}</summary>
        <Markdown nodes={entry.exercise.prompt} />
      </details>
      <FeedbackBody exercise={entry.exercise} feedback={feedback} />
      <div class="actions">
        <Button hint="R" onClick={retry}>{text.session.retry}</Button>
        <Button look="primary" hint="Enter" onClick={next}>{nextLabel(last)}</Button>
      </div>
    </section>
  );
}

export function KeptPanel({ last, next }: { last: boolean; next(): void }) {
  const connected = useObservable(online);
  useNext(next);
  return (
    <>
      <Changed>{text.session.keptTitle}</Changed>
      <p>{connected ? text.session.keptSlow : text.session.kept}</p>
      <div class="actions"><Button look="primary" hint="Enter" onClick={next}>{nextLabel(last)}</Button></div>
    </>
  );
}

export function RefusedPanel({ reason, last, next }: { reason: string; last: boolean; next(): void }) {
  useNext(next);
  return (
    <>
      <Changed>{text.session.refusedTitle}</Changed>
      <p>{text.session.refused(reason)}</p>
      <div class="actions"><Button look="primary" hint="Enter" onClick={next}>{nextLabel(last)}</Button></div>
    </>
  );
}
