import type { Ack, LocationUpdate, ServerTime } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { Uplink } from '../fixes/uplink.ts';
import type { SdkClock } from './clock.ts';
import { ServerClock } from './server-clock.ts';
import { TimeKeeper } from './time-keeper.ts';

/** A phone whose monotonic clock stands still in sleep, as on iOS. */
class SleepingClock implements SdkClock {
  trueMs = 1_000_000;
  #sleptMs = 0;

  wallMs(): number {
    return this.trueMs;
  }
  monotonicMs(): number {
    return this.trueMs - this.#sleptMs;
  }
  random(): number {
    return 0;
  }
  after(): () => void {
    return () => undefined;
  }
  sleep(ms: number): void {
    this.trueMs += ms;
    this.#sleptMs += ms;
  }
}

/** A server whose clock is the true time; `onRequest` happens while a request is on its way back. */
function newServer(clock: SleepingClock) {
  const server = {
    connected: true,
    frames: [] as LocationUpdate[],
    requests: 0,
    onRequest: (() => undefined) as () => void,
    send: (_event: string, body: unknown) => {
      server.frames.push(body as LocationUpdate);
      return true;
    },
    request: async <Reply extends object>(event: string, body: unknown): Promise<Ack<Reply>> => {
      if (event === 'location:update') {
        server.frames.push(body as LocationUpdate);
        return { ok: true } as Ack<Reply>;
      }
      server.requests++;
      const answer: ServerTime = { domainMs: clock.trueMs, wallMs: clock.trueMs, rate: 1 };
      server.onRequest();
      return { ok: true, ...answer } as unknown as Ack<Reply>;
    },
  };
  return server;
}

function newPhone() {
  const clock = new SleepingClock();
  const server = newServer(clock);
  const serverClock = new ServerClock(clock);
  const time: TimeKeeper = new TimeKeeper(serverClock, clock, server, () => uplink.stamp());
  const rechecks: Promise<void>[] = [];
  const uplink: Uplink = new Uplink({
    boot: 'b',
    clock,
    serverClock,
    connection: server,
    store: { isOpen: false, write: async () => undefined },
    storage: undefined,
    onTimeInDoubt: () => rechecks.push(time.recheck()),
    onOverflow: () => undefined,
    onRejected: () => undefined,
  });
  return { clock, server, serverClock, time, uplink, rechecks };
}

const timesOf = (frames: readonly LocationUpdate[]) =>
  frames.flatMap(({ fixes }) => fixes.map((fix) => fix[1]));

describe('SDK-38: time after sleep', () => {
  it('a fix that is taken after sleep is sent with its true time, on the connection that survived', async () => {
    const { clock, server, time, uplink, rechecks } = newPhone();
    await time.start();
    uplink.begin(null);
    uplink.push((seq, t) => [seq, t, 1, 2]);
    expect(timesOf(server.frames)).toEqual([1_000_000]);
    clock.sleep(40_000);
    uplink.push((seq, t) => [seq, t, 1, 2]);
    clock.trueMs += 1000;
    uplink.push((seq, t) => [seq, t, 1, 2]);
    // Nothing is sent before its time is known.
    expect(server.frames).toHaveLength(1);
    await Promise.all(rechecks);
    expect(timesOf(server.frames)).toEqual([1_000_000, 1_040_000, 1_041_000]);
    const { requests } = server;
    uplink.push((seq, t) => [seq, t, 1, 2]);
    expect([server.requests, timesOf(server.frames).at(-1)]).toEqual([requests, 1_041_000]);
  });

  it('a phone that slept between the sample and the answer to sync samples again before anything is sent', async () => {
    const { clock, server, time, uplink, rechecks } = newPhone();
    uplink.push((seq, t) => [seq, t, 1, 2]);
    await time.start();
    clock.sleep(8000);
    uplink.push((seq, t) => [seq, t, 1, 2]);
    uplink.begin(null);
    expect(server.frames).toEqual([]);
    await Promise.all(rechecks);
    expect(timesOf(server.frames).at(-1)).toBe(1_008_000);
  });

  it('without an answer the fixes are sent with the time that was known before, and the next one asks again', async () => {
    const { clock, server, time, uplink, rechecks } = newPhone();
    await time.start();
    uplink.begin(null);
    clock.sleep(40_000);
    server.request = async () => ({ ok: false, code: 'TIMEOUT' });
    uplink.push((seq, t) => [seq, t, 1, 2]);
    await Promise.all(rechecks);
    expect(timesOf(server.frames)).toEqual([1_000_000]);
    uplink.push((seq, t) => [seq, t, 1, 2]);
    expect(rechecks).toHaveLength(2);
    await Promise.all(rechecks);
    expect(server.frames).toHaveLength(2);
  });

  it('a time request that is not answered is repeated before fixes get the time of the wall clock', async () => {
    const { server, serverClock, time } = newPhone();
    const answer = server.request;
    let lost = 3;
    server.request = async (event, body) =>
      lost-- > 0 ? { ok: false, code: 'TIMEOUT' } : answer(event, body);
    await time.start();
    expect([serverClock.synced, server.requests]).toEqual([true, 2]);
  });

  it('a sample during which the phone slept does not count: its round trip is not known', async () => {
    const { clock, server, serverClock, time } = newPhone();
    let naps = 2;
    server.onRequest = () => {
      if (naps-- > 0) clock.sleep(20_000);
      else clock.trueMs += 100;
    };
    await time.start();
    expect(serverClock.roundTripMs).toBe(100);
    expect(Math.abs(serverClock.now() - clock.trueMs)).toBeLessThanOrEqual(250);
  });
});
