export type ListKind = 'cabs' | 'trips';

interface Props {
  readonly kind: ListKind;
  readonly cabs: number;
  readonly trips: number;
  readonly onKind: (kind: ListKind) => void;
}

/** What the list beside the map holds. */
export function ListKinds({ kind, cabs, trips, onKind }: Props) {
  return (
    <nav class="list-kinds" aria-label="List">
      <button type="button" title="t" aria-pressed={kind === 'cabs'} onClick={() => onKind('cabs')}>
        Cabs <span class="muted">{cabs}</span>
      </button>
      <button type="button" title="t" aria-pressed={kind === 'trips'} onClick={() => onKind('trips')}>
        Trips <span class="muted">{trips}</span>
      </button>
    </nav>
  );
}
