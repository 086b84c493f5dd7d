/* Pictures of data. Each says in words what it shows, labels its lines directly, and can be read as a table. */
import { calendarDay, capital, minutes, percent } from '../format';
import { text } from '../strings';
import type { Interval, Point, Progress } from '../types';

export function TableOf({ head, rows, label = text.asTable }: { head: string[]; rows: (string | number)[][]; label?: string }) {
  return (
    <details class="table-of">
      <summary>{label}</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label={label}>
        <table>
          <thead><tr>{head.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>{row.map((cell, column) => (column === 0 ? <th key={column} scope="row">{cell}</th> : <td key={column}>{cell}</td>))}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const at = (points: Point[], day: number) => points.reduce((best, point) => (Math.abs(point.day - day) < Math.abs(best.day - day) ? point : best), points[0]!).recall;

/* Forgetting curves over 28 days: dashed before, solid now. */
export function Curve({ title, before, after, dueDay }: { title: string; before: Point[] | null; after: Point[]; dueDay: number | null }) {
  const [width, height, left, right, top, bottom] = [320, 120, 46, 50, 10, 26];
  const x = (day: number) => left + (Math.min(28, day) / 28) * (width - left - right);
  const y = (recall: number) => top + (1 - recall) * (height - top - bottom);
  const line = (points: Point[]) => points.map((point, n) => `${n ? 'L' : 'M'}${x(point.day).toFixed(1)} ${y(point.recall).toFixed(1)}`).join('');
  if (!after.length) return null;
  const endAfter = y(at(after, 28));
  const endBefore = before?.length ? y(at(before, 28)) : null;
  const apart = 15; /* labels never lie on each other, even where the lines do */
  const labelBefore = endBefore === null ? 0 : Math.min(height - bottom, Math.abs(endBefore - endAfter) < apart ? endAfter + apart : endBefore);
  const labelAfter = endBefore !== null && labelBefore - endAfter < apart && labelBefore >= endAfter ? labelBefore - apart : endAfter;
  const days = [0, 7, 14, 21, 28];
  return (
    <figure class="curve">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${text.end.curve(title)}: ${before?.length ? `${text.end.before} ${percent(at(before, 28))}, ` : ''}${text.end.after} ${percent(at(after, 28))}`}>
        {[0, 0.5, 1].map((recall) => (
          <g key={recall}>
            <path class="grid" d={`M${left} ${y(recall)}H${width - right}`} />
            <text class="tick" x={left - 6} y={y(recall) + 4} text-anchor="end">{percent(recall)}</text>
          </g>
        ))}
        {days.map((day) => <text key={day} class="tick" x={x(day)} y={height - 4} text-anchor="middle">{day === 0 ? text.time.today : day === 28 ? text.end.lastDay : day}</text>)}
        {dueDay !== null && dueDay >= 0 && dueDay <= 28 && <path class="due" d={`M${x(dueDay)} ${y(at(after, dueDay))}V${height - bottom}`} />}
        {before?.length ? <path class="line before" d={line(before)} /> : null}
        <path class="line after" d={line(after)} />
        {endBefore !== null && <text class="label before" x={width - right + 5} y={labelBefore + 4}>{text.end.before}</text>}
        <text class="label after" x={width - right + 5} y={labelAfter + 4}>{text.end.after}</text>
      </svg>
      <TableOf
        head={[text.end.day, ...(before?.length ? [capital(text.end.before)] : []), capital(text.end.after)]}
        rows={days.map((day) => [day, ...(before?.length ? [percent(at(before, day))] : []), percent(at(after, day))])}
      />
    </figure>
  );
}

/* Strength now (dot) and in four weeks (ring) on one line from 0 to 100 %. The numbers stand beside it as text. */
export function Dumbbell({ now, later }: { now: number; later: number }) {
  const x = (share: number) => 6 + share * 108;
  return (
    <svg class="dumbbell" viewBox="0 0 120 16" aria-hidden="true" focusable="false">
      <path class="grid" d="M6 8H114" />
      <path class="span" d={`M${x(later)} 8H${x(now)}`} />
      <circle class="ring" cx={x(later)} cy="8" r="4" />
      <circle class="dot" cx={x(now)} cy="8" r="4.5" />
    </svg>
  );
}

/* An estimate and its interval on a line from `from` to 1. The numbers stand beside it as text. */
export function IntervalLine({ value: { estimate, low, high }, from }: { value: Interval; from: number }) {
  const x = (value: number) => 6 + ((Math.min(1, Math.max(from, value)) - from) / (1 - from)) * 148;
  return (
    <svg class="interval" viewBox="0 0 160 16" aria-hidden="true" focusable="false">
      <path class="grid" d={`M6 8H154M6 5V11M154 5V11M${x((from + 1) / 2)} 5V11`} />
      <path class="span" d={`M${x(low).toFixed(1)} 8H${x(high).toFixed(1)}`} />
      <circle class="dot" cx={x(estimate).toFixed(1)} cy="8" r="4.5" />
    </svg>
  );
}

/* How many concepts come back on each of the next 28 days. */
export function Forecast({ days }: { days: Progress['forecast'] }) {
  const total = days.reduce((sum, { due }) => sum + due, 0);
  if (!total) return <p>{text.progress.forecastNone}</p>;
  const summary = text.progress.forecastSummary(days.slice(0, 7).reduce((sum, { due }) => sum + due, 0), total);
  const most = Math.max(...days.map(({ due }) => due));
  const [width, height, bottom] = [336, 112, 20];
  const step = width / days.length;
  const top = 16;
  const tall = (due: number) => (due / most) * (height - bottom - top);
  return (
    <figure class="forecast">
      <figcaption>{summary}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary}>
        <path class="grid" d={`M0 ${height - bottom}H${width}`} />
        {days.map(({ day, due }, n) => due > 0 && (
          <g key={day}>
            <rect class="bar" x={n * step + 1.5} y={height - bottom - tall(due)} width={step - 3} height={tall(due)} rx="1.5" />
            {due === most && days.findIndex((other) => other.due === most) === n && <text class="tick" x={n * step + step / 2} y={height - bottom - tall(due) - 4} text-anchor="middle">{due}</text>}
          </g>
        ))}
        {days.map(({ day }, n) => n % 7 === 0 && <text key={day} class="tick" x={n * step + 1.5} y={height - 4}>{n === 0 ? text.time.today : calendarDay(day)}</text>)}
      </svg>
      <TableOf head={[text.progress.day, text.progress.due]} rows={days.filter(({ due }) => due > 0).map(({ day, due }) => [calendarDay(day, { weekday: 'short', day: 'numeric', month: 'short' }), due])} />
    </figure>
  );
}

/* Practised days as a quiet row of dots; an empty day is a small point, not a hole. */
export function Dots({ days }: { days: Progress['practice'] }) {
  const practised = days.filter(({ attempts }) => attempts > 0);
  if (!practised.length) return <p>{text.progress.practiceNone}</p>;
  const summary = text.progress.practiceSummary(practised.length, minutes(practised.reduce((sum, { seconds }) => sum + seconds, 0)));
  const longest = Math.max(...practised.map(({ seconds }) => seconds), 1);
  const step = 12;
  return (
    <figure class="dots">
      <figcaption>{summary}</figcaption>
      <svg viewBox={`0 0 ${days.length * step} 16`} role="img" aria-label={summary}>
        {days.map(({ day, seconds, attempts }, n) => (
          <circle key={day} class={attempts ? 'dot' : 'none'} cx={n * step + step / 2} cy="8" r={attempts ? 3 + 2 * (seconds / longest) : 1.2} />
        ))}
      </svg>
      <TableOf head={[text.progress.day, text.progress.time, text.progress.answers]} rows={practised.map(({ day, seconds, attempts }) => [calendarDay(day, { weekday: 'short', day: 'numeric', month: 'short' }), minutes(seconds), attempts])} />
    </figure>
  );
}

/* Wilson's score interval for a share, 95 %. Wilson (1927), Journal of the American Statistical Association 22. */
export function plausible(right: number, of: number): [number, number] {
  const z = 1.96;
  const share = right / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const ENOUGH_ANSWERS = 5; /* below that the interval covers nearly everything and a picture would mislead */

/* Share right by how sure the person said they were, with its interval and its count. */
export function Calibration({ levels }: { levels: Progress['confidence'] }) {
  const shown = levels.filter(({ attempts }) => attempts >= ENOUGH_ANSWERS);
  if (!levels.some(({ attempts }) => attempts > 0)) return <p>{text.progress.confidenceNone}</p>;
  const x = (share: number) => 4 + share * 152;
  return (
    <figure class="calibration">
      {levels.map(({ confidence, attempts, right }) => {
        const said = text.confidence[confidence];
        if (attempts < ENOUGH_ANSWERS) return <p key={confidence}>{text.progress.confidenceFew(said, attempts)}</p>;
        const [low, high] = plausible(right, attempts);
        return (
          <p key={confidence} class="level">
            <span>{text.progress.confidenceLine(said, right, attempts)}</span>
            <svg viewBox="0 0 160 16" aria-hidden="true" focusable="false">
              <path class="grid" d="M4 8H156" />
              <path class="grid" d="M4 4V12M80 5V11M156 4V12" />
              <path class="span" d={`M${x(low)} 8H${x(high)}`} />
              <circle class="dot" cx={x(right / attempts)} cy="8" r="4.5" />
            </svg>
          </p>
        );
      })}
      {shown.length > 0 && (
        <>
          <figcaption class="quiet">{text.progress.confidenceWhy}</figcaption>
          <TableOf
            head={[text.progress.said, text.progress.right, text.progress.answers, text.progress.interval]}
            rows={shown.map(({ confidence, attempts, right }) => [text.confidence[confidence], percent(right / attempts), attempts, plausible(right, attempts).map(percent).join(' – ')])}
          />
        </>
      )}
    </figure>
  );
}

