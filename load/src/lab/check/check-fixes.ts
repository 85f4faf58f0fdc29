import type { ApiClient } from '../../cluster/api-client.ts';
import type { BootJournal } from '../../simulation/checks/boot-check.ts';
import type { Findings } from '../../simulation/checks/findings.ts';
import { compareLedger, type LedgerFinding } from '../../simulation/checks/ledger-check.ts';
import { readLedgerBoots } from './held-by-servers.ts';
import { type SettlingOptions, untilSettled } from './settling.ts';

interface Stored {
  stored: number;
  refused: number;
  unacknowledged: number;
}

/** Compares the fixes of every app start with its ledger; history writes a block some seconds after its first fix. */
export async function checkFixes(
  api: ApiClient,
  boots: Iterable<BootJournal>,
  findings: Findings,
  options: SettlingOptions,
): Promise<void> {
  const byDriver = Map.groupBy(boots, ({ driverId }) => driverId);
  const totals: Stored = { stored: 0, refused: 0, unacknowledged: 0 };
  await untilSettled(
    'ledgers',
    [...byDriver.values()],
    1,
    async ([own = []], isLast) => {
      const driverId = own[0]?.driverId ?? '';
      const stored = await readLedgerBoots(api, driverId, new Set(own.map(({ boot }) => boot)));
      const ledger = { driverId, boots: stored, verdict: 'complete', next: null };
      const open = own.filter((journal) => {
        const finding = compareLedger(journal.sent(), ledger as Parameters<typeof compareLedger>[1]);
        if (finding.ackedMissing > 0 && !isLast) return true;
        judge(journal, finding, findings, totals);
        return false;
      });
      return open.length === 0 ? [] : [open];
    },
    options,
  );
  if (totals.stored + totals.refused > 0)
    findings.remark(
      `${totals.stored} stored, ${totals.refused} refused with a verdict, ${totals.unacknowledged} never acknowledged and not stored`,
    );
}

function judge(journal: BootJournal, finding: LedgerFinding, findings: Findings, totals: Stored): void {
  const name = `app start ${journal.boot} of ${journal.driverId}`;
  findings.examine(finding.pushed);
  totals.stored += finding.stored;
  totals.refused += finding.refused;
  totals.unacknowledged += finding.unackedMissing;
  if (finding.ackedMissing > 0)
    findings.violate(
      `${name}: ${finding.ackedMissing} of ${finding.acked} acknowledged fixes are not stored`,
    );
  if (finding.extra > 0 && journal.isComplete)
    findings.violate(
      `${name}: ${finding.extra} more fixes are stored than the ${finding.pushed} that were sent`,
    );
}
