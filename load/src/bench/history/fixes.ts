import type { BootId, DriverId } from '@rideline/contract';
import type { FixRecord, JudgedFix } from '@rideline/fleet/fixes/fix-record';

/** The fixes that every way of writing history gets: one second and about ten metres apart, as from a phone at 1 Hz. */
export interface FixSource {
  readonly boot: BootId;
  readonly drivers: number;
}

const FIRST_T = Date.UTC(2026, 0, 1);
const STEP_MS = 1000;

export const driverName = (driver: number) => `cab-${driver}` as DriverId;

export function fixOf(driver: number, seq: number): JudgedFix {
  return {
    seq,
    t: FIRST_T + seq * STEP_MS,
    lat: 37.7 + (driver % 100) / 1000 + seq * 1e-5,
    lng: -122.5 + Math.floor(driver / 100) / 1000,
    speed: 8.3,
    heading: 90,
    accuracy: 5,
    flags: 0,
    verdict: 'ok',
  };
}

export function recordOf(source: FixSource, driver: number, firstSeq: number, count: number): FixRecord {
  return {
    driverId: driverName(driver),
    boot: source.boot,
    bootIndex: 1,
    status: 'available',
    receivedAt: Date.now(),
    lowest: 0,
    fixes: Array.from({ length: count }, (_, n) => fixOf(driver, firstSeq + n)),
  };
}
