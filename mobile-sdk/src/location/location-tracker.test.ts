import type { Ack, HealthReport } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { HealthLog } from '../health/health-log.ts';
import { HealthReporter } from '../health/health-reporter.ts';
import { ServerClock } from '../time/server-clock.ts';
import { FakeClock } from './fake-clock.ts';
import type { SampledFix } from './fix-sampler.ts';
import type { DeviceState, LocationHandlers, LocationSample, LocationSource } from './location-source.ts';
import { type AliveStorage, LocationTracker } from './location-tracker.ts';

/** A location source that a test commands: what the OS says, and what it delivers. */
class ScriptedSource implements LocationSource {
  readonly #clock: FakeClock;
  starts = 0;
  isRegisteredAnswer = true;
  /** null: a measurement on demand fails. */
  place: { lat: number; lng: number } | null = null;
  state: DeviceState = {};
  #handlers: LocationHandlers | undefined;
  constructor(clock: FakeClock) {
    this.#clock = clock;
  }
  start(handlers: LocationHandlers): void {
    this.starts++;
    this.#handlers = handlers;
  }
  stop(): void {
    this.#handlers = undefined;
  }
  async current(): Promise<LocationSample> {
    if (this.place === null) throw new Error('no position');
    return { ...this.place, timestamp: this.#clock.wallMs() };
  }
  async isRegistered(): Promise<boolean> {
    return this.isRegisteredAnswer;
  }
  async device(): Promise<DeviceState> {
    return this.state;
  }
  deliver(lat: number, timestamp = this.#clock.wallMs()): void {
    this.#handlers?.onSamples([{ lat, lng: 10, timestamp, speed: 5 }]);
  }
}

function newTracker(alive?: AliveStorage) {
  const clock = new FakeClock();
  const source = new ScriptedSource(clock);
  const log = new HealthLog();
  const fixes: SampledFix[] = [];
  const tracker = new LocationTracker({
    clock,
    source,
    options: alive === undefined ? {} : { alive },
    log,
    clockSkewMs: () => undefined,
    onFix: (fix) => fixes.push(fix),
    onHealth: () => undefined,
  });
  const deliverFor = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      source.deliver(clock.monotonicMs() / 1e6);
      await clock.advance(1000);
    }
  };
  const codes = () => log.report(clock.monotonicMs(), (ms) => ms).conditions;
  return { clock, source, log, fixes, tracker, deliverFor, codes };
}

describe('SDK-85: the watchdog trusts samples, not what the OS says', () => {
  it('SDK-85: a source that is started and delivers nothing is silent, is re-armed, and is well again with the next sample', async () => {
    const { clock, source, log, tracker, deliverFor, codes } = newTracker();
    await tracker.start();
    await deliverFor(60);
    expect([log.active, source.starts]).toEqual([[], 1]);
    const lastMs = clock.monotonicMs() - 1000;
    await clock.advance(45_000);
    expect(log.active).toEqual(['silent_source']);
    expect(codes()[0]).toMatchObject({ code: 'silent_source', from: lastMs, to: null });
    expect(source.starts).toBeGreaterThan(1);
    await deliverFor(2);
    expect(log.active).toEqual([]);
    expect(codes()[0]?.to).toBeGreaterThan(lastMs);
  });

  it('SDK-85: re-arming slows down, so that a phone without reception does not drain its battery', async () => {
    const { clock, source, tracker } = newTracker();
    await tracker.start();
    await clock.advance(1_800_000);
    expect(source.starts).toBeGreaterThanOrEqual(5);
    expect(source.starts).toBeLessThanOrEqual(12);
  });

  it('SDK-85: a task that the OS has dropped is `task_lost`', async () => {
    const { clock, source, log, tracker, deliverFor } = newTracker();
    await tracker.start();
    await deliverFor(10);
    source.isRegisteredAnswer = false;
    await clock.advance(60_000);
    expect(log.active).toEqual(['task_lost']);
  });

  it('SDK-85: the cause that the device names is reported instead of the silence', async () => {
    const { clock, source, log, tracker, deliverFor } = newTracker();
    await tracker.start();
    await deliverFor(10);
    source.state = { gps: 'off', permission: 'always' };
    await clock.advance(90_000);
    expect(log.active).toEqual(['gps_off']);
    source.state = { gps: 'on', permission: 'always' };
    await tracker.wake();
    expect(log.active).toEqual([]);
  });

  it('SDK-85: the last sample delivered again does not prove that the source lives', async () => {
    const { clock, source, log, tracker } = newTracker();
    await tracker.start();
    const timestamp = clock.wallMs();
    for (let second = 0; second < 60; second++) {
      source.deliver(1, timestamp);
      await clock.advance(1000);
    }
    expect(log.active).toEqual(['silent_source']);
  });

  it('SDK-82: a driver who stands is measured on demand, so that they are neither silent nor sent from memory', async () => {
    const { clock, source, log, fixes, tracker, deliverFor } = newTracker();
    await tracker.start();
    await deliverFor(5);
    source.place = { lat: (clock.monotonicMs() - 1000) / 1e6, lng: 10 };
    await clock.advance(120_000);
    expect(log.active).toEqual([]);
    expect(fixes.at(-1)).toMatchObject({ speed: 0, flags: 4 });
    const { length } = fixes;
    source.place = null;
    await clock.advance(120_000);
    expect([fixes.length, log.active]).toEqual([length, ['silent_source']]);
  });

  it('SDK-85: in the foreground a source that should have delivered is re-armed at once', async () => {
    const { clock, source, tracker, deliverFor } = newTracker();
    await tracker.start();
    await deliverFor(10);
    await tracker.wake();
    expect(source.starts).toBe(1);
    await clock.advance(8000);
    await tracker.wake();
    expect(source.starts).toBe(2);
    await deliverFor(2);
    source.isRegisteredAnswer = false;
    await tracker.wake();
    expect(source.starts).toBe(3);
  });
});

