/* Account: who one is, how long a session is, the password, where one is signed in, signing out. */
import { useState } from 'preact/hooks';
import { api } from '../../api';
import { Button, Field, Outcome, PageHeading, Skeleton, Trouble, useLoad, whatFailed } from '../../components/basics';
import { keysShown } from '../../components/shell';
import { dayAndClock } from '../../format';
import { useObservable } from '../../observable';
import { kept, me, signedIn, signOut } from '../../self';
import { text } from '../../strings';
import type { Id, Me } from '../../types';

type Result = { good: boolean; words: string } | null;

export function AccountPage() {
  const person = useObservable(me);
  const waiting = useObservable(kept).length;
  const [problem, setProblem] = useState('');
  if (!person) return null;
  return (
    <>
      <PageHeading title={text.account.title}>{text.account.title}</PageHeading>
      <p class="quiet">{person.email} · {text.account.in(person.organisation.name, person.team?.name ?? null)}</p>
      <About person={person} />
      <Password person={person} />
      <SignIns />
      <section class="desktop">
        <h2>{text.account.keys}</h2>
        <div class="actions"><Button onClick={() => keysShown.set(true)}>{text.account.showKeys}</Button></div>
      </section>
      <section>
        <h2>{text.account.signOut}</h2>
        {waiting > 0 && <p>{text.account.signOutKept(waiting)}</p>}
        {problem && <Outcome good={false}>{problem}</Outcome>}
        <div class="actions"><Button onClick={() => signOut().catch((error: unknown) => setProblem(whatFailed(error)))}>{text.account.signOut}</Button></div>
      </section>
    </>
  );
}

/* The server's list may know other zones than this browser's; the present one is always in the list. */
function zones(present: string): string[] {
  const list = (Intl as unknown as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.('timeZone') ?? [];
  return [...new Set([present, 'UTC', ...list])].filter(Boolean).sort();
}

function About({ person }: { person: Me }) {
  const [name, setName] = useState(person.name);
  const [minutes, setMinutes] = useState(String(person.sessionMinutes));
  const [timeZone, setTimeZone] = useState(person.timeZone);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setResult(null);
    try {
      await signedIn(await api.changeMe({ name: name.trim(), sessionMinutes: Number(minutes), timeZone }));
      setResult({ good: true, words: text.account.saved });
    } catch (error) {
      setResult({ good: false, words: whatFailed(error) });
    }
    setBusy(false);
  };
  return (
    <section>
      <h2>{text.account.about}</h2>
      <form onSubmit={(event) => void save(event)}>
        <Field label={text.account.name} name="name" autocomplete="name" required maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <Field label={text.account.minutes} hint={text.account.minutesHint} name="minutes" type="number" inputMode="numeric" min={2} max={20} required value={minutes} onInput={(event) => setMinutes(event.currentTarget.value)} />
        <div class="field">
          <label for="time-zone">{text.account.timeZone}</label>
          <select id="time-zone" value={timeZone} onChange={(event) => setTimeZone(event.currentTarget.value)}>
            {zones(person.timeZone).map((zone) => <option key={zone} value={zone}>{zone.replace(/_/g, ' ')}</option>)}
          </select>
        </div>
        {result && <Outcome good={result.good}>{result.words}</Outcome>}
        <div class="actions start"><Button look="primary" type="submit" busy={busy}>{busy ? text.account.saving : text.account.save}</Button></div>
      </form>
    </section>
  );
}

function Password({ person }: { person: Me }) {
  const [current, setCurrent] = useState('');
  const [fresh, setFresh] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>(null);
  const change = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (fresh.length < 10) {
      setResult({ good: false, words: text.account.tooShort });
      return;
    }
    setBusy(true);
    setResult(null);
    try {
      await api.changePassword(fresh, person.hasPassword ? current : undefined);
      await signedIn(await api.me());
      setCurrent('');
      setFresh('');
      setResult({ good: true, words: text.account.changed });
    } catch (error) {
      setResult({ good: false, words: whatFailed(error) });
    }
    setBusy(false);
  };
  return (
    <section>
      <h2>{text.account.password}</h2>
      {!person.hasPassword && <p>{text.account.passwordNone}</p>}
      <form onSubmit={(event) => void change(event)} noValidate>
        {/* password managers tie the new password to this name */}
        <input class="hidden" type="email" name="email" autocomplete="username" value={person.email} readOnly tabIndex={-1} aria-hidden="true" />
        {person.hasPassword && <Field label={text.account.current} name="current" type="password" autocomplete="current-password" value={current} onInput={(event) => setCurrent(event.currentTarget.value)} />}
        <Field label={text.account.fresh} hint={text.account.freshHint} name="new" type="password" autocomplete="new-password" minLength={10} maxLength={200} value={fresh} onInput={(event) => setFresh(event.currentTarget.value)} />
        {result && <Outcome good={result.good}>{result.words}</Outcome>}
        <div class="actions start"><Button type="submit" busy={busy}>{person.hasPassword ? text.account.change : text.account.set}</Button></div>
      </form>
    </section>
  );
}

/* "Firefox on Android" from what browsers say about themselves: enough to recognise one's own devices. */
export function deviceOf(userAgent: string): string {
  const first = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = first([[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/Chrom(e|ium)\//, 'Chrome'], [/Safari\//, 'Safari']]);
  const system = first([[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]);
  if (browser && system) return text.account.device(browser, system);
  return userAgent.slice(0, 60) || text.account.unknownDevice;
}

function SignIns() {
  const { value, error, reload } = useLoad(api.signIns, 'sign-ins');
  const [result, setResult] = useState<Result>(null);
  const revoke = async (id: Id) => {
    try {
      await api.revokeSignIn(id);
      setResult({ good: true, words: text.account.revoked });
      reload();
    } catch (failure) {
      setResult({ good: false, words: whatFailed(failure) });
    }
  };
  return (
    <section>
      <h2>{text.account.signIns}</h2>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && <Skeleton lines={[60, 40]} />}
      <ul class="sign-ins">
        {value?.signIns.map((signIn) => (
          <li key={signIn.id}>
            <div>
              <p>{deviceOf(signIn.userAgent)}{signIn.current && <strong> · {text.account.here}</strong>}</p>
              <p class="quiet">{text.account.seen(dayAndClock(signIn.seenAt))}</p>
            </div>
            {!signIn.current && <Button onClick={() => void revoke(signIn.id)}>{text.account.revoke}</Button>}
          </li>
        ))}
      </ul>
      {result && <Outcome good={result.good}>{result.words}</Outcome>}
    </section>
  );
}
