import { type HealthCondition, type HealthReport, LIMITS } from '@rideline/contract';
import type { DeviceState } from '../location/location-source.ts';

/** A condition with its times on the phone's monotonic clock. */
interface Condition {
  readonly code: HealthCondition;
  readonly fromMs: number;
  toMs: number | null;
  /** What the server has confirmed: nothing, the beginning, or the end too. */
  confirmed: 'none' | 'open' | 'closed';
}

const LOW_BATTERY_PERCENT = 15;
const SKEWED_MS = 60_000;
/** A condition that began earlier is reported from then on: how long a phone lay in a drawer is of no use, and a wrong clock may say anything. */
const OLDEST_MS = 7 * 86_400_000;
const PERMISSIONS: readonly unknown[] = ['always', 'while_in_use', 'denied', 'not_asked'];
/** A skew beyond a year is reported as a year. */
const MOST_SKEW_MS = 31_536_000_000;

/** What is known of the phone, and the conditions that the server has not confirmed yet; pure, and bounded. */
export class HealthLog {
  #conditions: Condition[] = [];
  #device: DeviceState = {};
  #clockSkewMs: number | undefined;

  /** Whether the server should be told soon. */
  get hasNews(): boolean {
    return this.#conditions.some((one) => one.confirmed !== stateOf(one));
  }

  get device(): DeviceState {
    return this.#device;
  }

  /** Codes of the conditions in force. */
  get active(): HealthCondition[] {
    return this.#conditions.filter(({ toMs }) => toMs === null).map(({ code }) => code);
  }

  /** A condition is in force, or no longer, since `atMs`. @returns whether that is a change */
  set(code: HealthCondition, isOn: boolean, atMs: number): boolean {
    const open = this.#conditions.find((one) => one.code === code && one.toMs === null);
    if ((open !== undefined) === isOn) return false;
    if (open === undefined) this.#add(code, atMs, null);
    else open.toMs = Math.max(open.fromMs, atMs);
    return true;
  }

  /** A condition that is over. */
  add(code: HealthCondition, fromMs: number, toMs: number): void {
    this.#add(code, fromMs, toMs);
  }

  /** The state of the device, which begins and ends conditions. @returns whether one changed */
  setDevice(device: DeviceState, clockSkewMs: number | undefined, nowMs: number): boolean {
    this.#device = { ...this.#device, ...cleaned(device) };
    if (Number.isFinite(clockSkewMs)) this.#clockSkewMs = clockSkewMs;
    const { permission, gps, batterySaver, battery, charging } = this.#device;
    const low = battery === undefined ? undefined : battery <= LOW_BATTERY_PERCENT && charging !== true;
    const skewed = this.#clockSkewMs === undefined ? undefined : Math.abs(this.#clockSkewMs) > SKEWED_MS;
    const states: [HealthCondition, boolean | undefined][] = [
      ['permission_denied', permission && permission === 'denied'],
      ['gps_off', gps && gps === 'off'],
      ['battery_saver', batterySaver],
      ['battery_low', low],
      ['clock_skew', skewed],
    ];
    let changed = false;
    for (const [code, isOn] of states)
      if (isOn !== undefined) changed = this.set(code, isOn, nowMs) || changed;
    return changed;
  }

  /** The next report, without boot; `timeOf` gives the server's time of an instant of the monotonic clock. */
  report(nowMs: number, timeOf: (monotonicMs: number) => number): Omit<HealthReport, 'boot'> {
    const { permission, gps, batterySaver, battery, charging } = this.#device;
    const skew = this.#clockSkewMs;
    const conditions = this.#conditions
      .filter((one) => one.confirmed !== stateOf(one))
      .slice(0, LIMITS.healthConditions)
      .map(({ code, fromMs, toMs }) => ({
        code,
        from: Math.round(timeOf(within(fromMs, nowMs))),
        to: toMs === null ? null : Math.round(timeOf(within(toMs, nowMs))),
      }));
    return {
      at: Math.round(timeOf(nowMs)),
      ...(permission && { permission }),
      ...(gps && { gps }),
      ...(batterySaver === undefined ? {} : { batterySaver }),
      ...(battery === undefined ? {} : { battery }),
      ...(charging === undefined ? {} : { charging }),
      ...(skew === undefined
        ? {}
        : { clockSkewMs: Math.round(Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, skew))) }),
      conditions,
    };
  }

  /** The server has the newest report. `sent`: what `pending` gave before it was sent. */
  confirmed(sent: readonly PendingCondition[]): void {
    for (const { condition, state } of sent) condition.confirmed = state;
    this.#conditions = this.#conditions.filter(({ confirmed }) => confirmed !== 'closed');
  }

  /** The conditions of the next report, each as it is now: one that ends while the report is on its way is reported again. */
  pending(): PendingCondition[] {
    return this.#conditions
      .filter((one) => one.confirmed !== stateOf(one))
      .slice(0, LIMITS.healthConditions)
      .map((condition) => ({ condition, state: stateOf(condition) }));
  }

  #add(code: HealthCondition, fromMs: number, toMs: number | null): void {
    this.#conditions.push({ code, fromMs, toMs, confirmed: 'none' });
    if (this.#conditions.length <= 2 * LIMITS.healthConditions) return;
    const oldest = this.#conditions.findIndex((one) => one.toMs !== null);
    this.#conditions.splice(Math.max(0, oldest), 1);
  }
}

function within(atMs: number, nowMs: number): number {
  return Number.isFinite(atMs) ? Math.max(atMs, nowMs - OLDEST_MS) : nowMs;
}

/** What a report can say. Adapters of apps say more: 0.4, −1 or null as the battery; and one such field costs the whole report. */
function cleaned({ permission, gps, batterySaver, battery, charging, uptimeMs }: DeviceState): DeviceState {
  return {
    ...(PERMISSIONS.includes(permission) && { permission }),
    ...((gps === 'on' || gps === 'off') && { gps }),
    ...(typeof batterySaver === 'boolean' && { batterySaver }),
    ...(typeof battery === 'number' && battery >= 0 && { battery: Math.min(100, Math.round(battery)) }),
    ...(typeof charging === 'boolean' && { charging }),
    ...(typeof uptimeMs === 'number' && { uptimeMs }),
  };
}

export interface PendingCondition {
  readonly condition: Condition;
  readonly state: 'open' | 'closed';
}

function stateOf({ toMs }: Condition): 'open' | 'closed' {
  return toMs === null ? 'open' : 'closed';
}
