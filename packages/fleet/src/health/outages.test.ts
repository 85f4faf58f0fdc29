import type { BootId, HealthCondition, OutageReason, Verdict } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { keepApart } from './driver-health.ts';
import type { DriverEvent, StoredCondition } from './health-collection.ts';
import { type HealthEvidence, type HealthFix, trackedTime } from './outages.ts';

const START = 1_800_000_000_000;
const MINUTE = 60_000;

const at = (minutes: number) => START + minutes * MINUTE;
const online = (minutes: number, epoch = 1): DriverEvent => ({
  at: at(minutes),
  what: 'connected',
  epoch,
  status: 'available',
});
const gone = (minutes: number, epoch = 1): DriverEvent => ({ at: at(minutes), what: 'disconnected', epoch });
const status = (minutes: number, value: 'available' | 'busy' | 'offline'): DriverEvent => ({
  at: at(minutes),
  what: 'status',
  epoch: 1,
  status: value,
});
/** A fix every 5 s from one minute to another. */
function drive(from: number, to: number, boot = 'b1', verdict: Verdict = 'ok'): HealthFix[] {
  const fixes: HealthFix[] = [];
  for (let t = at(from); t <= at(to); t += 5000) fixes.push({ t, boot, verdict });
  return fixes;
}
const condition = (code: HealthCondition, from: number, to: number | null, boot = 'b1'): StoredCondition => ({
  boot: boot as BootId,
  code,
  from: at(from),
  to: to === null ? null : at(to),
});
const during = (minutes: number, evidence: Partial<HealthEvidence>) =>
  trackedTime({
    window: { fromMs: START, toMs: at(minutes) },
    events: [],
    conditions: [],
    fixes: [],
    ...evidence,
  });

describe('SDK-90: the tracking rate is the share of the time on duty without an outage', () => {
  it('SDK-90: time off duty does not count, and neither does a pause of a minute', () => {
    const events = [online(0), status(30, 'offline'), status(40, 'available')];
    const tracked = during(60, { events, fixes: [...drive(0, 30), ...drive(40, 50), ...drive(51, 60)] });
    expect(tracked).toEqual({ dutyMs: 50 * MINUTE, trackedMs: 50 * MINUTE, outages: [] });
  });

  it('SDK-90: fixes that were collected offline and sent later track their time', () => {
    const events = [online(0), gone(10), online(20, 2)];
    expect(during(30, { events, fixes: drive(0, 30) }).outages).toEqual([]);
  });

  it('SDK-90: a driver who went away without a word is off duty half an hour later', () => {
    const { dutyMs, outages } = during(600, { events: [online(0), gone(10)], fixes: drive(0, 10) });
    expect(dutyMs).toBe(40 * MINUTE);
    expect(outages).toMatchObject([
      { fromMs: at(10), toMs: at(40), reason: 'no_connection', ongoing: false },
    ]);
  });

  it('SDK-90: the status at the start of the window is the one from before it', () => {
    const events = [{ ...online(0), at: START - 7 * 3_600_000 }];
    expect(during(30, { events, fixes: drive(0, 20) })).toMatchObject({
      dutyMs: 30 * MINUTE,
      trackedMs: 20 * MINUTE,
      outages: [{ ongoing: true, reason: 'silent_source', reported: false }],
    });
  });

  it('SDK-90: the late end of a connection that was replaced does not end the newer one', () => {
    const events = [online(0), online(10, 2), gone(11, 1)];
    expect(during(50, { events, fixes: [...drive(0, 12), ...drive(20, 50)] }).outages).toMatchObject([
      { reason: 'silent_source' },
    ]);
  });

  it('SDK-90: a connection whose gateway was killed ended with its last fix', () => {
    const events = [online(0), online(20, 2)];
    expect(during(30, { events, fixes: [...drive(0, 10), ...drive(20, 30)] }).outages).toMatchObject([
      { reason: 'no_connection', reported: false },
    ]);
  });

  it('SDK-90: entries that were written twice count once, in whatever order they are', () => {
    const events = [gone(10), online(0), online(20, 2), gone(10), online(0)];
    const conditions = [condition('gps_off', 10, 20), condition('gps_off', 10, null)];
    const twice = during(30, { events, conditions, fixes: [...drive(0, 10), ...drive(20, 30)] });
    expect(twice.outages).toMatchObject([{ reason: 'gps_off', reported: true }]);
    expect(twice.outages).toHaveLength(1);
  });
});

/** A generator by the algorithm mulberry32, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Script {
  readonly events: DriverEvent[];
  readonly conditions: StoredCondition[];
  readonly fixes: HealthFix[];
}
type Play = (from: number, to: number, random: () => number) => Partial<Script> & { boot?: string };

/** When the phone notices something that the device must be asked about: within a minute. */
const noticed = (from: number, random: () => number) => from + random();
const restart = (from: number, to: number) => [gone(from + 0.2), online(to - 0.1, 2)];

