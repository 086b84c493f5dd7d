/* Today: the first exercise at once, or a sentence about when the next one comes. */
import { useEffect } from 'preact/hooks';
import { Hidden, PageHeading, Skeleton, Trouble } from '../../components/basics';
import { useObservable } from '../../observable';
import { online } from '../../self';
import { text } from '../../strings';
import { load, practice } from './practice';
import { Rest } from './rest';
import { SessionPage } from './session';

export function TodayPage() {
  const state = useObservable(practice);
  const connected = useObservable(online);
  useEffect(() => {
    if (state.at !== 'session') void load();
  }, []);
  useEffect(() => {
    if (connected && state.at === 'unplanned') void load();
  }, [connected]);

  switch (state.at) {
    case 'loading':
      return (
        <div class="exercise">
          <Hidden><PageHeading title={text.session.title} focus={false}>{text.session.title}</PageHeading></Hidden>
          <div class="progress-line" />
          <Skeleton lines={[40]} />
          <Skeleton lines={[100, 94, 70]} />
          <Skeleton lines={[100, 100, 100, 100]} />
        </div>
      );
    case 'session':
      return <SessionPage key={state.session.id} session={state.session} />;
    case 'rest':
      return <Rest today={state.today} />;
    case 'unplanned':
      return (
        <>
          <PageHeading title={text.session.title}>{text.trouble.offlineTitle}</PageHeading>
          <p>{text.rest.offline}</p>
        </>
      );
    case 'trouble':
      return (
        <>
          <PageHeading title={text.session.title}>{text.session.title}</PageHeading>
          <Trouble error={state.error} again={() => void load()} />
        </>
      );
  }
}
