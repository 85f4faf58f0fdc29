import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { formatAge } from '../time/age.ts';
import { Failed } from '../widgets/load-failure.tsx';
import { TRAIL_MS } from './selected-cab.ts';

export function TrailSection({ page }: { page: Page }) {
  const trail = useStore(page.chosen.trail);
  const history = useStore(page.chosen.history);
  return (
    <section class="drawer-section" aria-labelledby="trail-title">
      <h3 id="trail-title">Trail</h3>
      <p>
        {trail.length === 0 ? 'No fix yet' : `${trail.length} ${trail.length === 1 ? 'fix' : 'fixes'}`} in the
        last {formatAge(TRAIL_MS)}
        {page.clock.get()?.rate === 1 ? '' : ' of trace time'}.
      </p>
      {history.kind === 'loading' && <p class="muted">Reading the history.</p>}
      {history.kind === 'failed' && (
        <Failed what="The history could not be read." error={history.error} onRetry={page.chosen.reload} />
      )}
    </section>
  );
}
