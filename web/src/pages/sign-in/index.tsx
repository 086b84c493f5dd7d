/* Signing in: by password, or by a link that is sent to the person. */
import { useEffect, useState } from 'preact/hooks';
import { api, ApiError, OfflineError } from '../../api';
import { Button, Field, Outcome, PageHeading, Skeleton } from '../../components/basics';
import { go } from '../../router';
import { signedIn } from '../../self';
import { text } from '../../strings';
import type { Me } from '../../types';

/* Only a path of ours may follow signing in. The browser says what is ours: it drops tabs and turns backslashes, so "/<tab>/elsewhere" would be
 * another site. */
export function safePath(then: string | null): string {
  if (!then?.startsWith('/')) return '/';
  const url = new URL(then, location.origin);
  return url.origin === location.origin && !url.pathname.startsWith('/sign-in') ? url.pathname + url.search : '/';
}

/* The link in the mail carries its token behind "#", so it reaches no log. It is taken out of the address before anything else. */
function takeToken(): string | null {
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token || null;
}

function reasonOf(error: unknown, refused: string): string {
  if (error instanceof OfflineError) return text.signIn.offline;
  if (error instanceof ApiError && error.status === 429) return text.trouble.slowDown;
  if (error instanceof ApiError && error.status === 401) return refused;
  return error instanceof ApiError ? error.message : text.trouble.error;
}

export function SignInPage({ then }: { then: string | null }) {
  const [token, setToken] = useState(takeToken);
  const [byLink, setByLink] = useState(false);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [sentTo, setSentTo] = useState('');

  const enter = async (person: Me) => {
    await signedIn(person);
    go(safePath(then), true);
  };

  useEffect(() => {
    if (!token) return;
    api.signInByToken(token).then(enter, (error: unknown) => {
      setToken(null);
      setByLink(true);
      setProblem(reasonOf(error, text.signIn.expired));
    });
  }, [token]);

  /* A link that is followed while this page is open changes only what is behind "#". */
  useEffect(() => {
    const followed = () => setToken(takeToken());
    window.addEventListener('hashchange', followed);
    return () => window.removeEventListener('hashchange', followed);
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setProblem('');
    setSentTo('');
    if (!email.trim() || (!byLink && !password)) {
      setProblem(byLink ? text.signIn.missingEmail : text.signIn.missing);
      return;
    }
    setBusy(true);
    try {
      if (byLink) {
        await api.sendLink(email.trim());
        setSentTo(email.trim());
      } else await enter(await api.signIn(email.trim(), password));
    } catch (error) {
      setProblem(reasonOf(error, text.signIn.wrong));
    }
    setBusy(false);
  };

  if (token)
    return (
      <div class="sign-in">
        <p class="brand">{text.name}</p>
        <PageHeading title={text.signIn.title}>{text.signIn.working}</PageHeading>
        <Skeleton lines={[70, 50]} />
      </div>
    );
  return (
    <div class="sign-in">
      <p class="brand">{text.name}</p>
      <PageHeading title={text.signIn.title}>{text.signIn.title}</PageHeading>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Field label={text.signIn.email} name="email" type="email" inputMode="email" autocomplete="username" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
        {!byLink && (
          <Field label={text.signIn.password} name="password" type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        )}
        {problem && <Outcome good={false}>{problem}</Outcome>}
        {sentTo && <Outcome good>{text.signIn.linkSent(sentTo)}</Outcome>}
        <div class="actions">
          <Button look="primary" type="submit" busy={busy}>
            {byLink ? (busy ? text.signIn.sending : text.signIn.sendLink) : busy ? text.signIn.working : text.signIn.submit}
          </Button>
          <Button look="quiet" onClick={() => { setByLink(!byLink); setProblem(''); setSentTo(''); }}>
            {byLink ? text.signIn.usePassword : text.signIn.link}
          </Button>
        </div>
      </form>
    </div>
  );
}
