import type { CounterName, HistogramName } from '../../../artillery/src/metrics.ts';
import type { PlaceNeeds } from '../runner/load-place.ts';
import type { LoadSettings } from '../runner/load-settings.ts';
import type { ThresholdId } from './thresholds.ts';

/** What was asked for, and where what was reached is counted. */
export interface AskedRate {
  readonly what: string;
  readonly unit: string;
  /** Null: nothing in particular; what was reached is shown alone. */
  asked(settings: LoadSettings): number | null;
  readonly counted: { readonly counter: CounterName } | { readonly latency: HistogramName };
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One line for the list of scenarios. */
  readonly summary: string;
  /** The same values as in its file; a test compares them. `rate`: of its main operation, null when each user decides. */
  readonly defaults: { readonly users: number; readonly minutes: number; readonly rate: number | null };
  /** In load/artillery. */
  readonly file: string;
  /** Artillery processes that share the users and the rate. */
  readonly generators: number;
  readonly needs: PlaceNeeds;
  readonly thresholds: readonly ThresholdId[];
  readonly asked: readonly AskedRate[];
  /** What happens besides the load, or is judged besides the thresholds. */
  readonly special: 'soak' | 'spike' | 'chaos' | null;
}