/** What happens on the phone in each kind of outage, and what of it reaches the server. */
const PLAYS: Readonly<Record<string, { readonly reason: OutageReason; readonly play: Play }>> = {
  'permission taken': {
    reason: 'permission_denied',
    play: (from, to, random) => ({ conditions: [condition('permission_denied', noticed(from, random), to)] }),
  },
  'permission taken, offline': {
    reason: 'permission_denied',
    play: (from, to, random) => ({
      events: [gone(from + 0.5), online(to, 2)],
      conditions: [condition('permission_denied', noticed(from, random), to)],
    }),
  },
  'location switched off': {
    reason: 'gps_off',
    play: (from, to, random) => ({ conditions: [condition('gps_off', noticed(from, random), to)] }),
  },
  'silent source': {
    reason: 'silent_source',
    play: (from, to) => ({ conditions: [condition('silent_source', from, to)] }),
  },
  'silent source of a client that reports nothing': { reason: 'silent_source', play: () => ({}) },
  'lost task': {
    reason: 'task_lost',
    play: (from, to) => ({ conditions: [condition('task_lost', from, to)] }),
  },
  'killed, noted': {
    reason: 'app_killed',
    play: (from, to, random) => ({
      events: restart(from, to),
      conditions: [condition('app_killed', from - random() * 0.9, to - 0.05, 'b2')],
      boot: 'b2',
    }),
  },
  'killed, not noted': {
    reason: 'app_killed',
    play: (from, to) => ({ events: restart(from, to), boot: 'b2' }),
  },
  'device restarted': {
    reason: 'device_restarted',
    play: (from, to, random) => ({
      events: restart(from, to),
      conditions: [condition('device_restarted', from - random() * 0.9, to - 0.05, 'b2')],
      boot: 'b2',
    }),
  },
  'battery empty': {
    reason: 'battery_empty',
    play: (from, to, random) => ({
      events: [{ at: at(from - 1 - 4 * random()), what: 'battery', epoch: 1 }, ...restart(from, to)],
      conditions: [condition('device_restarted', from - random() * 0.9, to - 0.05, 'b2')],
      boot: 'b2',
    }),
  },
  'battery saver': {
    reason: 'battery_saver',
    play: (from, to, random) => ({
      events: [gone(from + 0.5), online(to, 2)],
      conditions: [
        condition('battery_saver', noticed(from, random), to + 5),
        condition('silent_source', from, to),
      ],
    }),
  },
  suspended: {
    reason: 'app_suspended',
    play: (from, to) => ({
      events: [gone(from + 0.7), online(to - 0.02, 2)],
      conditions: [condition('app_suspended', from + 0.15, to - 0.02)],
    }),
  },
  'no network, nothing kept': {
    reason: 'no_connection',
    play: (from, to) => ({ events: [gone(from + 0.4), online(to, 2)] }),
  },
  'stopped on purpose': {
    reason: 'stopped',
    play: (from, to) => ({
      events: [gone(from + 0.05), online(to, 2)],
      conditions: [condition('stopped', from + 0.02, null)],
      boot: 'b2',
    }),
  },
  'mock positions': {
    reason: 'refused_fixes',
    play: (from, to) => ({ fixes: drive(from, to, 'b1', 'mock') }),
  },
  'poor accuracy': {
    reason: 'refused_fixes',
    play: (from, to) => ({ fixes: drive(from + 0.1, to - 0.1, 'b1', 'accuracy') }),
  },
  'clock ahead': {
    reason: 'clock_skew',
    play: (from, to, random) => ({
      fixes: drive(from, to, 'b1', 'future'),
      conditions: [condition('clock_skew', noticed(from, random), to + 3)],
    }),
  },
};

/** Noise that is not a cause: connections that flap, entries that are written twice, a battery that is low all day, lost single fixes. */
function withNoise(script: Script, outage: { from: number; to: number }, random: () => number): Script {
  const events = [...script.events];
  for (let flap = 0; flap < 3; flap++) {
    const minute = 60 * random();
    if (minute > outage.from - 1 && minute < outage.to + 1) continue;
    const epoch = minute < outage.from ? 1 : 3;
    events.push({ ...gone(minute), epoch: epoch - 1 }, { ...status(minute + 0.1, 'available'), epoch });
  }
  for (const event of script.events) if (random() < 0.2) events.push({ ...event });
  const conditions = [...script.conditions];
  if (random() < 0.3) conditions.push(condition('battery_low', 1, null));
  if (random() < 0.1) conditions.push(condition('clock_skew', 1, null));
  for (const one of script.conditions) if (random() < 0.3) conditions.push({ ...one, to: null });
  events.sort(() => random() - 0.5);
  const fixes = script.fixes.filter(({ verdict }) => verdict !== 'ok' || random() > 0.03);
  return { events, conditions, fixes };
}

