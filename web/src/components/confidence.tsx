/* The three buttons that submit. While one writes, a letter is a letter and the keys are held with Alt. */
import { text } from '../strings';
import type { Confidence } from '../types';
import { Button } from './basics';

const LEVELS: [Confidence, string][] = [['sure', 'S'], ['think-so', 'T'], ['guess', 'G']];

export function ConfidenceButtons({ busy, typing, submit }: { busy: boolean; typing: boolean; submit(confidence: Confidence): void }) {
  return (
    <div class="confidence" role="group" aria-label={text.session.howSure}>
      <p class="quiet" aria-hidden="true">{busy ? text.session.sending : text.session.howSureShort}</p>
      {LEVELS.map(([confidence, key]) => (
        <Button key={confidence} look={confidence === 'guess' ? 'secondary' : 'primary'} busy={busy} hint={typing ? text.session.withAlt(key) : key} onClick={() => submit(confidence)}>
          {text.confidence[confidence]}
        </Button>
      ))}
    </div>
  );
}
