import { randomUUID } from 'node:crypto';
import {
  afterWeekRollover,
  type BackgroundLocation,
  type BackgroundUpload,
  type BootId,
  type DriverId,
  FIX_FLAGS,
  type LocationUpdate,
  type RegionId,
  type WireFix,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from '../redis/lua-script.ts';
import { uploads } from '../redis/redis-keys.ts';

const NUMBER = loadLuaScript('number-uploads-1');
/** Uuids remembered per driver: ten uploads of the largest size. */
const UUIDS_KEPT = 2000;
/** The plugin keeps records for a day unless told otherwise. */
const TTL_SECONDS = 7 * 86_400;

/**
 * An upload of react-native-background-geolocation as a frame of fixes. The plugin cannot number its records, so that they are numbered here,
 * by their uuids: a repeat is the same fix. The boot is one of this bridge, and a new one after the state Redis has lost its data; a record
 * that was stored before and is repeated after it is then stored twice.
 * @throws the error of a state Redis that does not answer: without it a repeat would not be recognised
 */
export async function frameOfUpload(
  { state, region, clock }: { readonly state: RedisClient; readonly region: RegionId; readonly clock: Clock },
  driverId: DriverId,
  { location }: BackgroundUpload,
): Promise<LocationUpdate> {
  const records = new Map<string, TimedRecord>();
  for (const record of Array.isArray(location) ? location : [location])
    if (!records.has(record.uuid)) records.set(record.uuid, { record, ...timeOf(record, clock) });
  // A higher seq is newer: within one upload the order is that of the times, whatever `locationsOrderDirection` is.
  const ordered = [...records.values()].sort((a, b) => a.t - b.t);
  const [boot, ...seqs] = (await runLuaScript(
    state,
    NUMBER,
    [uploads(region, driverId)],
    [`bg-${randomUUID()}`, UUIDS_KEPT, TTL_SECONDS, ...ordered.map(({ record }) => record.uuid)],
  )) as [string, ...number[]];
  return {
    boot: boot as BootId,
    fixes: ordered.map((one, index) => wireFix(seqs[index] as number, one)),
  };
}

interface TimedRecord {
  readonly record: BackgroundLocation;
  /** On the domain clock. */
  readonly t: number;
  readonly isRolledOver: boolean;
}

/** The phone's time on the domain clock; −1, which hygiene refuses, when it is none. */
function timeOf({ timestamp }: BackgroundLocation, clock: Clock): Omit<TimedRecord, 'record'> {
  const phoneMs = typeof timestamp === 'number' ? timestamp : Date.parse(timestamp);
  if (!Number.isFinite(phoneMs)) return { t: -1, isRolledOver: false };
  const wallMs = afterWeekRollover(phoneMs, clock.wallMs());
  const t = Math.round(clock.domainMs() - (clock.wallMs() - wallMs) * clock.rate);
  return { t, isRolledOver: wallMs !== phoneMs };
}

function wireFix(seq: number, { record, t, isRolledOver }: TimedRecord): WireFix {
  const { latitude, longitude, speed, heading, accuracy } = record.coords;
  const isStill = record.is_moving === false || record.event === 'heartbeat';
  const flags =
    (record.mock === true ? FIX_FLAGS.mock : 0) |
    (isStill ? FIX_FLAGS.still : 0) |
    (isRolledOver ? FIX_FLAGS.rollover : 0);
  // The plugin says −1 for a speed and a heading that were not measured; hygiene knows that from iOS.
  const known = (value: BackgroundLocation['coords']['speed']) => value ?? null;
  return [seq, t, known(latitude), known(longitude), known(speed), known(heading), known(accuracy), flags];
}
