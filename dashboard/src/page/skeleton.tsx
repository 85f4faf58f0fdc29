import { SkeletonRows } from '../list/skeleton-rows.tsx';

/** The page's outline while the city loads, so that the layout does not shift when the content arrives. */
export function Skeleton() {
  return (
    <div class="workspace" aria-busy="true">
      <header class="strip">
        <span class="brand">Rideline</span>
      </header>
      <section class="list" aria-label="Cabs">
        <SkeletonRows />
      </section>
      <main class="map" aria-label="Map" />
    </div>
  );
}
