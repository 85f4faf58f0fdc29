import { bootIdSchema, LIMITS, type LocationAck, type SeqRange, type WireFix } from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, type OutboxFrame } from './outbox.ts';

const SEED = 20_080_606;
const boot = bootIdSchema.parse('boot-1');

/** Ranges of [0, end] that are in none of the sets, at most LIMITS.ackGaps. */
function gapsOf(end: number, ...sets: ReadonlySet<number>[]): SeqRange[] {
  const gaps: SeqRange[] = [];
  for (let seq = 0; seq <= end; seq++) {
    if (sets.some((set) => set.has(seq))) continue;
    const last = gaps[gaps.length - 1];
    if (last !== undefined && last[1] === seq - 1) last[1] = seq;
    else if (gaps.length === LIMITS.ackGaps) break;
    else gaps.push([seq, seq]);
  }
  return gaps;
}

/**
 * Simulates servers for one phone. A gateway knows what it appended since the connection began and what is durable; the log may lose its
 * tail without the gateway noticing; a cut loses what is in flight in both directions.
 */
class World {
  readonly outbox = new Outbox({
    capacity: 500,
    resendAfterMs: 2000,
    stallMs: 3000,
    stallMaxMs: 3000,
    framesPerSecond: 15,
    framesBurst: 20,
  });
  nowMs = 0;
  pushed = 0;
  connected = false;
  readonly log = new Set<number>();
  readonly durable = new Set<number>();
  readonly dropped = new Set<number>();
  readonly #appended = new Set<number>();
  #gatewayKnows = new Set<number>();
  #lowest = 0;
  #wire: OutboxFrame[] = [];
  #frameTimes: number[] = [];

  push(count: number): void {
    for (let i = 0; i < count; i++) {
      this.pushed++;
      const { dropped } = this.outbox.add((seq): WireFix => [seq, this.nowMs, 1, 2]);
      if (dropped !== undefined) this.dropped.add(dropped);
    }
    this.#pump();
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.#pump();
  }

  connect(): void {
    if (this.connected) return;
    this.connected = true;
    this.#gatewayKnows = new Set(this.durable);
    this.outbox.connected(this.nowMs, this.ack());
    this.#pump();
  }

  cut(): void {
    this.connected = false;
    this.#wire = [];
    this.outbox.disconnected();
  }

  /** The gateway reads one frame and appends it, or is full. */
  arrive(busy: boolean): void {
    const frame = this.#wire.shift();
    if (frame === undefined) return;
    const seqs = frame.fixes.map((fix) => fix[0]);
    if (!busy) {
      this.#lowest = Math.max(this.#lowest, frame.lowest ?? 0);
      for (const seq of seqs) {
        this.log.add(seq);
        this.#appended.add(seq);
        this.#gatewayKnows.add(seq);
      }
    }
    if (!frame.bulk) return;
    if (busy) this.outbox.frameBusy(seqs, 500, this.nowMs);
    else this.outbox.frameReceived(seqs, this.nowMs);
    this.#pump();
  }

  persist(count: number): void {
    for (const seq of this.log) {
      if (count-- === 0) break;
      this.durable.add(seq);
      this.log.delete(seq);
    }
  }

  loseTail(count: number): void {
    for (const seq of [...this.log].slice(-count)) this.log.delete(seq);
  }

  sendAck(): void {
    if (!this.connected) return;
    this.outbox.acknowledge(this.ack(), this.nowMs);
    this.#pump();
  }

