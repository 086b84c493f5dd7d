/* Waits for what a language model says of an answer whose feedback is on the screen. If nothing comes, nothing is missing. */
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../../api';
import type { Feedback } from '../../types';

/* `came` is called once, with the feedback that takes the place of the one that is shown. */
export function useSecondLook(shown: Feedback | null, came: (feedback: Feedback) => void): void {
  const latest = useRef(came);
  latest.current = came;
  const waitsFor = shown?.secondLook && shown.grader === 'built-in' ? shown.attemptId : null;
  useEffect(() => {
    if (!waitsFor) return;
    let over = false;
    const source = new EventSource('/api/v1/events');
    const end = () => {
      over = true;
      source.close();
    };
    const look = async () => {
      try {
        const { exercise: _exercise, concept: _concept, ...feedback } = await api.attempt(waitsFor);
        if (over || feedback.grader !== 'model') return;
        end();
        latest.current(feedback);
      } catch { /* what is shown stays */ }
    };
    source.addEventListener('open', () => void look()); /* it may have come before anybody listened */
    source.addEventListener('feedback', ({ data }: MessageEvent<string>) => {
      if ((JSON.parse(data) as { attemptId: string }).attemptId === waitsFor) void look();
    });
    return end;
  }, [waitsFor]);
}
