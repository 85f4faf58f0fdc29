import type { DriverId } from '@rideline/contract';
import {
  BUDGET_WITHOUT_REDIS,
  FIX_INTERVAL_MS,
  returnFixBudget,
  takeFixBudget,
} from '@rideline/fleet/tracks/fix-budget';
import { TokenBucket } from '@rideline/platform/limits/token-bucket';
import type { DriverContext } from './driver-context.ts';

/**
 * Fixes that a connection holds in advance: more than the SDK has in flight, so that an outbox drains without waiting for Redis, and more than
 * the dearest frame costs (200 fixes in 200 blocks), which would never pass otherwise.
 */
const HELD_FIXES = 4000;
/** Below this the connection asks for more: 27 minutes of a phone at 1 Hz, so that Redis is not asked for every frame. */
const LOW_FIXES = 2000;
/** Ms that Redis may take to answer before the repeat of a refused frame arrives. */
const ANSWER_MS = 250;
/** Ms between two questions while the budget is used up, or Redis does not answer. */
const ASK_AGAIN_MS = 1000;

/**
 * A connection's part of its driver's budget of fixes (decision 0146). The budget is in the state Redis, where all gateways and the API take from
 * it; the connection takes thousands at a time, so that a frame costs a subtraction.
 */
export class FixAllowance {
  readonly #driverId: DriverId;
  readonly #context: Pick<DriverContext, 'state' | 'config' | 'log'>;
  #held = 0;
  /** Redis has answered the last question. Until then, and while it does not, the connection has a small budget of its own. */
  #answered = false;
  #withoutRedis: TokenBucket | null = null;
  #asking = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** Asks when the frame that was refused is affordable, so that its repeat finds the budget here. */
  #askAgain: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(driverId: DriverId, context: Pick<DriverContext, 'state' | 'config' | 'log'>) {
    this.#driverId = driverId;
    this.#context = context;
  }

  /** Fixes that this connection may take without asking. */
  get held(): number {
    return this.#held;
  }

  /** Asks Redis for the first part, so that it is here when the session is open. */
  open(nowMs: number): void {
    void this.#ask(nowMs);
  }

  /** Takes what a frame costs. @returns 0 when it is taken, otherwise the ms after which the frame may be sent again */
  take(cost: number, nowMs: number): number {
    if (this.#held - cost < LOW_FIXES && !this.#asking && this.#mayAsk(nowMs)) void this.#ask(nowMs);
    if (cost <= this.#held) {
      this.#held -= cost;
      return 0;
    }
    if (!this.#answered) {
      this.#withoutRedis ??= new TokenBucket(BUDGET_WITHOUT_REDIS);
      if (this.#withoutRedis.take(nowMs, cost)) return 0;
    }
    const grownInMs = Math.max(ASK_AGAIN_MS, (cost - this.#held) * FIX_INTERVAL_MS);
    this.#askAgain ??= setTimeout(() => {
      this.#askAgain = undefined;
      if (!this.#asking) void this.#ask(nowMs + grownInMs);
    }, grownInMs);
    return grownInMs + ANSWER_MS;
  }

  /** Gives back what is left, so that a phone on a bad connection does not use up its budget by reconnecting. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#askAgain);
    this.#giveBack();
  }

  /** Also after the wall clock was set back. */
  #mayAsk(nowMs: number): boolean {
    const sinceMs = nowMs - this.#askedAtMs;
    return sinceMs < 0 || sinceMs >= ASK_AGAIN_MS;
  }

  /** Never rejects. */
  async #ask(nowMs: number): Promise<void> {
    const { state, config, log } = this.#context;
    this.#asking = true;
    this.#askedAtMs = nowMs;
    try {
      const most = HELD_FIXES - this.#held;
      const { taken } = await takeFixBudget(state, config.region, this.#driverId, { least: 1, most });
      this.#held += taken;
      this.#answered = true;
      this.#withoutRedis = null;
      // There is more where this came from.
      if (taken === most) this.#askedAtMs = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#answered = false;
      log.debug({ reason: (error as Error).message }, 'budget of fixes not known');
    } finally {
      this.#asking = false;
    }
    if (this.#closed) this.#giveBack();
  }

  #giveBack(): void {
    const { state, config, log } = this.#context;
    const left = this.#held;
    this.#held = 0;
    returnFixBudget(state, config.region, this.#driverId, left).catch((error: Error) =>
      log.debug({ reason: error.message }, 'unused budget of fixes not given back: it grows again by itself'),
    );
  }
}
