const ROWS = [64, 52, 60, 48, 56, 64, 50, 58, 62, 54, 60, 50];

/** Placeholder while the rows load. */
export function SkeletonRows() {
  return (
    <div class="skeleton-rows">
      {ROWS.map((width, i) => (
        <svg key={String(i)} class="skeleton-row" width="100%" height="32" aria-hidden="true">
          <circle cx="22" cy="16" r="5" />
          <rect x="40" y="12" width={width} height="8" rx="2" />
          <rect x="200" y="12" width="32" height="8" rx="2" />
          <rect x="256" y="12" width="44" height="8" rx="2" />
        </svg>
      ))}
    </div>
  );
}
