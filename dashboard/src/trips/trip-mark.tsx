import type { TripGroup } from './trip-store.ts';

/** The same shapes as on the map (map/trip-layer.ts): a rider is a diamond, hollow while waiting, with a dot while an offer is open. */
export function TripMark({ group }: { group: TripGroup }) {
  return (
    <svg class={`mark trip-mark trip-${group}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d="M6 1 L11 6 L6 11 L1 6 Z" />
      {group === 'offered' && <circle cx="6" cy="6" r="1.6" />}
      {group === 'pickup' && <path class="trip-mark-half" d="M6 1 L11 6 L6 11 Z" />}
    </svg>
  );
}
