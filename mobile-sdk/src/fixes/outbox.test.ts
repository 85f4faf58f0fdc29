import {
  bootIdSchema,
  FIX_FLAGS,
  LIMITS,
  type LocationAck,
  type SeqRange,
  type WireFix,
} from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

const boot = bootIdSchema.parse('boot-1');
const make = (seq: number): WireFix => [seq, 1000 + seq, 37.7, -122.4];
const ack = (received: number, durable: number, gaps: SeqRange[] = []): LocationAck => ({
  boot,
  received,
  durable,
  gaps,
});
const seqsOf = (frame: { fixes: WireFix[] } | undefined) => frame?.fixes.map((fix) => fix[0]);

function online(options: ConstructorParameters<typeof Outbox>[0] = {}): Outbox {
  const outbox = new Outbox(options);
  outbox.connected(0, null);
  return outbox;
}

function push(outbox: Outbox, count: number): void {
  for (let i = 0; i < count; i++) outbox.add(make);
}

describe('outbox', () => {
  it('SDK-1: a fix is kept until it is durable, not only received', () => {
    const outbox = online();
    push(outbox, 3);
    expect(seqsOf(outbox.nextFrame(0))).toEqual([0, 1, 2]);
    outbox.acknowledge(ack(2, -1), 1);
    expect(outbox.stats()).toMatchObject({ held: 3, inFlight: 0, received: 3 });
    outbox.acknowledge(ack(2, 1), 2);
    expect(outbox.stats()).toMatchObject({ held: 1, durable: 1 });
    outbox.acknowledge(ack(2, 2), 3);
    expect(outbox.heldCount).toBe(0);
  });

  it('SDK-1: a durable above what was sent does not forget fixes that were never sent', () => {
    const outbox = online();
    push(outbox, 2);
    outbox.acknowledge(ack(1_000_000, 1_000_000), 0);
    expect(outbox.heldCount).toBe(2);
    expect(seqsOf(outbox.nextFrame(1))).toEqual([0, 1]);
  });

  it('LIM-27: over the budget old fixes wait for the given time, and new ones are sent at once', () => {
    const outbox = new Outbox();
    push(outbox, 3);
    outbox.connected(0, null);
    expect(seqsOf(outbox.nextFrame(0))).toEqual([0, 1, 2]);
    outbox.frameOverBudget([0, 1, 2], 5000, 10);
    expect(outbox.nextFrame(10)).toBeUndefined();
    expect(outbox.wakeAt(10)).toBe(5010);
    push(outbox, 1);
    expect(seqsOf(outbox.nextFrame(1000))).toEqual([3]);
    expect(outbox.nextFrame(5009)).toBeUndefined();
    expect(seqsOf(outbox.nextFrame(5010))).toEqual([0, 1, 2]);
    expect(outbox.stats()).toMatchObject({ held: 4, rejected: 0, overflowed: 0 });
  });

  it('SDK-2: new fixes are sent at once, and only missing ones again', () => {
    const outbox = online();
    push(outbox, 1);
    expect(seqsOf(outbox.nextFrame(0))).toEqual([0]);
    push(outbox, 1);
    expect(seqsOf(outbox.nextFrame(10))).toEqual([1]);
    push(outbox, 1);
    expect(seqsOf(outbox.nextFrame(20))).toEqual([2]);
    expect(outbox.nextFrame(30)).toBeUndefined();
    outbox.acknowledge(ack(2, -1, [[1, 1]]), 40);
    const again = outbox.nextFrame(50);
    expect(seqsOf(again)).toEqual([1]);
    expect(again?.fixes[0]?.[7]).toBe(FIX_FLAGS.replayed);
  });

  it('SDK-2: a gap is ignored for fixes sent after the newest acknowledged fix', () => {
    const outbox = online();
    push(outbox, 1);
    outbox.nextFrame(0);
    outbox.disconnected();
    outbox.connected(5, ack(-1, -1));
    push(outbox, 1);
    expect(seqsOf(outbox.nextFrame(10))).toEqual([1]);
    expect(seqsOf(outbox.nextFrame(20))).toEqual([0]);
    // Computed before the second frame arrived.
    outbox.acknowledge(ack(1, -1, [[0, 0]]), 30);
    expect(outbox.nextFrame(40)).toBeUndefined();
  });

  it('SDK-2: after a reconnect what the server does not have is sent again', () => {
    const outbox = online();
    push(outbox, 5);
    outbox.nextFrame(0);
    outbox.acknowledge(ack(4, 1), 1);
    outbox.disconnected();
    push(outbox, 2);
    outbox.connected(100, ack(2, 1));
    expect(seqsOf(outbox.nextFrame(100))).toEqual([3, 4, 5, 6]);
    outbox.disconnected();
    outbox.connected(200, null);
    expect(seqsOf(outbox.nextFrame(200))).toEqual([2, 3, 4, 5, 6]);
  });

  it('SDK-2: fixes without acknowledgement are sent again after resendAfterMs', () => {
    const outbox = online({ resendAfterMs: 1000 });
    push(outbox, 1);
    outbox.nextFrame(0);
    expect(outbox.wakeAt(1)).toBe(1000);
    expect(outbox.nextFrame(999)).toBeUndefined();
    expect(seqsOf(outbox.nextFrame(1000))).toEqual([0]);
  });

  it('SDK-2: the oldest frame is sent again at growing intervals while durable does not advance', () => {
    const outbox = online({ stallMs: 1000, stallMaxMs: 3000, resendAfterMs: 100_000 });
    push(outbox, 1);
    outbox.nextFrame(0);
    outbox.acknowledge(ack(0, -1), 10);
    const tries: number[] = [];
    for (let now = 10; now <= 12_000; now += 10) {
      if (outbox.nextFrame(now) === undefined) continue;
      tries.push(now);
      outbox.frameReceived([0], now);
    }
    expect(tries).toEqual([1010, 3010, 6010, 9010]);
  });

  it('SDK-3: frames and fixes in flight are limited, with room kept for new fixes', () => {
    const outbox = new Outbox({ framesBurst: 1000 });
    push(outbox, 3000);
    outbox.connected(0, null);
    let frames = 0;
    for (let frame = outbox.nextFrame(0); frame !== undefined; frame = outbox.nextFrame(0)) {
      expect(frame.fixes.length).toBeLessThanOrEqual(LIMITS.fixesPerFrame);
      frames++;
    }
    expect(frames).toBe(4);
    expect(outbox.stats().inFlight).toBe(LIMITS.fixesInFlight - LIMITS.fixesPerFrame);
    push(outbox, 300);
    expect(outbox.nextFrame(0)?.fixes.length).toBe(LIMITS.fixesPerFrame);
    expect(outbox.nextFrame(0)).toBeUndefined();
    expect(outbox.stats().inFlight).toBe(LIMITS.fixesInFlight);
  });

  it('SDK-3: frames stay below the server’s event limit', () => {
    const outbox = online();
    let sent = 0;
    for (let now = 0; now < 10_000; now += 5) {
      push(outbox, 1);
      while (outbox.nextFrame(now) !== undefined) sent++;
      outbox.acknowledge(ack(outbox.stats().pushed - 1, outbox.stats().pushed - 1), now);
    }
    expect(sent).toBeLessThanOrEqual(10 * LIMITS.driverEventsPerSecond);
    expect(outbox.stats().pushed).toBe(2000);
  });

  it('SDK-3: the policy’s interval is kept on average; a few frames in a row are sent at once', () => {
    const outbox = online();
    outbox.setPolicy({ intervalMs: 1000, ackIntervalMs: 5000 });
    for (let i = 0; i < 5; i++) {
      push(outbox, 1);
      expect(seqsOf(outbox.nextFrame(i))).toEqual([i]);
    }
    push(outbox, 2);
    expect(outbox.nextFrame(500)).toBeUndefined();
    expect(outbox.wakeAt(500)).toBe(1000);
    outbox.setPolicy({ intervalMs: 1000, ackIntervalMs: 5000 });
    expect(outbox.nextFrame(999)).toBeUndefined();
    expect(seqsOf(outbox.nextFrame(1001))).toEqual([5, 6]);
  });

  it('SDK-3: BUSY stops all sending for the requested time', () => {
    const outbox = new Outbox();
    push(outbox, 10);
    outbox.connected(0, null);
    const frame = outbox.nextFrame(0);
    outbox.frameBusy(seqsOf(frame) ?? [], 2000, 10);
    push(outbox, 1);
    expect(outbox.nextFrame(1000)).toBeUndefined();
    expect(outbox.wakeAt(1000)).toBe(2010);
    expect(seqsOf(outbox.nextFrame(2010))).toEqual([10]);
    expect(seqsOf(outbox.nextFrame(2010))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('SDK-4: on overflow the oldest fix is dropped and counted, and the lowest held seq is sent', () => {
    const outbox = online({ capacity: 3 });
    push(outbox, 3);
    expect(outbox.nextFrame(0)?.lowest).toBeUndefined();
    expect(outbox.add(make)).toEqual({ seq: 3, dropped: 0 });
    const frame = outbox.nextFrame(1);
    expect(frame).toMatchObject({ lowest: 1 });
    expect(seqsOf(frame)).toEqual([3]);
    expect(outbox.stats()).toMatchObject({ overflowed: 1, held: 3 });
  });

  it('SDK-4: a frame that is refused permanently is dropped and counted', () => {
    const outbox = new Outbox();
    push(outbox, 2);
    outbox.connected(0, null);
    outbox.frameRejected(seqsOf(outbox.nextFrame(0)) ?? []);
    push(outbox, 1);
    expect(outbox.nextFrame(1)).toMatchObject({ lowest: 2 });
    expect(outbox.stats()).toMatchObject({ rejected: 2, held: 1 });
  });

  it('SDK-4: fixes above a gap list that is cut off at its limit do not count as received', () => {
    const outbox = online();
    push(outbox, 200);
    outbox.nextFrame(0);
    const gaps: SeqRange[] = Array.from({ length: LIMITS.ackGaps }, (_, i) => [i * 2, i * 2]);
    outbox.acknowledge(ack(199, -1, gaps), 10);
    expect(outbox.unacknowledged().at(-1)).toEqual([62, 199]);
  });
});
