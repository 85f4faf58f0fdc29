import type { DriverId, HealthReport, RegionId } from '@rideline/contract';
import { SCHEMA_VERSION } from '../store/collection-definition.ts';
import type { Database } from '../store/database.ts';
import type { SingleWrite } from '../store/write-batch.ts';
import {
  type DriverEvent,
  healthCollection,
  type StoredCondition,
  type StoredHealthDay,
} from './health-collection.ts';

/** Retention of a driver's health, wall ms: long enough for a complaint about last week. It holds no position. */
export const HEALTH_RETENTION_MS = 14 * 86_400_000;
const DAY_MS = 86_400_000;
/** Kept of one day. A phone that reconnects every two minutes fills it. */
const EVENTS_KEPT = 800;
const CONDITIONS_KEPT = 400;

/** Id of the document of the day (UTC) of `atMs`. */
export function healthDayId(driverId: DriverId, atMs: number): string {
  return `${driverId}:${new Date(atMs).toISOString().slice(0, 10)}`;
}

/** The filter of all documents of a driver: ids begin with the driver's. */
export function healthDaysOf(driverId: string): { _id: { $gte: string; $lt: string } } {
  return { _id: { $gte: `${driverId}:`, $lt: `${driverId};` } };
}

/** What is added to a driver's day by one write. */
export interface HealthAddition {
  readonly events: readonly DriverEvent[];
  readonly conditions: readonly StoredCondition[];
  readonly device: Omit<HealthReport, 'conditions'> | undefined;
}

/**
 * The write of an addition. Safe to repeat: readers count equal entries once. What only ends a connection makes no document: the end of an erased
 * driver's connection would bring their id back.
 */
export function healthWrite(
  {
    region,
    driverId,
    dayId,
  }: { readonly region: RegionId; readonly driverId: DriverId; readonly dayId: string },
  { events, conditions, device }: HealthAddition,
  wallMs: number,
): SingleWrite<StoredHealthDay> {
  return {
    updateOne: {
      filter: { _id: dayId },
      update: {
        $push: {
          events: { $each: [...events], $slice: -EVENTS_KEPT },
          conditions: { $each: [...conditions], $slice: -CONDITIONS_KEPT },
        },
        $set: {
          expireAt: new Date(wallMs + HEALTH_RETENTION_MS),
          ...(device === undefined ? {} : { device }),
        },
        $setOnInsert: { v: SCHEMA_VERSION, region, driverId },
      },
      upsert: device !== undefined || events.some(({ what }) => what === 'connected' || what === 'status'),
    },
  };
}

/** A driver's days that overlap a window, and the day before it, which has the status at its start. */
export async function readHealthDays(
  db: Database,
  window: {
    readonly region: RegionId;
    readonly driverId: DriverId;
    readonly fromMs: number;
    readonly toMs: number;
  },
): Promise<StoredHealthDay[]> {
  const { region, driverId, fromMs, toMs } = window;
  const ids = new Set<string>();
  for (let atMs = fromMs - DAY_MS; atMs < toMs + DAY_MS; atMs += DAY_MS)
    ids.add(healthDayId(driverId, Math.min(atMs, toMs)));
  return await db
    .collection(healthCollection)
    .find({ _id: { $in: [...ids] }, region }, { sort: { _id: 1 } })
    .toArray();
}
