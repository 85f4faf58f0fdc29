import type { Link } from '../feed/link-state.ts';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';

const LABELS: Readonly<Record<Link['kind'], string>> = {
  connecting: 'Connecting',
  live: 'Connected',
  lost: 'Reconnecting',
  refused: 'Refused',
  signed_out: 'Signed out',
};

export function ConnectionState({ page }: { page: Page }) {
  const { kind } = useStore(page.connection.link);
  return (
    <span class="stat">
      <span class="stat-label">Connection</span>
      <span class={`stat-value link link-${kind}`} role="status">
        {LABELS[kind]}
      </span>
    </span>
  );
}
