export const LIST_KINDS = ['cabs', 'trips', 'documents'] as const;
export type ListKind = (typeof LIST_KINDS)[number];
export const LIST_KIND_NAMES: Readonly<Record<ListKind, string>> = {
  cabs: 'Cabs',
  trips: 'Trips',
  documents: 'Documents',
};

/** The kind that the key `t` switches to. */
export function kindAfter(kind: ListKind): ListKind {
  return LIST_KINDS[(LIST_KINDS.indexOf(kind) + 1) % LIST_KINDS.length] ?? 'cabs';
}

interface Props {
  readonly kind: ListKind;
  /** Per kind; undefined while unknown. */
  readonly counts: Readonly<Record<ListKind, number | undefined>>;
  readonly onKind: (kind: ListKind) => void;
}

/** Selects what the list beside the map shows. */
export function ListKinds({ kind, counts, onKind }: Props) {
  return (
    <nav class="list-kinds" aria-label="List">
      {LIST_KINDS.map((one) => (
        <button key={one} type="button" title="t" aria-pressed={kind === one} onClick={() => onKind(one)}>
          {LIST_KIND_NAMES[one]} <span class="muted">{counts[one] ?? ''}</span>
        </button>
      ))}
    </nav>
  );
}
