/* How well Whet predicts: what was expected beside what came, and the model behind it. */
import { api } from '../../api';
import { PageHeading, Skeleton, Trouble, useLoad } from '../../components/basics';
import { Reliability } from '../../components/reliability';
import { day, number, percent } from '../../format';
import { has, me } from '../../self';
import { useObservable } from '../../observable';
import { text } from '../../strings';
import type { CalibrationView, MemoryModel, Predictions } from '../../types';
import { MemoryAlgorithmChoice } from './algorithm';

const ENOUGH_ANSWERS = 20; /* below that nearly every line would cross the diagonal */
const words = text.predictions;

export function PredictionsPage() {
  const { value, error, reload } = useLoad(api.calibration, 'calibration');
  return (
    <>
      <PageHeading title={words.title}>{words.title}</PageHeading>
      {error !== null && <Trouble error={error} again={reload} />}
      {!value && error === null && [0, 1].map((at) => <Skeleton key={at} lines={[40, 100, 100, 100]} />)}
      {value && <Full view={value} reload={reload} />}
    </>
  );
}

function Full({ view, reload }: { view: CalibrationView; reload: () => void }) {
  const person = useObservable(me);
  return (
    <>
      <p>{words.about(view.days)}</p>
      <Sort title={words.success} why={words.successWhy} predictions={view.success} />
      <Sort title={words.recall} why={words.recallWhy} predictions={view.recall} />
      <section>
        <h2>{words.model}</h2>
        <Model model={view.memory} />
        {has(person, 'admin') && <MemoryAlgorithmChoice algorithm={view.memory.algorithm} changed={reload} />}
      </section>
    </>
  );
}

function Sort({ title, why, predictions }: { title: string; why: string; predictions: Predictions }) {
  const { n, bins, calibrationError, logLoss, auc } = predictions;
  const mean = (of: 'expected' | 'observed') => percent(bins.reduce((sum, bin) => sum + bin.n * (bin[of] ?? 0), 0) / n);
  const summary = n > 0 ? words.summary(n, mean('expected'), mean('observed')) : '';
  return (
    <section>
      <h2>{title}</h2>
      <p class="quiet">{why}</p>
      {n < ENOUGH_ANSWERS ? (
        <p>{words.few(n, ENOUGH_ANSWERS)}</p>
      ) : (
        <>
          <Reliability what={title} summary={summary} bins={bins} />
          <p class="quiet">{words.measures(`${((calibrationError ?? 0) * 100).toFixed(1)} %`, (logLoss ?? 0).toFixed(3), auc === null ? null : percent(auc))}</p>
        </>
      )}
    </section>
  );
}

function Model({ model }: { model: MemoryModel }) {
  const name = words.algorithms[model.algorithm];
  if (model.answers === 0 || !model.madeAt) return <p>{words.published(name)}</p>;
  return (
    <>
      <p>{words.fitted(name, model.answers, day(model.madeAt))}</p>
      {model.logLoss !== null && model.logLossPublished !== null && <p class="quiet">{words.gain(number(Math.round(model.logLoss * 1000) / 1000), number(Math.round(model.logLossPublished * 1000) / 1000))}</p>}
    </>
  );
}
