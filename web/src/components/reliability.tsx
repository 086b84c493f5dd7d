/* A calibration curve: what was expected against what was observed, with intervals, and beneath it how many there were. */
import { number, percent } from '../format';
import { text } from '../strings';
import type { Bin } from '../types';
import { TableOf } from './pictures';

const [WIDTH, LEFT, RIGHT, TOP, SIDE, GAP, COUNTS, BOTTOM] = [320, 46, 8, 24, 266, 14, 44, 36];
const HEIGHT = TOP + SIDE + GAP + COUNTS + BOTTOM;
const FLOOR = TOP + SIDE + GAP + COUNTS; /* on which the bars stand */
const words = text.predictions;

const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT);
const y = (share: number) => TOP + (1 - share) * SIDE;

export function Reliability({ what, summary, bins }: { what: string; summary: string; bins: Bin[] }) {
  const shown = bins.filter(({ n }) => n > 0);
  const most = Math.max(...shown.map(({ n }) => n));
  const tall = (n: number) => Math.max(1, (n / most) * COUNTS);
  return (
    <figure class="reliability">
      <figcaption>{summary}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.picture(what, summary)}>
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}>
            <path class="grid" d={`M${x(0)} ${y(share)}H${x(1)}M${x(share)} ${y(0)}V${y(1)}`} />
            <text class="tick" x={LEFT - 6} y={y(share) + 4} text-anchor="end">{percent(share)}</text>
            <text class="tick" x={x(share)} y={FLOOR + 15} text-anchor={share === 1 ? 'end' : 'middle'}>{percent(share)}</text>
          </g>
        ))}
        <path class="perfect" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        <text class="label" x={LEFT} y={TOP - 10}>{words.observed}</text>
        <text class="label" x={x(1)} y={HEIGHT - 4} text-anchor="end">{words.expected}</text>
        <path class="grid" d={`M${x(0)} ${FLOOR}H${x(1)}`} />
        {shown.map(({ from, to, n, expected, observed, low, high }) => (
          <g key={from}>
            <path class="range" d={`M${x(expected!).toFixed(1)} ${y(low).toFixed(1)}V${y(high).toFixed(1)}`} />
            <circle class="dot" cx={x(expected!)} cy={y(observed!)} r="4.5" />
            <rect class="bar" x={x(from) + 1.5} y={FLOOR - tall(n)} width={x(to) - x(from) - 3} height={tall(n)} rx="1.5" />
          </g>
        ))}
      </svg>
      <TableOf
        head={[words.expected, words.observed, words.interval, words.answers]}
        rows={shown.map(({ n, expected, observed, low, high }) => [percent(expected!), percent(observed!), `${percent(low)} – ${percent(high)}`, number(n)])}
      />
    </figure>
  );
}
