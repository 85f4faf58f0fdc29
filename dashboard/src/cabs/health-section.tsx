import type { DriverHealth, Outage } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { formatAge } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import { Fact } from '../widgets/fact.tsx';
import { LoadFailure } from '../widgets/load-failure.tsx';
import { deviceFacts, formatRate, newestOutages, OUTAGE_LABELS, outageBars } from './health-labels.ts';

const LINE_WIDTH = 1000;

/** How well the driver's phone was tracked in the last day, and why not; reloaded every minute while the drawer is open. */
export function HealthSection({ page }: { page: Page }) {
  const health = useStore(page.selectedCab.health);
  return (
    <section class="drawer-section" aria-labelledby="health-title">
      <h3 id="health-title">Tracking, last 24 h</h3>
      {health.kind === 'loading' && <p class="muted">Loading the health of the phone.</p>}
      {health.kind === 'failed' && (
        <LoadFailure
          what="The health of the phone could not be loaded."
          error={health.error}
          onRetry={page.selectedCab.reload}
        />
      )}
      {health.kind === 'ready' && <Health page={page} health={health.value} />}
    </section>
  );
}

function Health({ page, health }: { page: Page; health: DriverHealth }) {
  const { trackingRate, dutyMs, outageCount, device } = health;
  if (trackingRate === null) return <p class="muted">Not on duty in the last 24 hours.</p>;
  const shown = newestOutages(health);
  return (
    <>
      <p class={`verdict verdict-${outageCount === 0 ? 'complete' : 'missing'}`}>
        Tracked {formatRate(trackingRate)} of {formatAge(dutyMs)} on duty
      </p>
      <svg
        class="outage-line"
        viewBox={`0 0 ${LINE_WIDTH} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={outageCount === 1 ? '1 outage in 24 hours' : `${outageCount} outages in 24 hours`}
      >
        {outageBars(health, LINE_WIDTH).map(({ key, x, width }) => (
          <rect key={key} x={x} y="0" width={width} height="10" />
        ))}
      </svg>
      {shown.length > 0 && (
        <ol class="outages">
          {shown.map((outage) => (
            <OutageRow key={outage.from} page={page} outage={outage} />
          ))}
        </ol>
      )}
      {outageCount > shown.length && <p class="muted">And {outageCount - shown.length} before these.</p>}
      {device !== null && (
        <dl class="facts">
          {deviceFacts(device).map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
          <Fact name="Reported">{page.time.clock(Date.parse(device.at))}</Fact>
        </dl>
      )}
    </>
  );
}

function OutageRow({ page, outage }: { page: Page; outage: Outage }) {
  const { from, to, ongoing, reason, reported, verdict } = outage;
  const fromMs = Date.parse(from);
  return (
    <li>
      <span class="outage-time">{page.time.clock(fromMs)}</span>
      <span>
        {OUTAGE_LABELS[reason]}
        {verdict === undefined ? '' : ` (${verdict.replaceAll('_', ' ')})`}
        <span class="muted">
          {' '}
          {ongoing ? 'since then' : `for ${formatAge(Date.parse(to) - fromMs)}`}
          {reported ? '' : ', concluded'}
        </span>
      </span>
    </li>
  );
}
