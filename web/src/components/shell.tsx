/* What surrounds a page: skip link, pages to go to, the quiet line about waiting answers, the list of keys. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { singleKeys, useKeys } from '../keys';
import { observable, useObservable } from '../observable';
import { Link } from '../router';
import { delivered, has, judges, kept, me, online, writes } from '../self';
import { durable } from '../storage';
import { text } from '../strings';
import type { Me } from '../types';
import { Announcer, Button, Hidden } from './basics';

export const keysShown = observable(false);

export function Shell({ path, children }: { path: string; children: ComponentChildren }) {
  const person = useObservable(me);
  useKeys('other', (action) => {
    if (action.do !== 'help') return false;
    keysShown.set(true);
    return true;
  });
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault(); /* moves the focus without leaving a fragment in the address */
        document.getElementById('content')?.focus();
      }}>{text.skip}</a>
      <div class={person ? 'shell' : 'shell alone'}>
        {person && (
          <header class="top">
            <Link to="/" class="brand" label={`${text.name}: ${text.tabs.today}`}>{text.name}</Link>
            <Link to="/account" class="self" current={path === '/account'}><span>{initials(person.name)}</span><Hidden> {text.tabs.account}</Hidden></Link>
          </header>
        )}
        {person && <Tabs path={path} person={person} />}
        <main id="content" tabIndex={-1}>
          <QueueLine path={path} />
          {children}
        </main>
      </div>
      <Announcer />
      <Keys />
    </>
  );
}

const initials = (name: string) => name.split(/\s+/).filter(Boolean).map((word) => [...word][0]).filter((_, at, all) => at === 0 || at === all.length - 1).join('').toUpperCase();

const ICONS = {
  today: 'M4 6h16M4 12h10M4 18h6',
  progress: 'M4 5c2 8 7 12 16 13M4 20h16',
  library: 'M5 4h5v16H5zM10 4h5v16h-5zM16 5l4-1 2 15-4 1z',
  exercises: 'M4 6l2 2 3-4M12 6h8M4 13l2 2 3-4M12 13h8M5 20h3M12 20h8',
  predictions: 'M4 20V4M4 20h16M7 16L18 6M9 12v5M14 8v4',
  team: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6M17 14c2.5 .5 4 2.5 4 6',
};

/* `rail`: only where there is room for a rail; a phone reaches the page from another one. */
function Tabs({ path, person }: { path: string; person: Me }) {
  const tab = (name: keyof typeof ICONS, to: string, rail = false) => (
    <li class={rail ? 'rail' : undefined}>
      <Link to={to} current={to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)}>
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d={ICONS[name]} /></svg>
        <span>{text.tabs[name]}</span>
      </Link>
    </li>
  );
  return (
    <nav class="tabs" aria-label={text.tabs.label}>
      <ul>
        {tab('today', '/')}
        {tab('progress', '/progress')}
        {tab('library', '/library')}
        {has(person, 'coach') && tab('team', '/team')}
        {writes(person) && tab('exercises', '/exercises')}
        {judges(person) && tab('predictions', '/predictions', true)}
      </ul>
    </nav>
  );
}

const PATIENCE_MS = 1200; /* an answer that is on its way for a moment is nothing to talk about */

function QueueLine({ path }: { path: string }) {
  const rows = useObservable(kept);
  const connected = useObservable(online);
  const late = useObservable(delivered);
  const person = useObservable(me);
  const waiting = rows.filter((row) => row.refusal === null).length;
  const refused = rows.length - waiting;
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    setPatient(true);
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting > 0]);

  const lines: ComponentChildren[] = [];
  if (person) {
    if (waiting && (!connected || !patient)) lines.push(<>{text.queue.waiting(waiting, !connected)}{!durable && ` ${text.queue.notDurable}`}</>);
    else if (!connected) lines.push(text.queue.offline);
    if (refused) lines.push(<>{text.queue.refused(refused)} {path !== '/answers' && <Link to="/answers">{text.queue.why}</Link>}</>);
    if (late.length && !waiting && path !== '/answers') lines.push(<>{text.queue.sent(late.length)} <Link to="/answers">{text.queue.see}</Link></>);
  }
  return (
    <div class="queue-line" role="status" aria-live="polite">
      {lines.map((line, at) => <p key={at}>{line}</p>)}
    </div>
  );
}

function Keys() {
  const shown = useObservable(keysShown);
  const dialog = useRef<HTMLDialogElement>(null);
  const [single, setSingle] = useState(singleKeys.get);
  useEffect(() => {
    if (shown && !dialog.current?.open) dialog.current?.showModal();
    if (!shown && dialog.current?.open) dialog.current.close();
  }, [shown]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={() => keysShown.set(false)}>
      <h2 id="keys-title">{text.keys.title}</h2>
      <dl>
        {text.keys.rows.map(([key, meaning]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{meaning}</dd></div>)}
      </dl>
      <label class="check">
        <input type="checkbox" checked={single} onChange={(event) => {
          singleKeys.set(event.currentTarget.checked);
          setSingle(event.currentTarget.checked);
        }} />
        <span>{text.keys.single}<small>{text.keys.singleHint}</small></span>
      </label>
      <Button look="primary" onClick={() => keysShown.set(false)}>{text.keys.close}</Button>
    </dialog>
  );
}
