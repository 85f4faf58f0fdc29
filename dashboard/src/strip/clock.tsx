import type { Page } from '../page/page.ts';
import { domainAt, isReplay } from '../time/server-clock.ts';

/** The city's time on the server's clock; a replay is marked, with its date and its speed. */
export function Clock({ page }: { page: Page }) {
  const clock = page.clock.get();
  if (clock === null) {
    return (
      <span class="stat clock">
        <span class="stat-label">{page.city.name}</span>
        <span class="stat-value">–</span>
      </span>
    );
  }
  const ms = domainAt(clock, page.nowMs());
  const replay = isReplay(clock);
  const rate = Number(clock.rate.toPrecision(3));
  return (
    <span class="stat clock" title={page.time.exact(ms)}>
      <span class="stat-label">
        {replay ? (
          <span class="replay-mark">Replay{rate === 1 ? '' : ` ×${rate}`}</span>
        ) : (
          <span class="live-mark">Live</span>
        )}
        {page.city.name}
      </span>
      <span class="stat-value">
        {replay && `${page.time.date(ms)} `}
        <time dateTime={new Date(ms).toISOString()}>{page.time.clock(ms)}</time>
      </span>
    </span>
  );
}