  ack(): LocationAck {
    for (const seq of this.durable) this.#gatewayKnows.add(seq);
    const received = Math.max(-1, ...this.#gatewayKnows);
    let durable = -1;
    while (this.durable.has(durable + 1) || durable + 1 < this.#lowest) durable++;
    return {
      boot,
      received,
      durable,
      gaps: gapsOf(received, this.#gatewayKnows).filter(([, to]) => to >= this.#lowest),
    };
  }

  #pump(): void {
    for (let frame = this.outbox.nextFrame(this.nowMs); frame; frame = this.outbox.nextFrame(this.nowMs)) {
      if (!this.connected) throw new Error('sent without a connection');
      this.#wire.push(frame);
      this.#frameTimes.push(this.nowMs);
      this.#checkFrame(frame);
    }
  }

  #checkFrame(frame: OutboxFrame): void {
    expect(frame.fixes.length).toBeGreaterThan(0);
    expect(frame.fixes.length).toBeLessThanOrEqual(LIMITS.fixesPerFrame);
    expect(this.outbox.stats().inFlight).toBeLessThanOrEqual(LIMITS.fixesInFlight);
    const lastSecond = this.#frameTimes.filter((at) => at > this.nowMs - 1000).length;
    expect(lastSecond).toBeLessThanOrEqual(LIMITS.driverEventsBurst);
  }

  /** A fix that is neither durable nor dropped is still on the phone. */
  check(): void {
    const stats = this.outbox.stats();
    expect(stats.held).toBe(stats.inFlight + stats.received + stats.waiting);
    const kept = (seq: number) => this.durable.has(seq) || this.dropped.has(seq) || this.outbox.isHeld(seq);
    expect(range(this.pushed).filter((seq) => !kept(seq))).toEqual([]);
    expect(stats.overflowed).toBe(this.dropped.size);
    const open = this.outbox.unacknowledged();
    const believed = (seq: number) => !open.some(([from, to]) => seq >= from && seq <= to);
    expect(
      range(this.pushed).filter(
        (seq) => this.outbox.isHeld(seq) && believed(seq) && !this.#appended.has(seq),
      ),
    ).toEqual([]);
    const wakeAt = this.outbox.wakeAt(this.nowMs);
    if (wakeAt !== undefined) expect(wakeAt).toBeGreaterThanOrEqual(this.nowMs);
  }

  /** All servers recover: the phone must deliver everything it holds. */
  heal(): void {
    for (let round = 0; round < 400 && (this.outbox.heldCount > 0 || !this.connected); round++) {
      this.connect();
      this.pass(250);
      for (let i = 0; i < 64; i++) this.arrive(false);
      this.persist(Number.POSITIVE_INFINITY);
      this.sendAck();
    }
    expect(this.outbox.heldCount).toBe(0);
  }
}

const range = (end: number) => Array.from({ length: end }, (_, seq) => seq);

const command = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }).map((n) => ({ name: 'push', n }) as const) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1500 }).map((n) => ({ name: 'pass', n }) as const) },
  { weight: 6, arbitrary: fc.boolean().map((busy) => ({ name: 'arrive', busy }) as const) },
  { weight: 3, arbitrary: fc.constant({ name: 'ack' } as const) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 400 }).map((n) => ({ name: 'persist', n }) as const) },
  { weight: 2, arbitrary: fc.constant({ name: 'connect' } as const) },
  { weight: 1, arbitrary: fc.constant({ name: 'cut' } as const) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }).map((n) => ({ name: 'loseTail', n }) as const) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

function apply(world: World, step: Command): void {
  switch (step.name) {
    case 'push':
      world.push(step.n);
      break;
    case 'pass':
      world.pass(step.n);
      break;
    case 'arrive':
      world.arrive(step.busy);
      break;
    case 'ack':
      world.sendAck();
      break;
    case 'persist':
      world.persist(step.n);
      break;
    case 'connect':
      world.connect();
      break;
    case 'cut':
      world.cut();
      break;
    case 'loseTail':
      world.loseTail(step.n);
      break;
  }
}

describe('outbox under any interleaving', () => {
  it('SDK-1: no fix that is not durable is lost, limits are never exceeded, and the outbox ends empty', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 5, maxLength: 120 }), (steps) => {
        const world = new World();
        for (const step of steps) {
          apply(world, step);
          world.check();
        }
        world.heal();
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('SDK-1: any acknowledgement, correct or not, keeps the counts consistent', () => {
    const anyAck = fc.record({
      received: fc.integer({ min: -1, max: 400 }),
      durable: fc.integer({ min: -1, max: 400 }),
      gaps: fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { maxLength: LIMITS.ackGaps }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), anyAck), { maxLength: 30 }), (steps) => {
        const outbox = new Outbox();
        outbox.connected(0, null);
        let nowMs = 0;
        for (const [pushes, ack] of steps) {
          for (let i = 0; i < pushes; i++) outbox.add((seq): WireFix => [seq, 0, 1, 2]);
          while (outbox.nextFrame(++nowMs) !== undefined);
          outbox.acknowledge({ boot, ...ack }, nowMs);
          const stats = outbox.stats();
          expect(stats.held).toBe(stats.inFlight + stats.received + stats.waiting);
          expect(Math.min(stats.inFlight, stats.received, stats.waiting)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
