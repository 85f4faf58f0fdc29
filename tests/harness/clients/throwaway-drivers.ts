import { createDriver, type Driver } from '@rideline/mobile-sdk';
import type { WholeCluster } from '../cluster/whole-cluster.ts';
import { driveEndingAt, ledgerOf } from '../fixes/sent-ledger.ts';

const FIXES = 5;
const LIFE_MS = 8000;
const ASK_MS = 25;
const ASKED_AT_ONCE = 16;

interface ThrowawayDriver {
  readonly id: string;
  readonly driver: Driver;
}

/**
 * Phones that die as soon as their fixes are acknowledged as received, and never come back. An SDK that stays would send again what a server
 * lost and so hide the loss; these cannot: what they were promised has to be in Mongo without them.
 */
export class ThrowawayDrivers {
  /** Those whose every fix was acknowledged before they died. */
  readonly promised: ThrowawayDriver[] = [];
  private readonly whole: WholeCluster;
  private readonly swarm: number;
  private born = 0;
  private flying = true;
  private workers: Promise<void>[] = [];

  /** `swarm`: how many live at a time. */
  constructor(whole: WholeCluster, swarm: number) {
    this.whole = whole;
    this.swarm = swarm;
  }

  start(): void {
    this.workers = Array.from({ length: this.swarm }, () => this.breed());
  }

  async stop(): Promise<void> {
    this.flying = false;
    await Promise.all(this.workers);
  }

  /** Ids of those that were promised something that is not in Mongo, or is there more than once. */
  async broken(): Promise<string[]> {
    const broken: string[] = [];
    for (let start = 0; start < this.promised.length; start += ASKED_AT_ONCE) {
      const some = this.promised.slice(start, start + ASKED_AT_ONCE);
      broken.push(
        ...(await Promise.all(some.map((throwawayDriver) => this.fault(throwawayDriver)))).filter(
          (told) => told !== null,
        ),
      );
    }
    return broken;
  }

  private async fault({ id, driver }: ThrowawayDriver): Promise<string | null> {
    const { stored, refused, extra } = await ledgerOf(this.whole, id, driver);
    return stored + refused === FIXES && extra === 0 ? null : `${id}: stored ${stored}, refused ${refused}`;
  }

  private async breed(): Promise<void> {
    while (this.flying) await this.live(`throwawayDriver-${++this.born}`);
  }

  private async live(id: string): Promise<void> {
    const driver = createDriver({ url: this.whole.cluster.url, token: () => this.whole.token('driver', id) });
    const endMs = Date.now() + LIFE_MS;
    for (const fix of driveEndingAt(this.whole.clock.domainMs(), FIXES)) driver.push(fix);
    driver.connect();
    while (Date.now() < endMs && driver.unacknowledged().length > 0)
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    if (driver.unacknowledged().length === 0) this.promised.push({ id, driver });
    driver.close();
  }
}
