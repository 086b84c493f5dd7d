/* Starts the client: who is signed in, which page, which service worker. */
import { Component, render, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button, PageHeading, Skeleton } from './components/basics';
import { Shell } from './components/shell';
import { useObservable } from './observable';
import { AccountPage } from './pages/account';
import { AnswersPage } from './pages/answers';
import { ExercisesPage } from './pages/exercises';
import { ConceptPage, LibraryPage, PackPage } from './pages/library';
import { PredictionsPage } from './pages/predictions';
import { ConceptAttemptsPage } from './pages/progress/concept';
import { ProgressPage } from './pages/progress';
import { SignInPage } from './pages/sign-in';
import { TeamPage } from './pages/team';
import { TodayPage } from './pages/today';
import { go, Link, match, reloadOnNextPage, usePlace } from './router';
import { has, identify, judges, me, watch, writes } from './self';
import { language, text } from './strings';
import type { Me } from './types';

/* Every page and its address. */
const PAGES: [pattern: string, page: (values: Record<string, string>, person: Me) => ComponentChildren][] = [
  ['/', () => <TodayPage />],
  ['/progress', () => <ProgressPage />],
  ['/progress/:id', ({ id }) => <ConceptAttemptsPage key={id} id={id!} />],
  ['/library', () => <LibraryPage />],
  ['/library/packs/:id', ({ id }) => <PackPage key={id} id={id!} />],
  ['/library/concepts/:id', ({ id }) => <ConceptPage key={id} id={id!} />],
  ['/account', () => <AccountPage />],
  ['/answers', () => <AnswersPage />],
  ['/exercises', (_, person) => (writes(person) ? <ExercisesPage /> : <NotFound />)],
  ['/predictions', (_, person) => (judges(person) ? <PredictionsPage /> : <NotFound />)],
  ['/team', (_, person) => (has(person, 'coach') ? <TeamPage /> : <NotFound />)],
];

function NotFound() {
  return (
    <>
      <PageHeading title={text.trouble.notFoundTitle}>{text.trouble.notFoundTitle}</PageHeading>
      <p>{text.trouble.notFound}</p>
      <Link class="button secondary" to="/">{text.trouble.home}</Link>
    </>
  );
}

function page(path: string, person: Me): ComponentChildren {
  for (const [pattern, draw] of PAGES) {
    const values = match(pattern, path);
    if (values) return draw(values, person);
  }
  return <NotFound />;
}

/* A fault in one page must not leave a white one. */
class Guard extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };
  static override getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <section class="trouble" role="alert">
        <h1>{text.trouble.crashedTitle}</h1>
        <p>{text.trouble.crashed}</p>
        <Button onClick={() => location.reload()}>{text.trouble.reload}</Button>
      </section>
    );
  }
}

function App() {
  const place = usePlace();
  const person = useObservable(me);
  const signInPage = place.path === '/sign-in';

  useEffect(() => {
    if (person === null && !signInPage) {
      const then = location.pathname + location.search;
      go(then === '/' ? '/sign-in' : `/sign-in?then=${encodeURIComponent(then)}`, true);
    }
  }, [person, signInPage]);

  const content = () => {
    if (signInPage) return <SignInPage then={place.search.get('then')} />;
    if (!person) return <Skeleton lines={[40, 100, 94, 70]} />;
    return page(place.path, person);
  };
  return (
    <Shell path={place.path}>
      <Guard key={`${place.path} ${person?.id}`}>{content()}</Guard>
    </Shell>
  );
}

function keepShell(): void {
  if (!('serviceWorker' in navigator)) return;
  const first = !navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!first) reloadOnNextPage();
  });
  void navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined);
}

document.documentElement.lang = language;
watch();
render(<App />, document.getElementById('app')!);
void identify();
window.addEventListener('load', keepShell);