describe('SDK-86: conditions of the app itself', () => {
  it('SDK-86: an app that the OS did not let run reports that, and not a silent source', async () => {
    const { clock, log, tracker, deliverFor, codes } = newTracker();
    await tracker.start();
    await deliverFor(10);
    clock.sleep(600_000);
    await clock.advance(6000);
    expect(log.active).toEqual([]);
    const [suspended] = codes();
    expect(suspended).toMatchObject({ code: 'app_suspended' });
    expect((suspended?.to ?? 0) - (suspended?.from ?? 0)).toBeGreaterThanOrEqual(599_000);
  });

  it('SDK-86: a start after a kill says so; one after an orderly stop does not; a restart of the device is told apart', async () => {
    let text: string | null = null;
    const alive: AliveStorage = {
      get: () => text,
      set: (next) => {
        text = next;
      },
    };
    const first = newTracker(alive);
    await first.tracker.start();
    expect(first.codes()).toEqual([]);
    await first.clock.advance(120_000);
    const killed = newTracker(alive);
    killed.clock.sleep(1_000_000);
    await killed.tracker.start();
    const [condition] = killed.codes();
    expect(condition).toMatchObject({ code: 'app_killed' });
    expect(condition?.to).toBe(killed.clock.monotonicMs());
    const restarted = newTracker(alive);
    restarted.clock.sleep(2_000_000);
    restarted.source.state = { uptimeMs: 60_000 };
    await restarted.tracker.start();
    expect(restarted.codes()).toMatchObject([{ code: 'device_restarted' }]);
    await restarted.tracker.stop();
    expect(restarted.log.active).toEqual(['stopped']);
    const next = newTracker(alive);
    next.clock.sleep(3_000_000);
    await next.tracker.start();
    expect(next.codes()).toEqual([]);
  });
});

function newReporter(answer: (report: HealthReport) => Ack) {
  const clock = new FakeClock();
  const log = new HealthLog();
  const reports: HealthReport[] = [];
  const connection = {
    connected: true,
    send: () => true,
    request: async <Reply extends object>(_event: string, body: unknown) => {
      reports.push(body as HealthReport);
      return answer(body as HealthReport) as Ack<Reply>;
    },
  };
  const counts = () => ({ expected: 0, received: 0 });
  const parts = { boot: 'b', clock, serverClock: new ServerClock(clock), connection, log, counts };
  return { clock, log, reports, reporter: new HealthReporter(parts) };
}

describe('SDK-87: health reports', () => {
  it('SDK-87: each condition is sent until the server has confirmed it, also one that ends while its report is on the way', async () => {
    let refusals = 2;
    const { clock, log, reports, reporter } = newReporter(() => {
      if (refusals-- > 0) return { ok: false, code: 'UNAVAILABLE' };
      if (log.active.length > 0) log.set('gps_off', false, clock.monotonicMs());
      return { ok: true };
    });
    log.set('gps_off', true, clock.monotonicMs());
    reporter.enable();
    await clock.advance(120_000);
    const told = reports.map(({ conditions }) => conditions.map(({ to }) => to === null));
    expect(told).toEqual([[true], [true], [true], [false]]);
    expect(log.hasNews).toBe(false);
    await clock.advance(300_000);
    expect(reports.at(-1)?.conditions).toEqual([]);
  });

  it('SDK-87: what flaps all day stays within the bound of a report and the rate of the server', async () => {
    const { clock, log, reports, reporter } = newReporter(() => ({ ok: true }));
    reporter.enable();
    for (let second = 0; second < 600; second++) {
      log.set('battery_saver', second % 2 === 0, clock.monotonicMs());
      reporter.wake();
      await clock.advance(1000);
    }
    expect(reports.length).toBeLessThanOrEqual(62);
    for (const { conditions } of reports) expect(conditions.length).toBeLessThanOrEqual(16);
  });

  it('SDK-87: a server that does not know the event is asked once', async () => {
    const { clock, log, reports, reporter } = newReporter(() => ({ ok: false, code: 'UNKNOWN_EVENT' }));
    log.set('gps_off', true, clock.monotonicMs());
    reporter.enable();
    await clock.advance(600_000);
    reporter.wake();
    await clock.advance(600_000);
    expect(reports).toHaveLength(1);
  });
});
