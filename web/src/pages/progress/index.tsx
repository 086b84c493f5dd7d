/* Progress: each skill as a line of concepts, how often right when sure, what comes back, practised days. */
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../../api';
import { announce, Empty, PageHeading, Skeleton, Trouble, useLoad } from '../../components/basics';
import { Calibration, Dots, Dumbbell, Forecast } from '../../components/pictures';
import { percent } from '../../format';
import { Link } from '../../router';
import { text } from '../../strings';
import type { Progress, ProgressConcept, Unseen } from '../../types';
import { ChallengeWish } from './challenge';

const QUIET_MS = 400; /* several answers at once from another device are one change here */

/* Tells when progress changed elsewhere. Closed while nobody looks: an open stream keeps a phone's radio awake. */
function useEvents(changed: () => void): void {
  const latest = useRef(changed);
  latest.current = changed;
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), QUIET_MS);
    };
    const turn = () => {
      if (document.hidden) {
        source?.close();
        source = null;
      } else if (!source) {
        source = new EventSource('/api/v1/events');
        source.addEventListener('attempt', soon);
        source.addEventListener('session', soon);
      }
    };
    const returned = () => {
      turn();
      if (!document.hidden) soon(); /* what happened while the stream was closed */
    };
    turn();
    document.addEventListener('visibilitychange', returned);
    return () => {
      document.removeEventListener('visibilitychange', returned);
      clearTimeout(timer);
      source?.close();
    };
  }, []);
}

export function ProgressPage() {
  const { value, error, reload } = useLoad(api.progress, 'progress');
  const live = useRef(false);
  useEvents(() => {
    live.current = true;
    reload();
  });
  useEffect(() => {
    if (value && live.current) announce(text.progress.live);
  }, [value]);
  const begun = value?.skills.some(({ concepts }) => concepts.some(({ attempts }) => attempts > 0));
  return (
    <>
      <PageHeading title={text.progress.title}>{text.progress.title}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && [0, 1, 2].map((at) => <Skeleton key={at} lines={[35, 100, 100, 100]} />)}
      {value && !begun && (
        <Empty title={text.progress.emptyTitle} action={<Link class="button primary" to="/">{text.progress.begin}</Link>}>{text.progress.empty}</Empty>
      )}
      {value && begun && <Full progress={value} />}
    </>
  );
}

function Full({ progress }: { progress: Progress }) {
  return (
    <>
      <section>
        <h2>{text.progress.practice}</h2>
        <Dots days={progress.practice} />
      </section>
      <section>
        <h2>{text.progress.skills}</h2>
        <p class="quiet">{text.progress.legend}</p>
        <p class="quiet">{text.progress.unseenLegend}</p>
        {progress.skills.map((skill) => <Skill key={`${skill.pack.id}.${skill.id}`} skill={skill} />)}
      </section>
      <section>
        <h2>{text.challenge.title}</h2>
        <ChallengeWish challenge={progress.challenge} />
      </section>
      <section>
        <h2>{text.progress.confidence}</h2>
        <Calibration levels={progress.confidence} />
      </section>
      <section>
        <h2>{text.progress.forecast}</h2>
        <Forecast days={progress.forecast} />
      </section>
    </>
  );
}

const ENOUGH_ANSWERS = 5; /* with fewer the plausible range covers nearly everything */

function unseenLine({ attempts, right, low, high }: Unseen): string {
  return attempts < ENOUGH_ANSWERS ? text.progress.unseenFew(right, attempts) : text.progress.unseen(right, attempts, percent(low), percent(high));
}

/* The weakest first: it is the line that says something. */
const byStrength = (a: ProgressConcept, b: ProgressConcept) => Number(b.state === 'sure-and-wrong') - Number(a.state === 'sure-and-wrong') || (a.now ?? 2) - (b.now ?? 2);

function Skill({ skill }: { skill: Progress['skills'][number] }) {
  const begun = skill.concepts.filter(({ attempts, now }) => attempts > 0 || now !== null).sort(byStrength);
  const rest = skill.concepts.filter((concept) => !begun.includes(concept));
  return (
    <section class="skill">
      <h3>{skill.name} <small>{skill.pack.title}</small></h3>
      {skill.unseen.attempts > 0 && <p>{unseenLine(skill.unseen)}</p>}
      {begun.length > 0 && <ul class="concepts">{begun.map((concept) => <Line key={concept.id} concept={concept} />)}</ul>}
      {rest.length > 0 && (
        <details>
          <summary>{text.progress.notBegun(rest.length)}</summary>
          <ul class="plain">{rest.map(({ id, title }) => <li key={id}><Link to={`/library/concepts/${id}`}>{title}</Link></li>)}</ul>
        </details>
      )}
    </section>
  );
}

function Line({ concept }: { concept: ProgressConcept }) {
  const { now, inFourWeeks } = concept;
  return (
    <li>
      <Link class="line" to={`/progress/${concept.id}`}>
        <span class="name">{concept.title}</span>
        <span class={`word ${concept.state}`}>{text.states[concept.state]}</span>
        {now !== null && inFourWeeks !== null && (
          <>
            <span class="numbers">{percent(now)} <span class="hidden">{text.progress.now}, </span><span aria-hidden="true">→</span> {percent(inFourWeeks)}<span class="hidden"> {text.progress.inFourWeeks}</span></span>
            <Dumbbell now={now} later={inFourWeeks} />
          </>
        )}
      </Link>
    </li>
  );
}
