import { formatSpeed } from '../cabs/movement.ts';
import { STATE_NAMES } from '../cabs/state-mark.tsx';
import type { Page } from '../page/page.ts';
import { formatAge, wallAgeMs } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import type { Hover } from './fleet-map.ts';

/** The cab under the pointer. */
export function HoverCard({ page, hover }: { page: Page; hover: Hover }) {
  useStore(page.second);
  const clock = page.clock.get();
  const { cab, x, y } = hover;
  const parts = [
    STATE_NAMES[cab.state],
    clock === null ? null : formatAge(wallAgeMs(clock, cab.at, page.nowMs())),
    cab.speed === null ? null : formatSpeed(cab.speed),
  ];
  // On the side of the pointer with more room.
  const left = x > innerWidth / 2 ? `calc(${Math.round(x - 14)}px - 100%)` : `${Math.round(x + 14)}px`;
  return (
    <div class="hover-card" style={{ transform: `translate(${left}, ${Math.round(y + 14)}px)` }}>
      <strong>{cab.id}</strong> {parts.filter((part) => part !== null).join(' · ')}
    </div>
  );
}
