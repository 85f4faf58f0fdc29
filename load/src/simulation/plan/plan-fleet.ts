import { NETWORK_PROFILES, type NetworkProfile, type NetworkProfileName } from '../network/profiles.ts';
import { WIRE_FAULT_KINDS } from '../network/wire-faults.ts';
import { seededRandom } from '../seeded-random.ts';
import type { FleetPlan, PhonePlan, PhoneStep } from './phone-plan.ts';

export interface PlanOptions {
  readonly seed: number;
  readonly users: number;
  readonly runMs: number;
  /** `mixed`: phones change networks during the run. */
  readonly profile: NetworkProfileName | 'mixed';
  /** How often each fault happens to a phone; default `FAULT_RATES`. */
  readonly rates?: Partial<FaultRates>;
}

/** Mean time between two of a kind for one phone, ms; Infinity: never. */
export interface FaultRates {
  readonly killEveryMs: number;
  readonly batteryEveryMs: number;
  readonly backgroundEveryMs: number;
  readonly clockJumpEveryMs: number;
  readonly wireFaultEveryMs: number;
  /** Between a rider's requests. */
  readonly requestEveryMs: number;
  /** Shortens the time between interruptions of the profile. */
  readonly interruptionFactor: number;
}

/** Assumptions: far more often than in life, so that a run of minutes has many of each. */
export const FAULT_RATES: FaultRates = {
  killEveryMs: 120_000,
  batteryEveryMs: 600_000,
  backgroundEveryMs: 90_000,
  clockJumpEveryMs: 240_000,
  wireFaultEveryMs: 20_000,
  requestEveryMs: 60_000,
  interruptionFactor: 1,
};

const DRIVER_SHARE = 0.6;
const DAY_MS = 86_400_000;
/** Share of phones whose wall clock is wrong by minutes, and by up to a day. */
const CLOCK_WRONG = 0.3;
const CLOCK_FAR_WRONG = 0.05;
/** Crystals of phones are within 40 ppm; some phones are worse. */
const DRIFT_PPM = 100;
const RESTART_MS = [500, 15_000] as const;
const RECHARGE_MS = [10_000, 60_000] as const;
/** Batteries that stay empty to the end of the run. */
const NEVER_RECHARGED = 0.4;
const BACKGROUND_MS = [2000, 40_000] as const;
const NETWORK_CHANGE_EVERY_MS = 60_000;
const MIXED: readonly NetworkProfileName[] = ['4g', 'subway', 'stadium', 'border-roaming'];
const TRIP_METRES = [120, 400] as const;
const TRACE_HOUR_MS = 3_600_000;
/** More than a plan of hours has; a run with more is refused rather than cut short. */
const STEPS_MOST = 100_000;

type Random = () => number;
type Timed<Step extends PhoneStep> = Step;

/** The whole schedule of a fleet: a pure function of its options, so that a failure happens again with the same seed. */
export function planFleet(options: PlanOptions): FleetPlan {
  const { seed, users, runMs } = options;
  const drivers = users === 1 ? 1 : Math.min(users - 1, Math.max(1, Math.round(users * DRIVER_SHARE)));
  const phones = Array.from({ length: users }, (_, number) =>
    planPhone(number, number < drivers ? 'driver' : 'rider', options),
  );
  return { seed, runMs, phones };
}

/** One phone's plan does not depend on how many others there are. */
function planPhone(number: number, role: 'driver' | 'rider', options: PlanOptions): PhonePlan {
  const { seed, runMs } = options;
  const rates = { ...FAULT_RATES, ...options.rates };
  // One source for each concern: another rate of one fault does not move the others.
  const random = (concern: number) => seededRandom(mix(seed, number, concern));
  const networks = planNetworks(random(1), options);
  const steps = [
    ...networks.steps,
    ...planInterruptions(random(2), networks.spans, rates),
    ...planApp(random(3), runMs, rates),
    ...planClock(random(4), runMs, rates),
    ...planWire(random(5), runMs, rates),
    ...(role === 'rider' ? planRequests(random(6), runMs, rates) : []),
  ];
  if (steps.length > STEPS_MOST) throw new RangeError(`phone ${number} would have ${steps.length} steps`);
  const own = random(7);
  return {
    number,
    role,
    profile: networks.spans[0]?.profile ?? 'direct',
    clock: clockErrors(own),
    hasStorage: own() < 0.8,
    fixEveryMs: between([1000, 4000], own()),
    traceOffsetMs: Math.floor(own() * (TRACE_HOUR_MS - runMs > 0 ? TRACE_HOUR_MS - runMs : 1)),
    steps: steps.sort((a, b) => a.atMs - b.atMs),
  };
}

function clockErrors(random: Random): PhonePlan['clock'] {
  const what = random();
  const size = what < CLOCK_FAR_WRONG ? DAY_MS : what < CLOCK_WRONG ? 600_000 : 200;
  return {
    offsetMs: between([-size, size], random()),
    driftPpm: between([-DRIFT_PPM, DRIFT_PPM], random()),
    stopsInSleep: random() < 0.5,
  };
}

interface NetworkSpan {
  readonly profile: NetworkProfileName;
  readonly fromMs: number;
  readonly untilMs: number;
}

