/* Feedback to one answer, wherever it is shown: in the session, later, or among past answers. */
import { capital, returns } from '../format';
import { InlineMarkdown, Markdown } from '../markdown';
import { text } from '../strings';
import type { Exercise, Feedback } from '../types';
import { Evidence } from './evidence';
import { Hidden, Sign } from './basics';

export function FeedbackBody({ exercise, feedback }: { exercise: Exercise; feedback: Feedback }) {
  const misconceptions = feedback.misconceptions ?? [];
  const corrections = misconceptions.length > 0 && (
    <section class="corrections">
      {feedback.confidentlyWrong && <h3>{text.feedback.first}</h3>}
      {misconceptions.map(({ name, correction }) => (
        <div key={name} class="meaning misconception">
          <Sign meaning="misconception" />
          <div><p><Hidden>{text.feedback.misconception}: </Hidden><strong>{capital(name)}</strong></p><Markdown nodes={correction} /></div>
        </div>
      ))}
    </section>
  );
  return (
    <div class="feedback-body">
      {feedback.grader === 'model' && <p class="quiet">{text.feedback.secondLook}</p>}
      {feedback.confidentlyWrong && corrections}
      {feedback.options ? <Options exercise={exercise} feedback={feedback} /> : <Words feedback={feedback} />}
      {!feedback.confidentlyWrong && corrections}
      {feedback.next && <p class="next-step"><strong>{text.feedback.nextStep}:</strong> {feedback.next}</p>}
      {exercise.followUp?.length ? <section><h3>{text.feedback.followUp}</h3><Markdown nodes={exercise.followUp} /></section> : null}
      {feedback.models?.length ? (
        <details class="model">
          <summary>{feedback.models.length > 1 ? text.feedback.models : text.feedback.model}</summary>
          {feedback.models.map((model, at) => <blockquote key={at}><Markdown nodes={model} /></blockquote>)}
        </details>
      ) : null}
      <p class="quiet">
        {text.feedback.saidSure(text.confidence[feedback.confidence])} {text.feedback.grader(feedback.grader, feedback.certainty)}{' '}
        {feedback.memory && (feedback.added ? text.feedback.returnsSoon : text.feedback.returns(returns(feedback.memory.dueAt)))}
      </p>
    </div>
  );
}

function Words({ feedback }: { feedback: Feedback }) {
  const criteria = feedback.criteria ?? [];
  const there = criteria.filter(({ verdict }) => verdict === 'there');
  const open = criteria.filter(({ verdict }) => verdict !== 'there');
  return (
    <>
      {feedback.text && (
        <section>
          <h3>{text.feedback.your}</h3>
          <Evidence words={feedback.text} criteria={criteria} misconceptions={feedback.misconceptions ?? []} />
        </section>
      )}
      {there.length > 0 && (
        <ul class="meanings" aria-label={text.feedback.wasThere}>
          {there.map(({ name }) => <li key={name} class="meaning there"><Sign meaning="there" /><span><Hidden>{text.feedback.there}: </Hidden>{capital(name)}</span></li>)}
        </ul>
      )}
      {open.length > 0 && (
        <section>
          <h3>{text.feedback.stillMissing}</h3>
          <ul class="meanings">
            {open.map(({ name, verdict }) => (
              <li key={name} class="meaning missing">
                <Sign meaning={verdict === 'partly' ? 'partly' : 'missing'} />
                <span>{capital(name)}{verdict === 'partly' && <span class="quiet"> · {text.feedback.partly}</span>}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/* What was chosen with the author's line; the other options are folded, so that trying again is still a try. */
function Options({ exercise, feedback }: { exercise: Exercise; feedback: Feedback }) {
  const options = feedback.options ?? [];
  const words = (index: number) => exercise.options?.find((option) => option.index === index)?.text ?? [];
  const line = ({ index, chosen, correct, feedback: why }: (typeof options)[number]) => {
    const meaning = correct ? (chosen ? 'there' : 'missing') : 'misconception';
    const label = correct ? (chosen ? text.feedback.correct : text.feedback.missed) : text.feedback.wrong;
    return (
      <li key={index} class={`meaning ${chosen || correct ? meaning : 'plain'}`}>
        {chosen || correct ? <Sign meaning={meaning} /> : <span class="sign" />}
        <div>
          <p class="said"><Hidden>{label}: </Hidden><InlineMarkdown nodes={words(index)} /></p>
          <Markdown nodes={why} />
        </div>
      </li>
    );
  };
  const chosen = options.filter((option) => option.chosen);
  const others = options.filter((option) => !option.chosen);
  return (
    <>
      <section>
        <h3>{text.feedback.yourChoice}</h3>
        <ul class="meanings">{chosen.map(line)}</ul>
      </section>
      {others.length > 0 && (
        <details class="model">
          <summary>{text.feedback.allOptions}</summary>
          <ul class="meanings">{others.map(line)}</ul>
        </details>
      )}
    </>
  );
}
