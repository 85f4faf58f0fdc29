import type { BootId, DriverId, RegionId } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredNumber,
  requiredString,
  schemaVersion,
} from '../store/collection-definition.ts';

/** One fix inside a track document: `[t, lat, lng, speed, heading, accuracy, flags, receivedAt, verdict index]`. */
export type StoredFix = [
  t: number,
  lat: number | null,
  lng: number | null,
  speed: number | null,
  heading: number | null,
  accuracy: number | null,
  flags: number,
  receivedAt: number,
  verdict: number,
];

/**
 * `tracks`: one document per (driver, boot, block of 64 seqs). A fix is a field named by its seq, so that writing a fix again does not
 * duplicate it. `tMin`/`tMax` span the fixes with a plausible time and are absent when there are none.
 */
export interface StoredTrack {
  _id: string;
  v: 1;
  region: RegionId;
  driverId: DriverId;
  boot: BootId;
  block: number;
  tMin?: Date;
  tMax?: Date;
  /** The phone has given up missing seqs below this. */
  lowest: number;
  /** Wall clock: receipt of the newest fix. Absent in documents stored before the field existed and not written since. */
  newestAt?: Date;
  /** `newestAt` plus the region's retention. */
  expireAt: Date;
  f: Record<string, StoredFix>;
}

export const trackCollection = defineCollection<StoredTrack>({
  name: 'tracks',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    driverId: requiredString,
    boot: requiredString,
    block: requiredNumber,
    tMin: Date,
    tMax: Date,
    lowest: requiredNumber,
    newestAt: Date,
    expireAt: requiredDate,
    f: requiredMixed,
  },
  indexes: [
    { name: 'by_driver_and_time', key: { driverId: 1, tMax: 1 } },
    { name: 'retention', key: { expireAt: 1 }, expireAfterSeconds: 0 },
  ],
});
