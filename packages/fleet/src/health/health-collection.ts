import type {
  BootId,
  DriverId,
  DriverStatusValue,
  HealthReport,
  RegionId,
  ReportedCondition,
} from '@rideline/contract';
import {
  defineCollection,
  mixed,
  requiredDate,
  requiredMixed,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/**
 * What a gateway saw of a driver, `at` epoch ms on the domain clock. `epoch`: number of the connection, which rises · `status`: as others see
 * the driver. `battery`: the phone reported 5 % or less.
 */
export type DriverEvent =
  | {
      readonly at: number;
      readonly what: 'connected' | 'status';
      readonly epoch: number;
      readonly status: DriverStatusValue;
    }
  | { readonly at: number; readonly what: 'disconnected'; readonly epoch: number }
  | { readonly at: number; readonly what: 'battery'; readonly epoch: number };

/** A condition that the phone reported. One that ended is there twice when its beginning was reported before its end. */
export interface StoredCondition extends ReportedCondition {
  readonly boot: BootId;
}

/** `driver_health`: one document per driver and day (UTC, domain clock). Lists are bounded; the newest are kept. */
export interface StoredHealthDay {
  /** `<driverId>:<YYYY-MM-DD>` */
  _id: string;
  v: 1;
  region: RegionId;
  driverId: DriverId;
  events: DriverEvent[];
  conditions: StoredCondition[];
  /** The newest report, without its conditions. */
  device?: Omit<HealthReport, 'conditions'>;
  /** Wall clock. */
  expireAt: Date;
}

export const healthCollection = defineCollection<StoredHealthDay>({
  name: 'driver_health',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    driverId: requiredString,
    events: requiredMixed,
    conditions: requiredMixed,
    device: { type: mixed },
    expireAt: requiredDate,
  },
  indexes: [{ name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 }],
});
