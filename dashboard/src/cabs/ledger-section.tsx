import type { Ledger, LedgerBoot } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { Failed } from '../widgets/load-failure.tsx';

const VERDICTS: Readonly<Record<Ledger['verdict'], string>> = {
  complete: 'Complete. No fix is missing between the first and the last.',
  missing: 'Incomplete. Fixes between the first and the last are missing.',
  empty: 'Nothing is in the history yet.',
};

/** Were all of this cab's fixes kept? Asked again every 10 s while the drawer is open. */
export function LedgerSection({ page }: { page: Page }) {
  const ledger = useStore(page.chosen.ledger);
  return (
    <section class="drawer-section" aria-labelledby="ledger-title">
      <h3 id="ledger-title">Ledger</h3>
      {ledger.kind === 'loading' && <p class="muted">Reading the ledger.</p>}
      {ledger.kind === 'failed' && (
        <Failed what="The ledger could not be read." error={ledger.error} onRetry={page.chosen.reload} />
      )}
      {ledger.kind === 'ready' && (
        <>
          <p class={`verdict verdict-${ledger.value.verdict}`}>{VERDICTS[ledger.value.verdict]}</p>
          {ledger.value.boots.map((boot) => (
            <Boot key={boot.boot} boot={boot} />
          ))}
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
  const missing = boot.missing.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  return (
    <dl class="facts">
      <div>
        <dt>App start</dt>
        <dd class="boot-id" title={boot.boot}>
          {boot.boot}
        </dd>
      </div>
      <div>
        <dt>Stored</dt>
        <dd>
          {boot.stored} of {boot.highestSeq - boot.lowestSeq + 1}
        </dd>
      </div>
      <div>
        <dt>Refused</dt>
        <dd>{refusals.length === 0 ? 'None' : refusals.join(', ')}</dd>
      </div>
      {missing.length > 0 && (
        <div>
          <dt>Missing</dt>
          <dd>{missing.join(', ')}</dd>
        </div>
      )}
    </dl>
  );
}
