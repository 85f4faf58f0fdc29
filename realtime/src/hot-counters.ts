import { VERDICTS, type Verdict } from '@rideline/contract';
import type { GatewayMetrics } from './metrics.ts';

const FLUSH_MS = 1000;
/** One in this many values is observed: an observation costs 3 to 7 µs, as much as judging a fix. */
const OBSERVE_EVERY = 32;

const noVerdicts = () =>
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;

/**
 * Counters of the hot path as plain numbers, added to the metrics once a second: prom-client looks up the labels of every increment, and a
 * frame has several.
 */
export class HotCounters {
  frames = 0;
  again = 0;
  late = 0;
  overBudget = 0;
  acks = 0;
  verdicts = noVerdicts();
  positions = { appended: 0, refused: 0, leftOut: 0 };
  followers = { sent: 0, held: 0 };
  readonly #metrics: GatewayMetrics;
  #fixAges = 0;
  #positionAges = 0;
  #batches = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(metrics: GatewayMetrics) {
    this.#metrics = metrics;
  }

  /** @param gauges called once a second to set values that are read instead of counted */
  start(gauges: () => void): void {
    this.#timer = setInterval(() => {
      this.flush();
      gauges();
    }, FLUSH_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  /** Age of a frame's newest fix when the gateway receives it. */
  fixAge(ageMs: number): void {
    if (this.#fixAges++ % OBSERVE_EVERY === 0) {
      this.#metrics.gateway_fix_age_seconds.observe(Math.max(0, ageMs) / 1000);
    }
  }

  /** Time from the receipt of a fix by a gateway to its emission to a follower. */
  positionAge(ageMs: number): void {
    if (this.#positionAges++ % OBSERVE_EVERY === 0) {
      this.#metrics.follower_position_age_seconds.observe(Math.max(0, ageMs) / 1000);
    }
  }

  /** A batch of fixes is in the log. */
  batch(fixes: number, tookMs: number): void {
    if (this.#batches++ % OBSERVE_EVERY !== 0) return;
    this.#metrics.fix_log_batch_fixes.observe(fixes);
    this.#metrics.fix_log_append_seconds.observe(tookMs / 1000);
  }

  flush(): void {
    const metrics = this.#metrics;
    metrics.gateway_frames_total.inc(this.frames);
    metrics.gateway_fixes_again_total.inc(this.again);
    metrics.gateway_fixes_late_total.inc(this.late);
    metrics.gateway_fixes_over_budget_total.inc(this.overBudget);
    metrics.gateway_acks_total.inc(this.acks);
    for (const verdict of VERDICTS) metrics.gateway_fixes_total.inc({ verdict }, this.verdicts[verdict]);
    metrics.trip_positions_total.inc({ outcome: 'appended' }, this.positions.appended);
    metrics.trip_positions_total.inc({ outcome: 'refused' }, this.positions.refused);
    metrics.trip_positions_total.inc({ outcome: 'left out' }, this.positions.leftOut);
    metrics.follower_positions_total.inc({ outcome: 'sent' }, this.followers.sent);
    metrics.follower_positions_total.inc({ outcome: 'held' }, this.followers.held);
    this.frames = this.again = this.late = this.overBudget = this.acks = 0;
    this.verdicts = noVerdicts();
    this.positions = { appended: 0, refused: 0, leftOut: 0 };
    this.followers = { sent: 0, held: 0 };
  }
}
