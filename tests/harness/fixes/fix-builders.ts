import type { BootId, DriverId, Verdict } from '@rideline/contract';
import type { FixRecord, JudgedFix } from '@rideline/fleet/fixes/fix-record';

/** `driver:boot:seq` of a fix. */
export const fixKey = (driverId: string, boot: string, seq: number) => `${driverId}:${boot}:${seq}`;

export function judgedFix(seq: number, verdict: Verdict = 'ok', t = Date.now()): JudgedFix {
  return { seq, t, lat: 37.77, lng: -122.41, speed: 8, heading: 90, accuracy: 5, flags: 0, verdict };
}

export function fixRecord(
  driverId: string,
  boot: string,
  fixes: JudgedFix[],
  more: Partial<FixRecord> = {},
): FixRecord {
  return {
    driverId: driverId as DriverId,
    boot: boot as BootId,
    bootIndex: 1,
    status: 'available',
    receivedAt: Date.now(),
    lowest: 0,
    fixes,
    ...more,
  };
}
