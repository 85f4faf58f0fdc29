import { compareLedger, type LedgerFinding } from '@rideline/load/simulation/checks/ledger-check';
import type { Driver } from '@rideline/sdk';
import type { WholeCluster } from '../cluster/whole-cluster.ts';

/** Compares the fixes that a driver's SDK sent with those stored in MongoDB. */
export async function ledgerOf(
  whole: WholeCluster,
  driverId: string,
  driver: Driver,
): Promise<LedgerFinding> {
  const { pushed, overflowed, rejected } = driver.stats();
  const sent = {
    driverId,
    boot: driver.boot,
    pushed,
    dropped: overflowed + rejected,
    unacknowledged: driver.unacknowledged(),
  };
  return compareLedger(sent, await whole.api.ledger(driverId));
}

/** A drive of `count` fixes, one second and about 10 m apart. @param endAtMs time of the last fix, domain epoch ms */
export function driveEndingAt(endAtMs: number, count: number): { lat: number; lng: number; t: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    lat: 37.75 + index * 0.0001,
    lng: -122.42,
    t: Math.round(endAtMs - (count - 1 - index) * 1000),
  }));
}
