import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import type { ApiClient } from '../../cluster/api-client.ts';
import type { Replay } from '../replay.ts';
import { compareLedger, type LedgerSummary, summarizeLedger } from './ledger-check.ts';

export const LEDGERS_AT_ONCE = 8;

/** Reads every cab's ledger from the API and compares it with what the cab's SDK sent. */
export async function checkLedgers(replay: Replay, api: ApiClient): Promise<LedgerSummary> {
  const cabs = [...replay.cabs.values()].filter((cab) => cab.stats().pushed > 0);
  const findings = await mapConcurrently(cabs, LEDGERS_AT_ONCE, async (cab) => {
    const stats = cab.stats();
    const sent = {
      driverId: cab.id,
      boot: cab.driver.boot,
      pushed: stats.pushed,
      dropped: stats.overflowed + stats.rejected,
      unacknowledged: cab.driver.unacknowledged(),
    };
    return compareLedger(sent, await api.ledger(cab.id));
  });
  return summarizeLedger(findings);
}

/** True when nothing that was acknowledged is missing and nothing is stored twice. */
export function isWhole(ledger: LedgerSummary): boolean {
  return ledger.ackedMissing === 0 && ledger.extra === 0;
}