it('SDK-91: of scripted outages at least 95 % get the right reason, and nothing else is called an outage', () => {
  const random = seeded(91);
  const wrong: string[] = [];
  let count = 0;
  for (let round = 0; round < 18; round++) {
    for (const [name, { reason, play }] of Object.entries(PLAYS)) {
      const from = 8 + 25 * random();
      const to = from + 1.6 + 14 * random();
      const played = play(from, to, random);
      const script = {
        events: [online(0), ...(played.events ?? [])],
        conditions: played.conditions ?? [],
        fixes: [...drive(0, from), ...(played.fixes ?? []), ...drive(to, 60, played.boot)].toSorted(
          (a, b) => a.t - b.t,
        ),
      };
      const noisy = withNoise(script, { from, to }, random);
      const { outages } = during(60, noisy);
      count += 1;
      const found = outages.map((outage) => outage.reason).join();
      if (found !== reason) wrong.push(`${name}: ${found}`);
    }
  }
  expect(count).toBeGreaterThanOrEqual(200);
  expect(wrong.length / count, wrong.join('; ')).toBeLessThanOrEqual(0.05);
});

it('SDK-91: of two reported causes the one that covers the outage counts; without any evidence there is no duty', () => {
  const events = [{ ...status(0, 'available'), at: START - MINUTE }];
  const conditions = [
    condition('app_killed', 10, 10.5, 'b2'),
    condition('permission_denied', 10.5, 20, 'b2'),
  ];
  const { outages } = during(30, {
    events,
    conditions,
    fixes: [...drive(0, 10), ...drive(20, 30, 'b2')],
  });
  expect(outages).toMatchObject([{ reason: 'permission_denied', reported: true }]);
  expect(during(30, { fixes: drive(0, 10) })).toEqual({ dutyMs: 0, trackedMs: 0, outages: [] });
});

it('FIX-40: a day of a phone that reconnects or pauses all the time is judged without reading its fixes again for each of them', () => {
  let reads = 0;
  const fixAt = (t: number, verdict: Verdict): HealthFix => ({
    get t() {
      reads++;
      return t;
    },
    boot: 'b1',
    verdict,
  });
  const fixes: HealthFix[] = [];
  for (let second = 0; second < 86_400; second++)
    fixes.push(fixAt(START + second * 1000, second % 70 === 0 ? 'ok' : 'accuracy'));
  const events = Array.from({ length: 800 }, (_, at) =>
    at % 2 === 0 ? online(at * 1.8, at + 1) : gone(at * 1.8, at),
  );
  const { outages } = during(1440, { events, fixes });
  expect(outages.length).toBeGreaterThan(500);
  expect(reads / fixes.length).toBeLessThan(12);
});

it('FIX-40: of a phone that sends 25 fixes a second, good and refused, under two app starts, two a second are kept', () => {
  const found: HealthFix[] = [];
  for (let ms = 0; ms < 60_000; ms += 40)
    keepApart(found, {
      t: START + ms,
      boot: ms % 80 === 0 ? 'b1' : 'b2',
      verdict: ms % 120 === 0 ? 'accuracy' : 'ok',
    });
  expect(found.length).toBeLessThanOrEqual(122);
  expect(found.map(({ t }) => t)).toEqual(found.map(({ t }) => t).sort((a, b) => a - b));
  expect(found.filter(({ verdict }) => verdict === 'ok').length).toBeGreaterThan(55);
});

it('FIX-41: a condition that ended is over, although the phone has set its clock by the server again since it reported the beginning', () => {
  const began = condition('gps_off', 5, null);
  const ended = condition('gps_off', 5, 8);
  for (const shiftMs of [-2300, -600, 0, 450, 2300]) {
    const conditions = [
      { ...began, from: began.from + 450 },
      { ...ended, from: ended.from + 450 + shiftMs },
    ];
    const fixes = [...drive(0, 5), ...drive(8, 20), ...drive(30, 40)];
    const { outages } = during(40, { events: [online(0)], conditions, fixes });
    expect([shiftMs, outages.map(({ reason }) => reason)]).toEqual([shiftMs, ['gps_off', 'silent_source']]);
  }
});

it('FIX-41: of a condition that begins again the first time has ended, also when its end was never reported', () => {
  const conditions = [condition('gps_off', 5, null), condition('gps_off', 15, null)];
  const fixes = [...drive(0, 5), ...drive(14, 15), ...drive(30, 40)];
  const { outages } = during(40, {
    events: [online(0)],
    conditions: [...conditions, condition('gps_off', 15, 30)],
    fixes,
  });
  expect(outages).toMatchObject([{ reason: 'gps_off' }, { reason: 'gps_off' }]);
});
