/* The library: packs, one pack, one concept. */
import { api } from '../../api';
import { Empty, PageHeading, Skeleton, Trouble, useLoad } from '../../components/basics';
import { day, percent } from '../../format';
import { Markdown, plainText } from '../../markdown';
import { Link } from '../../router';
import { text } from '../../strings';
import type { Id, PackConcept, PackDetail } from '../../types';
import { PractiseButton } from '../progress/concept';

export function LibraryPage() {
  const { value, error, reload } = useLoad(api.packs, 'packs');
  return (
    <>
      <PageHeading title={text.library.title}>{text.library.title}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && [0, 1].map((at) => <Skeleton key={at} lines={[50, 30, 95]} />)}
      {value?.packs.length === 0 && <Empty title={text.library.emptyTitle}>{text.library.empty}</Empty>}
      <ul class="packs">
        {value?.packs.map((pack) => (
          <li key={pack.id} lang={pack.language}>
            <h2><Link to={`/library/packs/${pack.id}`}>{pack.title}</Link></h2>
            <p class="quiet">{text.library.size(pack.concepts, pack.exercises)}. {text.library.version(pack.version, day(pack.importedAt))}.</p>
            <p>{plainText(pack.about)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/* Contracts name the skill of a concept by its name; a server may also send the whole skill. */
const skillOf = ({ skill }: PackConcept) => (typeof skill === 'string' ? skill : skill.id);

function groups(pack: PackDetail): { name: string; concepts: PackConcept[] }[] {
  const found = pack.skills.map((skill) => ({ name: skill.name, concepts: pack.concepts.filter((concept) => [skill.id, skill.name].includes(skillOf(concept))) }));
  const placed = new Set(found.flatMap(({ concepts }) => concepts));
  const others = pack.concepts.filter((concept) => !placed.has(concept));
  return [...found, { name: '', concepts: others }].filter(({ concepts }) => concepts.length > 0);
}

export function PackPage({ id }: { id: Id }) {
  const { value, error, reload } = useLoad(() => api.pack(id), `pack ${id}`);
  return (
    <>
      <p class="way"><Link to="/library">{text.library.title}</Link></p>
      <PageHeading title={value?.title ?? text.library.title}>{value?.title ?? <Skeleton lines={[60]} />}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && <Skeleton lines={[90, 70, 100, 100, 100]} />}
      {value && (
        <div lang={value.language}>
          <Markdown nodes={value.about} />
          {groups(value).map(({ name, concepts }) => (
            <section key={name} class="skill">
              {name && <h2>{name}</h2>}
              <ul class="concepts">
                {concepts.map((concept) => (
                  <li key={concept.id}>
                    <Link class="line" to={`/library/concepts/${concept.id}`}>
                      <span class="name">{concept.title}</span>
                      <span class={`word ${concept.state}`}>{text.states[concept.state]}</span>
                      <span class="numbers">
                        {[text.library.exerciseCount(concept.exercises), ...(concept.now === null ? [] : [text.library.recall(percent(concept.now))]), ...(concept.mustKnow ? [text.library.mustKnow] : [])].join(' · ')}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </>
  );
}

export function ConceptPage({ id }: { id: Id }) {
  const { value, error, reload } = useLoad(() => api.concept(id), `concept ${id}`);
  return (
    <>
      <p class="way"><Link to={value ? `/library/packs/${value.pack.id}` : '/library'}>{value?.pack.title ?? text.library.title}</Link></p>
      <PageHeading title={value?.title ?? text.library.title}>{value?.title ?? <Skeleton lines={[60]} />}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && <Skeleton lines={[100, 96, 98, 60]} />}
      {value && (
        <>
          <p class="quiet">{[value.skill.name, ...(value.mustKnow ? [text.library.mustKnow] : []), ...(value.memory?.retrievability !== undefined ? [text.library.recall(percent(value.memory.retrievability))] : [])].join(' · ')}</p>
          <div class="idea"><Markdown nodes={value.text} /></div>
          <div class="actions start">
            <PractiseButton conceptId={id} />
            <Link class="button quiet" to={`/progress/${id}`}>{text.library.attempts}</Link>
          </div>
          <Related title={text.library.requires} concepts={value.requires} />
          <Related title={text.library.requiredBy} concepts={value.requiredBy} />
          {value.exercises.length > 0 && (
            <section>
              <h2>{text.library.exercises}</h2>
              <ul class="exercises">
                {value.exercises.map((exercise) => (
                  <li key={exercise.id}>
                    <span class="quiet">{text.kinds[exercise.kind]}</span>
                    <Markdown nodes={exercise.prompt} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </>
  );
}

function Related({ title, concepts }: { title: string; concepts: { id: Id; title: string }[] }) {
  if (!concepts.length) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul class="plain">{concepts.map((concept) => <li key={concept.id}><Link to={`/library/concepts/${concept.id}`}>{concept.title}</Link></li>)}</ul>
    </section>
  );
}
