import type { Ledger, LedgerBoot } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';
import { Fact } from '../widgets/fact.tsx';
import { LoadFailure } from '../widgets/load-failure.tsx';

const VERDICTS: Readonly<Record<Ledger['verdict'], string>> = {
  complete: 'Complete. No fix is missing between the first and the last.',
  missing: 'Incomplete. Fixes between the first and the last are missing.',
  empty: 'The history has no fixes yet.',
};

/** Missing ranges shown for one app start. */
const RANGES_SHOWN = 20;

/** Whether all of this cab's fixes are stored; reloaded every 10 s while the drawer is open. */
export function LedgerSection({ page }: { page: Page }) {
  const ledger = useStore(page.selectedCab.ledger);
  return (
    <section class="drawer-section" aria-labelledby="ledger-title">
      <h3 id="ledger-title">Ledger</h3>
      {ledger.kind === 'loading' && <p class="muted">Loading the ledger.</p>}
      {ledger.kind === 'failed' && (
        <LoadFailure
          what="The ledger could not be loaded."
          error={ledger.error}
          onRetry={page.selectedCab.reload}
        />
      )}
      {ledger.kind === 'ready' && (
        <>
          <p class={`verdict verdict-${ledger.value.verdict}`}>{VERDICTS[ledger.value.verdict]}</p>
          {ledger.value.boots.map((boot) => (
            <Boot key={boot.boot} boot={boot} />
          ))}
          {ledger.value.next !== null && (
            <p class="muted">Older app starts: GET /v1/drivers/:id/ledger, next page.</p>
          )}
        </>
      )}
    </section>
  );
}

/** One start of the driver's app. */
function Boot({ boot }: { boot: LedgerBoot }) {
  const refusals = Object.entries(boot.refusedBy).map(
    ([verdict, count]) => `${count} ${verdict.replaceAll('_', ' ')}`,
  );
  const missing = boot.missing
    .slice(0, RANGES_SHOWN)
    .map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  const more = boot.missingRanges - missing.length;
  return (
    <dl class="facts">
      <Fact name="App start">
        <span class="boot-id" title={boot.boot}>
          {boot.boot}
        </span>
      </Fact>
      <Fact name="Stored">
        {boot.stored} of {boot.highestSeq - boot.lowestSeq + 1}
      </Fact>
      <Fact name="Refused">{refusals.length === 0 ? 'None' : refusals.join(', ')}</Fact>
      {missing.length > 0 && (
        <Fact name="Missing">{missing.join(', ') + (more > 0 ? ` and ${more} more` : '')}</Fact>
      )}
    </dl>
  );
}
