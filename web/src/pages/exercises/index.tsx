/* Exercises, for those who write them: what answers say about each, with how sure that is. */
import { useEffect, useId, useState } from 'preact/hooks';
import { api } from '../../api';
import { announce, Button, Empty, Outcome, PageHeading, Skeleton, Trouble, useLoad, whatFailed } from '../../components/basics';
import { IntervalLine } from '../../components/pictures';
import { percent } from '../../format';
import { Link } from '../../router';
import { text } from '../../strings';
import type { Id, Interval, Item, ItemFlag } from '../../types';

const FLAGS: ItemFlag[] = ['teaches-nothing', 'tells-nobody-apart', 'too-few-answers'];
const words = text.items;

const decimal = (value: number) => value.toFixed(2).replace('-', '−');
const range = ({ estimate, low, high }: Interval, say: (value: number) => string) => words.range(say(estimate), say(low), say(high));

export function ExercisesPage() {
  const [flag, setFlag] = useState<ItemFlag | ''>('');
  const { value, error, reload } = useLoad(() => api.items(flag || undefined), `items ${flag}`);
  return (
    <>
      <PageHeading title={words.title}>{words.title}</PageHeading>
      <p class="quiet">{words.about}</p>
      <p><Link to="/predictions">{text.predictions.link}</Link></p>
      <FlagChoice flag={flag} choose={setFlag} />
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && [0, 1, 2].map((at) => <Skeleton key={at} lines={[40, 70, 70, 70]} />)}
      {value?.exercises.length === 0 && (flag ? <Empty title={words.noneTitle}>{words.none}</Empty> : <Empty title={words.emptyTitle}>{words.empty}</Empty>)}
      {value && value.exercises.length > 0 && <List key={flag} first={value} flag={flag || undefined} />}
      <details>
        <summary>{words.numbers}</summary>
        <p>{words.successWhy}</p>
        <p>{words.discriminationWhy}</p>
        {FLAGS.map((one) => <p key={one}>{text.items.flags[one]}: {words.flagWhy[one]}</p>)}
      </details>
    </>
  );
}

function FlagChoice({ flag, choose }: { flag: ItemFlag | ''; choose: (flag: ItemFlag | '') => void }) {
  const id = useId();
  return (
    <div class="flag-choice">
      <label for={id}>{words.show}</label>
      <select id={id} value={flag} onChange={(event) => choose(event.currentTarget.value as ItemFlag | '')}>
        <option value="">{words.all}</option>
        {FLAGS.map((one) => <option key={one} value={one}>{words.flags[one]}</option>)}
      </select>
    </div>
  );
}

interface Page {
  exercises: Item[];
  next: Id | null;
}

function List({ first, flag }: { first: Page; flag?: ItemFlag }) {
  const [page, setPage] = useState(first);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => setPage(first), [first]);

  const more = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const next = await api.items(flag, page.next!);
      const exercises = [...page.exercises, ...next.exercises];
      setPage({ exercises, next: next.next });
      announce(words.listed(exercises.length));
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };

  return (
    <>
      {byPack(page.exercises).map(({ id, title, items }) => (
        <section key={id}>
          <h2>{title}</h2>
          <ul class="items">{items.map((item) => <ItemRow key={item.id} item={item} />)}</ul>
        </section>
      ))}
      {failed !== null && <Outcome good={false}>{whatFailed(failed)}</Outcome>}
      {page.next && <Button busy={busy} onClick={() => void more()}>{text.more}</Button>}
    </>
  );
}

function byPack(items: Item[]): { id: Id; title: string; items: Item[] }[] {
  const packs = new Map<Id, { id: Id; title: string; items: Item[] }>();
  for (const item of items) {
    const pack = packs.get(item.pack.id) ?? { ...item.pack, items: [] };
    pack.items.push(item);
    packs.set(item.pack.id, pack);
  }
  return [...packs.values()];
}

function ItemRow({ item }: { item: Item }) {
  const row = (name: string, value: Interval | null, say: (value: number) => string, from: number) => (
    <div>
      <dt>{name}</dt>
      <dd>{value ? range(value, say) : words.unknown}</dd>
      {value && <dd class="drawn"><IntervalLine value={value} from={from} /></dd>}
    </div>
  );
  return (
    <li>
      <h3><Link to={`/library/concepts/${item.concept.id}`}>{item.concept.title}</Link></h3>
      <p class="quiet">{text.kinds[item.kind]} · {item.slug} · {words.answers(item.answers)}</p>
      {item.flags.map((flag) => <span key={flag} class="word">{words.flags[flag]}</span>)}
      <dl>
        {item.answers > 0 && row(words.right, item.right, percent, 0)}
        {row(words.success, item.success, percent, 0)}
        {item.answers > 0 && row(words.discrimination, item.discrimination, decimal, -1)}
        <div>
          <dt>{words.difficulty}</dt>
          <dd>{words.difficultyValue(decimal(item.difficulty.estimate), decimal(item.difficulty.low), decimal(item.difficulty.high))}</dd>
        </div>
        {item.seconds !== null && <div><dt>{words.time}</dt><dd>{words.seconds(Math.round(item.seconds))}</dd></div>}
      </dl>
    </li>
  );
}
