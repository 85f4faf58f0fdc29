import type { PlaceNeeds } from '../runner/load-place.ts';
import type { ThresholdId } from './thresholds.ts';

/** What is sent at a rate: the names of `plan` in the scenarios' files. */
export type PlannedOperation = 'location' | 'trip' | 'search' | 'upload';

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One line for the list of scenarios. */
  readonly summary: string;
  /** `rate`: the highest of its main operation, null when each user decides. A test compares them, and `highest`, with its file. */
  readonly defaults: { readonly users: number; readonly minutes: number; readonly rate: number | null };
  /** The highest rate of each operation at the default load, per second; null: as often as users do it. */
  readonly highest: Readonly<Partial<Record<PlannedOperation, number | null>>>;
  /** In load/artillery. */
  readonly file: string;
  /** Artillery processes that share the users and the rate. */
  readonly generators: number;
  readonly needs: PlaceNeeds;
  readonly thresholds: readonly ThresholdId[];
  /** What follows from what users send, and is shown without a figure that was asked for. */
  readonly alsoReached: readonly ('positions' | 'operations')[];
  /** What happens besides the load, or is judged besides the thresholds. */
  readonly special: 'soak' | 'spike' | 'chaos' | null;
}
