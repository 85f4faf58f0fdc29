import { TRIP_MARKS } from './trip-marks.ts';
import type { TripGroup } from './trip-store.ts';

/** A trip's diamond beside text: the shape of TRIP_MARKS, as on the map (map/trip-layer.ts). */
export function TripMark({ group, isSilent = false }: { group: TripGroup; isSilent?: boolean }) {
  const { fill, colour } = TRIP_MARKS[group];
  return (
    <svg
      class={`mark trip-mark trip-mark-${colour}`}
      data-fill={fill}
      viewBox="0 0 12 12"
      width="12"
      height="12"
      aria-hidden="true"
    >
      <path class={fill === 'full' ? 'trip-mark-fill' : undefined} d="M6 1 L11 6 L6 11 L1 6 Z" />
      {fill === 'dot' && <circle class="trip-mark-fill" cx="6" cy="6" r="1.6" />}
      {fill === 'half' && <path class="trip-mark-fill" d="M6 1 L11 6 L6 11 Z" />}
      {isSilent && <circle class="trip-mark-alert" cx="10" cy="2" r="2" />}
    </svg>
  );
}