function planNetworks(random: Random, { profile, runMs }: PlanOptions) {
  const spans: NetworkSpan[] = [];
  const steps: Timed<PhoneStep>[] = [];
  for (let fromMs = 0; fromMs < runMs; ) {
    const name = profile === 'mixed' ? pick(MIXED, random()) : profile;
    const lastsMs = profile === 'mixed' ? waitOf(NETWORK_CHANGE_EVERY_MS, random()) : runMs;
    const untilMs = Math.min(runMs, fromMs + lastsMs);
    if (fromMs > 0) steps.push({ kind: 'network', atMs: fromMs, profile: name });
    spans.push({ profile: name, fromMs, untilMs });
    fromMs = untilMs;
  }
  return { spans, steps };
}

/** Interruptions of one phone do not overlap: the next one begins after the end of the one before it. */
function planInterruptions(random: Random, spans: readonly NetworkSpan[], rates: FaultRates): PhoneStep[] {
  const steps: PhoneStep[] = [];
  let freeMs = 0;
  for (const { profile, fromMs, untilMs } of spans) {
    const { interruptions }: NetworkProfile = NETWORK_PROFILES[profile];
    const found = interruptions.flatMap((rule) => {
      const begins: { atMs: number; rule: typeof rule; lastsMs: number }[] = [];
      const everyMs = rule.everyMs / rates.interruptionFactor;
      for (let atMs = fromMs + waitOf(everyMs, random()); atMs < untilMs; atMs += waitOf(everyMs, random()))
        begins.push({ atMs, rule, lastsMs: between(rule.lastsMs, random()) });
      return begins;
    });
    found.sort((a, b) => a.atMs - b.atMs);
    for (const { atMs, rule, lastsMs } of found) {
      if (atMs < freeMs) continue;
      freeMs = Math.round(atMs + lastsMs) + 1;
      steps.push({ kind: 'interrupt', atMs, what: rule.kind });
      steps.push({ kind: 'restore', atMs: Math.round(atMs + lastsMs), survive: rule.survive });
    }
  }
  return steps;
}

/** Kills, empty batteries and times in the background do not overlap either. */
function planApp(random: Random, runMs: number, rates: FaultRates): PhoneStep[] {
  const steps: PhoneStep[] = [];
  const kinds = [
    ['kill', rates.killEveryMs],
    ['battery', rates.batteryEveryMs],
    ['background', rates.backgroundEveryMs],
  ] as const;
  const rate = kinds.reduce((sum, [, everyMs]) => sum + 1 / everyMs, 0);
  if (rate === 0) return steps;
  for (let atMs = waitOf(1 / rate, random()); atMs < runMs; atMs += waitOf(1 / rate, random())) {
    const kind = chosenBy(random() * rate, kinds);
    steps.push({ kind, atMs });
    const range = { kill: RESTART_MS, battery: RECHARGE_MS, background: BACKGROUND_MS }[kind];
    const lastsMs = between(range, random());
    if (kind === 'battery' && random() < NEVER_RECHARGED) return steps;
    atMs = Math.round(atMs + lastsMs);
    steps.push({ kind: kind === 'background' ? 'foreground' : 'boot', atMs });
  }
  return steps;
}

/** The kind whose rate covers this part of the sum of all rates. */
function chosenBy<Kind extends string>(part: number, kinds: readonly (readonly [Kind, number])[]): Kind {
  let upTo = 0;
  for (const [kind, everyMs] of kinds) {
    upTo += 1 / everyMs;
    if (part < upTo) return kind;
  }
  return (kinds.at(-1) as readonly [Kind, number])[0];
}

function planClock(random: Random, runMs: number, rates: FaultRates): PhoneStep[] {
  return instants(random, runMs, rates.clockJumpEveryMs).map((atMs) => {
    // A network's time correction of seconds, or a user who sets the date.
    const size = random() < 0.5 ? 5000 : DAY_MS;
    return { kind: 'clock', atMs, byMs: between([-size, size], random()) };
  });
}

function planWire(random: Random, runMs: number, rates: FaultRates): PhoneStep[] {
  return instants(random, runMs, rates.wireFaultEveryMs).map((atMs) => ({
    kind: 'wire',
    atMs,
    what: pick(WIRE_FAULT_KINDS, random()),
  }));
}

function planRequests(random: Random, runMs: number, rates: FaultRates): PhoneStep[] {
  return instants(random, runMs, rates.requestEveryMs).map((atMs) => ({
    kind: 'request',
    atMs,
    metres: between(TRIP_METRES, random()),
    bearing: Math.floor(random() * 360),
  }));
}

function instants(random: Random, runMs: number, everyMs: number): number[] {
  const found: number[] = [];
  for (let atMs = waitOf(everyMs, random()); atMs < runMs; atMs += waitOf(everyMs, random()))
    found.push(atMs);
  return found;
}

/** Exponentially distributed with this mean, at least 1 ms. */
function waitOf(meanMs: number, uniform: number): number {
  return Math.max(1, Math.round(-Math.log(1 - uniform) * meanMs));
}

function between([from, to]: readonly [number, number], uniform: number): number {
  // Without the addition it could be −0, which a plan as JSON does not have.
  return Math.round(from + (to - from) * uniform) + 0;
}

function pick<Item>(items: readonly Item[], uniform: number): Item {
  return items[Math.min(items.length - 1, Math.floor(uniform * items.length))] as Item;
}

/** A seed for each phone and concern: neighbours must not have similar sequences. */
function mix(seed: number, number: number, concern: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f) ^ Math.imul(concern, 0x165667b1);
  return hash ^ (hash >>> 13);
}
