import type { FleetState } from '@rideline/contract';

export const STATE_NAMES: Readonly<Record<FleetState, string>> = {
  available: 'Available',
  busy: 'On trip',
  offline: 'Offline',
};

/** The same shapes as on the map (map/car-marks.ts). Always shown beside the state's name, which may be visually hidden. */
export function StateMark({ state }: { state: FleetState }) {
  return (
    <svg class={`mark mark-${state}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {state === 'offline' ? (
        <rect x="2.75" y="2.75" width="6.5" height="6.5" />
      ) : (
        <circle cx="6" cy="6" r="4.25" />
      )}
    </svg>
  );
}
