/* Team: who needs a person, in words. Not a ranking: nobody is compared with anybody. */
import { api } from '../../api';
import { Empty, PageHeading, Skeleton, Trouble, useLoad } from '../../components/basics';
import { day } from '../../format';
import { Link } from '../../router';
import { text } from '../../strings';
import type { TeamView } from '../../types';

type Person = TeamView['teams'][number]['people'][number];

const byNeed = (a: Person, b: Person) => b.sureAndWrong - a.sureAndWrong || b.due - a.due || a.name.localeCompare(b.name);

function Words({ person }: { person: Person }) {
  if (!person.practisedAt) return <span class="word new">{text.team.notBegun}</span>;
  return (
    <>
      {person.sureAndWrong > 0 && <span class="word sure-and-wrong">{text.team.sureAndWrong(person.sureAndWrong)}</span>}
      {person.due > 0 && <span class="word fading">{text.team.fading(person.due)}</span>}
      {person.sureAndWrong === 0 && person.due === 0 && <span class="word ready">{text.team.ready}</span>}
    </>
  );
}

export function TeamPage() {
  const { value, error, reload } = useLoad(api.team, 'team');
  const teams = value?.teams.filter(({ people }) => people.length > 0) ?? [];
  return (
    <>
      <PageHeading title={text.team.title}>{text.team.title}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && <Skeleton lines={[30, 100, 100, 100]} />}
      {value && teams.length === 0 && <Empty title={text.team.emptyTitle}>{text.team.empty}</Empty>}
      {teams.length > 0 && <p class="quiet">{text.team.order}</p>}
      {teams.map((team) => (
        <section key={team.id}>
          <h2 id={`team-${team.id}`}>{team.name}</h2>
          <table class="people" aria-labelledby={`team-${team.id}`}>
            <thead>
              <tr><th scope="col">{text.team.person}</th><th scope="col">{text.team.needs}</th><th scope="col">{text.team.practised}</th><th scope="col">{text.team.week}</th></tr>
            </thead>
            <tbody>
              {[...team.people].sort(byNeed).map((person) => (
                <tr key={person.id}>
                  <th scope="row">{person.name}</th>
                  <td><Words person={person} /></td>
                  <td data-label={text.team.practised}>{person.practisedAt ? day(person.practisedAt) : text.time.never}</td>
                  <td data-label={text.team.week}>{text.team.answers(person.attemptsThisWeek)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
      <p><Link to="/predictions">{text.predictions.link}</Link></p>
    </>
  );
}
