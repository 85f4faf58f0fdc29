import { LIST_KIND_NAMES, type ListKind } from '../list/list-kinds.tsx';

export type Tab = 'map' | 'list';

interface Props {
  readonly tab: Tab;
  readonly count: number;
  readonly kind: ListKind;
  readonly onTab: (tab: Tab) => void;
}

/** Switches between list and map on narrow screens. */
export function Tabs({ tab, count, kind, onTab }: Props) {
  return (
    <nav class="tabs" aria-label="View">
      <button type="button" aria-pressed={tab === 'map'} onClick={() => onTab('map')}>
        Map
      </button>
      <button type="button" aria-pressed={tab === 'list'} onClick={() => onTab('list')}>
        {LIST_KIND_NAMES[kind]} <span class="muted">{count}</span>
      </button>
    </nav>
  );
}
