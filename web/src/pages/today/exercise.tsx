/* One exercise and its answer. The button that submits says how sure the person is. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { announce, Button, Key } from '../../components/basics';
import { ConfidenceButtons } from '../../components/confidence';
import { capital } from '../../format';
import { useKeys } from '../../keys';
import { InlineMarkdown, Markdown } from '../../markdown';
import { text } from '../../strings';
import type { Confidence, Entry, Exercise, Id } from '../../types';
import { keepDraft, readDraft } from './draft';

export interface Given {
  choices?: number[];
  text?: string;
  confidence: Confidence;
  seconds: number;
}

interface Props {
  entry: Entry;
  sessionId: Id;
  heading: ComponentChildren;
  before: string; /* the last try, to go on from */
  busy: boolean;
  failed: boolean;
  submit(given: Given): void;
  readAgain: (() => void) | null;
}

const LONGEST_SECONDS = 3600;
const LONGEST_TEXT = 8000;

/* Seconds that the exercise was in view: a phone in a pocket is not thinking time. */
function useSeconds(): () => number {
  const state = useRef({ total: 0, since: document.hidden ? null : performance.now() as number | null });
  useEffect(() => {
    const turn = () => {
      const now = state.current;
      if (document.hidden && now.since !== null) state.current = { total: now.total + performance.now() - now.since, since: null };
      else if (!document.hidden && now.since === null) state.current = { ...now, since: performance.now() };
    };
    document.addEventListener('visibilitychange', turn);
    return () => document.removeEventListener('visibilitychange', turn);
  }, []);
  return () => {
    const { total, since } = state.current;
    const seconds = (total + (since === null ? 0 : performance.now() - since)) / 1000;
    return Math.min(LONGEST_SECONDS, Math.round(seconds * 10) / 10);
  };
}

export function ExerciseForm({ entry, sessionId, heading, before, busy, failed, submit, readAgain }: Props) {
  const { exercise, position } = entry;
  const choose = exercise.kind === 'choose';
  const [draft, setDraft] = useState(() => readDraft(sessionId, position) ?? { text: before, choices: [] });
  const current = useRef(draft); /* two keys may come before one drawing */
  const [need, setNeed] = useState('');
  const seconds = useSeconds();
  const title = useRef<HTMLHeadingElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const options = useRef<HTMLFieldSetElement>(null);
  const prompt = useId();

  useLayoutEffect(() => {
    /* On a phone the keyboard would cover the question before it is read, so there the field waits for a touch. */
    if (area.current && matchMedia('(hover: hover)').matches) {
      area.current.focus();
      area.current.setSelectionRange(area.current.value.length, area.current.value.length);
    } else title.current?.focus({ preventScroll: true });
  }, []);

  const change = (next: typeof draft) => {
    current.current = next;
    setDraft(next);
    setNeed('');
    keepDraft(sessionId, position, next);
  };

  const pick = (index: number) => {
    const { choices: picked } = current.current;
    const others = picked.filter((other) => other !== index);
    const choices = !exercise.several ? [index] : others.length < picked.length ? others : [...picked, index];
    change({ ...current.current, choices });
  };

  const hand = (confidence: Confidence) => {
    const { choices, text: words } = current.current;
    const lacking = choose ? choices.length === 0 && text.session.needChoice : words.trim() === '' && text.session.needText;
    if (lacking) {
      setNeed(lacking);
      announce(lacking);
      if (choose) options.current?.querySelector('input')?.focus();
      else area.current?.focus();
      return;
    }
    submit({ ...(choose ? { choices } : { text: words.trim() }), confidence, seconds: seconds() });
  };

  useKeys('answer', (action) => {
    if (action.do === 'submit') {
      hand(action.confidence);
      return true;
    }
    const option = action.do === 'choose' && exercise.options?.[action.number - 1];
    if (!option || !choose) return false;
    pick(option.index);
    return true;
  });

  return (
    <form class="ask" onSubmit={(event) => event.preventDefault()}>
      <h1 ref={title} tabIndex={-1} class="hidden">{heading}</h1>
      {entry.reason && <p class="whence">{entry.reason}</p>}
      <Scene exercise={exercise} prompt={prompt} />
      {choose ? (
        <fieldset ref={options} class="options" aria-describedby={prompt}>
          <legend>{exercise.several ? text.session.chooseSeveral : text.session.chooseOne}</legend>
          {exercise.options?.map((option, at) => (
            <label key={option.index} class="option">
              <input
                type={exercise.several ? 'checkbox' : 'radio'}
                name={`choice-${position}`}
                checked={draft.choices.includes(option.index)}
                onChange={() => pick(option.index)}
              />
              <span class="said"><InlineMarkdown nodes={option.text} /></span>
              {at < 9 && <Key>{at + 1}</Key>}
            </label>
          ))}
        </fieldset>
      ) : (
        <div class="field">
          {exercise.kind === 'voice' && <p class="quiet">{text.session.voice}</p>}
          <textarea
            ref={area}
            rows={5}
            maxLength={LONGEST_TEXT}
            aria-label={text.session.answer}
            aria-describedby={prompt}
            placeholder={text.session.placeholder[exercise.kind as keyof typeof text.session.placeholder]}
            value={draft.text}
            onInput={(event) => change({ ...draft, text: event.currentTarget.value })}
          />
        </div>
      )}
      {need && <p class="need">{need}</p>}
      {failed && <p class="need" role="alert">{text.session.storeFailed}</p>}
      <ConfidenceButtons busy={busy} typing={!choose} submit={hand} />
      {readAgain && <Button look="quiet" onClick={readAgain}>{text.session.readAgain}</Button>}
    </form>
  );
}

/* What is asked. In a role-play it reads from top to bottom as it happens: who it is, what to find out, what they say. */
function Scene({ exercise: { scene, prompt: asked }, prompt }: { exercise: Exercise; prompt: string }) {
  if (!scene) return <div id={prompt} class="prompt"><Markdown nodes={asked} /></div>;
  const { buyer, temperament, opens } = scene;
  return (
    <div id={prompt} class="scene">
      <p><strong>{buyer}</strong><br />{capital(temperament)}</p>
      <Markdown nodes={asked} />
      <blockquote class="opens">{opens}</blockquote>
    </div>
  );
}
