import type { UplinkPolicy } from '@rideline/contract';
import type { HealthLog } from '../health/health-log.ts';
import type { SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import { within } from '../time/within.ts';
import { FixSampler, type SampledFix } from './fix-sampler.ts';
import type { DeviceState, LocationProblem, LocationSample, LocationSource } from './location-source.ts';

/** A text that survives the app, by which the next start of the app learns that this one was killed. */
export interface AliveStorage {
  get(): Promise<string | null> | string | null;
  set(text: string): Promise<void> | void;
}

export interface TrackOptions {
  /** What the device says about itself beyond what the source knows, such as the battery. */
  device?: () => Promise<DeviceState>;
  alive?: AliveStorage;
}

export interface LocationTrackerParts {
  clock: SdkClock;
  source: LocationSource;
  options: TrackOptions;
  log: HealthLog;
  clockSkewMs: () => number | undefined;
  onFix: (fix: SampledFix) => void;
  /** The health log has changed. */
  onHealth: () => void;
}

/** The source is looked at this often, or every interval of the policy if that is longer, ms. */
const CHECK_MS = 5000;
/** A source that has delivered nothing for three intervals, and this long, is silent. */
const SILENT_MS = 30_000;
/** Pause before a silent source is re-armed again; doubles up to five minutes. */
const REARM_MS = 30_000;
const REARM_MAX_MS = 300_000;
/** A check that comes later than this did not run because the app did not. */
const SUSPENDED_MS = 30_000;
/** What an adapter or the app's storage may take: AsyncStorage has calls that never end (react-native-async-storage #634, react-native #14101). */
const CALL_MS = 10_000;
/** The device is asked about itself, and the app noted as alive, this often. */
const DEVICE_MS = 60_000;
const STOPPED = 'stopped';

/**
 * Runs a location source: samples become fixes as the uplink policy wants, and a watchdog compares what the source should deliver with what
 * it does. Operating systems report a source as started that delivers nothing (expo/expo #47595, #46505), so only samples count.
 */
export class LocationTracker {
  readonly #parts: LocationTrackerParts;
  readonly #sampler = new FixSampler();
  readonly #timer: Timer;
  #isOn = false;
  #heardMs = 0;
  #checkedMs = 0;
  #checkWallMs = 0;
  #deviceMs = Number.NEGATIVE_INFINITY;
  #rearmAtMs = 0;
  #rearmPauseMs = REARM_MS;
  #isAsking = false;
  /** Calls of `start` and `stop`, one after the other: a stop that overtakes a start leaves the receiver on. */
  #arming: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #expected = 0;
  #received = 0;

  constructor(parts: LocationTrackerParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock);
  }

  /** Positions that the source should have delivered, and those that it did. */
  get counts(): { expected: number; received: number } {
    return { expected: Math.floor(this.#expected), received: this.#received };
  }

  /** @param before what has to end first: another tracker of the same source, which would stop it */
  async start(before: Promise<unknown> = Promise.resolve()): Promise<void> {
    const { clock, log, options, onHealth } = this.#parts;
    this.#arming = before;
    this.#isOn = true;
    this.#heardMs = this.#checkedMs = clock.monotonicMs();
    if (log.set(STOPPED, false, this.#heardMs)) onHealth();
    this.#schedule();
    await before;
    // Read before this start of the app is noted as alive.
    const alive = await this.#attempt(() => options.alive?.get());
    if (!this.#isOn) return;
    await Promise.all([this.#arm(), this.#askDevice()]);
    this.#noteKill(alive);
  }

  /** Resolves when the source has stopped, also for a second caller. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#isOn = false;
    this.#timer.clear();
    const { clock, log, options, onHealth } = this.#parts;
    log.set(STOPPED, true, clock.monotonicMs());
    onHealth();
    await Promise.all([this.#disarm(), this.#attempt(() => options.alive?.set(STOPPED))]);
  }

  setPolicy(policy: UplinkPolicy): void {
    this.#sampler.setPolicy(policy);
    if (this.#isOn) this.#schedule();
  }

  /** The app is in the foreground, or a push has woken it: a source that should have delivered by now is re-armed at once. */
  async wake(): Promise<void> {
    if (!this.#isOn) return;
    const { source, clock } = this.#parts;
    await this.#askDevice();
    const isLost = (await this.#attempt(() => source.isRegistered?.())) === false;
    if (isLost || clock.monotonicMs() - this.#heardMs > this.#sampler.intervalMs + CHECK_MS)
      await this.#rearm();
  }

  #schedule(): void {
    const { clock } = this.#parts;
    const delayMs = Math.max(CHECK_MS, this.#sampler.intervalMs);
    this.#checkWallMs = clock.wallMs() + delayMs;
    this.#timer.set(delayMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const { clock, log, source, onHealth } = this.#parts;
    const nowMs = clock.monotonicMs();
    const lateMs = clock.wallMs() - this.#checkWallMs;
    this.#schedule();
    if (lateMs > SUSPENDED_MS) {
      // By the wall clock: the monotonic one stands still while some devices sleep.
      log.add('app_suspended', nowMs - lateMs, nowMs);
      this.#heardMs = nowMs;
      onHealth();
    } else this.#expected += Math.max(0, nowMs - this.#checkedMs) / this.#sampler.intervalMs;
    this.#checkedMs = nowMs;
    if (nowMs - this.#deviceMs >= DEVICE_MS) await this.#askDevice();
    const silentMs = nowMs - this.#heardMs;
    if (silentMs >= this.#sampler.intervalMs && source.current !== undefined) void this.#measure();
    if (silentMs >= Math.max(SILENT_MS, 3 * this.#sampler.intervalMs)) await this.#onSilence();
  }

  /** A driver who stands is measured: a source that reports changes alone has nothing to deliver. */
  async #measure(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const sample = await this.#attempt(() => this.#parts.source.current?.());
    this.#isAsking = false;
    if (sample !== undefined && this.#isOn) this.#onSamples([sample]);
  }

  async #onSilence(): Promise<void> {
    const { clock, log, source, onHealth } = this.#parts;
    await this.#askDevice();
    const registered = await this.#attempt(() => source.isRegistered?.());
    const known = log.active.some((code) => code === 'permission_denied' || code === 'gps_off');
    if (!known && log.set(registered === false ? 'task_lost' : 'silent_source', true, this.#heardMs))
      onHealth();
    if (clock.monotonicMs() < this.#rearmAtMs) return;
    this.#rearmAtMs = clock.monotonicMs() + this.#rearmPauseMs;
    this.#rearmPauseMs = Math.min(REARM_MAX_MS, 2 * this.#rearmPauseMs);
    await this.#rearm();
  }

  async #rearm(): Promise<void> {
    void this.#disarm();
    await this.#arm();
  }

  #disarm(): Promise<unknown> {
    return this.#inOrder(() => this.#parts.source.stop());
  }

  #arm(): Promise<unknown> {
    return this.#inOrder(() => {
      if (!this.#isOn) return undefined;
      return this.#parts.source.start({
        onSamples: (samples) => {
          if (this.#isOn && samples.length > 0) this.#onSamples(samples);
        },
        onProblem: (problem) => this.#onProblem(problem),
      });
    });
  }

  #inOrder(call: () => Promise<void> | void): Promise<unknown> {
    this.#arming = this.#arming.then(() => this.#attempt(call));
    return this.#arming;
  }

  #onSamples(samples: readonly LocationSample[]): void {
    const { clock, log, onFix, onHealth } = this.#parts;
    const nowMs = clock.monotonicMs();
    const { ignored } = this.#sampler;
    const fixes = this.#sampler.take(samples, nowMs, clock.wallMs());
    const news = samples.length - (this.#sampler.ignored - ignored);
    // A dead source whose last sample is delivered again is still dead.
    if (news > 0) {
      this.#heardMs = nowMs;
      this.#received += news;
      this.#rearmPauseMs = REARM_MS;
      this.#rearmAtMs = 0;
      const ended = [log.set('silent_source', false, nowMs), log.set('task_lost', false, nowMs)];
      if (ended.includes(true)) onHealth();
    }
    for (const fix of fixes) onFix(fix);
  }

  #onProblem(problem: LocationProblem): void {
    if (problem === 'unavailable') return;
    this.#setDevice(problem === 'gps_off' ? { gps: 'off' } : { permission: 'denied' });
  }

  async #askDevice(): Promise<void> {
    const { source, options, clock } = this.#parts;
    this.#deviceMs = clock.monotonicMs();
    const found = await Promise.all([
      this.#attempt(() => source.device?.()),
      this.#attempt(() => options.device?.()),
    ]);
    this.#setDevice({ ...found[0], ...found[1] });
    if (this.#isOn) await this.#attempt(() => options.alive?.set(String(clock.wallMs())));
  }

  #setDevice(device: DeviceState): void {
    const { log, clock, clockSkewMs, onHealth } = this.#parts;
    if (log.setDevice(device, clockSkewMs(), clock.monotonicMs())) onHealth();
  }

  /** The note of the app start before this one says that it was tracking: it was killed. */
  #noteKill(before: string | null | undefined): void {
    const { clock, log, onHealth } = this.#parts;
    const goneMs = clock.wallMs() - Number(before ?? Number.NaN);
    if (!(goneMs > 0)) return;
    const nowMs = clock.monotonicMs();
    const { uptimeMs } = log.device;
    log.add(
      uptimeMs !== undefined && uptimeMs < goneMs ? 'device_restarted' : 'app_killed',
      nowMs - goneMs,
      nowMs,
    );
    onHealth();
  }

  /** What an adapter or the app gives may fail or never end; the watchdog goes on, and sees silence if that is what it leads to. */
  async #attempt<T>(work: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await within(this.#parts.clock, CALL_MS, Promise.resolve(work()));
    } catch {
      return undefined;
    }
  }
}
