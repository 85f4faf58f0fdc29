import { createDriver, type Driver } from '@rideline/sdk';
import type { WholeCluster } from '../cluster/whole-cluster.ts';
import { driveEndingAt, ledgerOf } from '../fixes/sent-ledger.ts';

const FIXES = 5;
const MAX_LIFE_MS = 8000;
const POLL_MS = 25;
const CHECKED_AT_ONCE = 16;

interface ThrowawayDriver {
  readonly id: string;
  readonly driver: Driver;
}

/**
 * Drivers that close as soon as their fixes are acknowledged as received, and never reconnect. A driver that stays would send
 * again what a server has lost, and so hide the loss. Acknowledged fixes of these drivers must reach MongoDB without them.
 */
export class ThrowawayDrivers {
  /** Drivers whose fixes were all acknowledged before they closed. */
  readonly acknowledged: ThrowawayDriver[] = [];
  readonly #whole: WholeCluster;
  readonly #concurrent: number;
  #started = 0;
  #isRunning = true;
  #running: Promise<void>[] = [];

  /** @param concurrent number of drivers at a time */
  constructor(whole: WholeCluster, concurrent: number) {
    this.#whole = whole;
    this.#concurrent = concurrent;
  }

  start(): void {
    this.#running = Array.from({ length: this.#concurrent }, () => this.#startDrivers());
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#running);
  }

  /** Drivers with an acknowledged fix that is missing in MongoDB, or stored more than once. */
  async broken(): Promise<string[]> {
    const broken: string[] = [];
    for (let start = 0; start < this.acknowledged.length; start += CHECKED_AT_ONCE) {
      const some = this.acknowledged.slice(start, start + CHECKED_AT_ONCE);
      broken.push(
        ...(await Promise.all(some.map((throwawayDriver) => this.#faultOf(throwawayDriver)))).filter(
          (fault) => fault !== null,
        ),
      );
    }
    return broken;
  }

  async #faultOf({ id, driver }: ThrowawayDriver): Promise<string | null> {
    const { stored, refused, extra } = await ledgerOf(this.#whole, id, driver);
    return stored + refused === FIXES && extra === 0 ? null : `${id}: stored ${stored}, refused ${refused}`;
  }

  async #startDrivers(): Promise<void> {
    while (this.#isRunning) await this.#runDriver(`throwawayDriver-${++this.#started}`);
  }

  async #runDriver(id: string): Promise<void> {
    const driver = createDriver({
      url: this.#whole.cluster.url,
      token: () => this.#whole.token('driver', id),
    });
    const endMs = Date.now() + MAX_LIFE_MS;
    for (const fix of driveEndingAt(this.#whole.clock.domainMs(), FIXES)) driver.push(fix);
    driver.connect();
    while (Date.now() < endMs && driver.unacknowledged().length > 0)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (driver.unacknowledged().length === 0) this.acknowledged.push({ id, driver });
    driver.close();
  }
}
