import { compareLedger, type LedgerFinding } from '@rideline/load/simulation/checks/ledger-check';
import type { Driver } from '@rideline/mobile-sdk';
import type { WholeCluster } from '../cluster/whole-cluster.ts';

/** What a driver's SDK sent, compared with what Mongo has. */
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

/** A drive of `count` fixes one second apart that ends now (`endAt`, domain epoch ms), about 10 m each. */
export function driveEndingAt(endAt: number, count: number): { lat: number; lng: number; t: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    lat: 37.75 + index * 0.0001,
    lng: -122.42,
    t: Math.round(endAt - (count - 1 - index) * 1000),
  }));
}
