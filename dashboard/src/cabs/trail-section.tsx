import type { Page } from '../page/page.ts';
import { formatAge } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import { LoadFailure } from '../widgets/load-failure.tsx';
import { TRAIL_MS } from './selected-cab.ts';

export function TrailSection({ page }: { page: Page }) {
  const trail = useStore(page.selectedCab.trail);
  const history = useStore(page.selectedCab.history);
  return (
    <section class="drawer-section" aria-labelledby="trail-title">
      <h3 id="trail-title">Trail</h3>
      <p>
        {trail.length === 0 ? 'No fix yet' : `${trail.length} ${trail.length === 1 ? 'fix' : 'fixes'}`} in the
        last {formatAge(TRAIL_MS)}
        {page.clock.get()?.rate === 1 ? '' : ' of trace time'}.
      </p>
      {history.kind === 'loading' && <p class="muted">Loading the history.</p>}
      {history.kind === 'failed' && (
        <LoadFailure
          what="The history could not be loaded."
          error={history.error}
          onRetry={page.selectedCab.reload}
        />
      )}
    </section>
  );
}
