/* By which algorithm an organisation's memories fade: an admin chooses, and it is kept at once. */
import { useEffect, useId, useState } from 'preact/hooks';
import { api } from '../../api';
import { Outcome, whatFailed } from '../../components/basics';
import { text } from '../../strings';
import type { MemoryAlgorithm } from '../../types';

const ALGORITHMS: MemoryAlgorithm[] = ['fsrs6', 'fsrs7'];
const words = text.predictions;

export function MemoryAlgorithmChoice({ algorithm, changed }: { algorithm: MemoryAlgorithm; changed: () => void }) {
  const [choice, setChoice] = useState(algorithm);
  const [result, setResult] = useState<{ good: boolean; words: string } | null>(null);
  const name = useId();
  useEffect(() => setChoice(algorithm), [algorithm]);

  const choose = async (chosen: MemoryAlgorithm) => {
    setChoice(chosen);
    setResult(null);
    try {
      const { waiting } = await api.chooseMemory(chosen);
      setResult({ good: true, words: words.chosen(waiting) });
      changed();
    } catch (error) {
      setChoice(algorithm);
      setResult({ good: false, words: whatFailed(error) });
    }
  };

  return (
    <>
      <fieldset class="options">
        <legend>{words.choose}</legend>
        {ALGORITHMS.map((one) => (
          <label key={one} class="option">
            <input type="radio" name={name} checked={choice === one} onChange={() => void choose(one)} />
            <span class="said">{words.algorithmWhy[one]}</span>
          </label>
        ))}
      </fieldset>
      {result && <Outcome good={result.good}>{result.words}</Outcome>}
    </>
  );
}
