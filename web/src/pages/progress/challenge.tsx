/* How hard it is, and whether it should be easier or harder: said in plain words, and kept at once. */
import { useEffect, useId, useState } from 'preact/hooks';
import { api } from '../../api';
import { Outcome, whatFailed } from '../../components/basics';
import { percent } from '../../format';
import { me, signedIn } from '../../self';
import { text } from '../../strings';
import type { Challenge, Progress } from '../../types';

const WISHES: Challenge[] = ['easier', 'as-it-is', 'harder'];
const ENOUGH_ANSWERS = 5;

export function ChallengeWish({ challenge }: { challenge: Progress['challenge'] }) {
  const [wish, setWish] = useState(challenge.wish);
  const [result, setResult] = useState<{ good: boolean; words: string } | null>(null);
  const name = useId();
  useEffect(() => setWish(challenge.wish), [challenge.wish]); /* changed on another screen */

  const choose = async (chosen: Challenge) => {
    const before = wish;
    setWish(chosen);
    setResult(null);
    try {
      const person = await api.changeMe({ challenge: chosen });
      if (me.get()?.id === person.id) await signedIn(person);
      setResult({ good: true, words: text.challenge.saved });
    } catch (error) {
      setWish(before);
      setResult({ good: false, words: whatFailed(error) });
    }
  };

  return (
    <>
      <p>
        {challenge.attempts >= ENOUGH_ANSWERS && `${text.challenge.lately(Math.round((10 * challenge.right) / challenge.attempts))} `}
        {text.challenge.aim(percent(challenge.target))}
      </p>
      <fieldset class="options">
        <legend>{text.challenge.ask}</legend>
        {WISHES.map((one) => (
          <label key={one} class="option">
            <input type="radio" name={name} checked={wish === one} onChange={() => void choose(one)} />
            <span class="said">{text.challenge.wishes[one]}</span>
          </label>
        ))}
      </fieldset>
      {result && <Outcome good={result.good}>{result.words}</Outcome>}
    </>
  );
}
