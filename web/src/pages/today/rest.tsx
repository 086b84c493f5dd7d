/* Nothing under way: when the next thing comes, and the practice one may choose. */
import { useState } from 'preact/hooks';
import { Button, Outcome, PageHeading, whatFailed } from '../../components/basics';
import { minutes, returns } from '../../format';
import { useObservable } from '../../observable';
import { Link } from '../../router';
import { me } from '../../self';
import { text } from '../../strings';
import type { Today } from '../../types';
import { start } from './practice';

export function Rest({ today }: { today: Today }) {
  const person = useObservable(me);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const budget = text.time.minutes(person?.sessionMinutes ?? 5);

  const practise = async (plan: Parameters<typeof start>[0]) => {
    setBusy(true);
    setProblem('');
    try {
      if (!(await start(plan))) setProblem(text.rest.none);
    } catch (error) {
      setProblem(whatFailed(error));
    }
    setBusy(false);
  };

  if (!today.due && !today.new && !today.next)
    return (
      <>
        <PageHeading title={text.session.title}>{text.rest.empty}</PageHeading>
        <p>{text.rest.emptyWhy}</p>
        <Link class="button secondary" to="/library">{text.tabs.library}</Link>
      </>
    );
  return (
    <div class="rest">
      <PageHeading title={text.session.title}>
        {today.due ? text.rest.fading(today.due) : text.rest.nothing}
        {!today.due && today.next && text.rest.next(returns(today.next.at))}
      </PageHeading>
      {today.practisedSecondsToday > 0 && <p>{text.rest.practised(minutes(today.practisedSecondsToday))}</p>}
      <section>
        <h2>{today.due ? text.rest.moreNow : text.rest.choose}</h2>
        <ul class="choices">
          {today.due > 0 && <li><Button look="primary" busy={busy} onClick={() => void practise({})}>{text.rest.goOn(budget)}</Button></li>}
          {today.due === 0 && today.new > 0 && <li><Button busy={busy} onClick={() => void practise({})}>{text.rest.fresh(today.new)}</Button></li>}
          {today.due === 0 && today.next && <li><Button busy={busy} onClick={() => void practise({ minutes: 2, early: true })}>{text.rest.early}</Button></li>}
          <li><Link class="button secondary" to="/library">{text.rest.pick}</Link></li>
        </ul>
      </section>
      {problem && <Outcome good={false}>{problem}</Outcome>}
    </div>
  );
}
