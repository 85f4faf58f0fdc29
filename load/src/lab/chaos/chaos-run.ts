import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../run-report.ts';
import { GAUGES } from '../runner/cluster-gauges.ts';
import type { LoadSettings } from '../runner/load-settings.ts';
import type { Disturbance } from '../runner/measure-load.ts';
import type { Recorder } from '../runner/recorder.ts';
import type { ChaosPlace } from './chaos-place.ts';
import { Probes } from './probes.ts';
import { isWithinAims, QUIET_MS } from './recovery.ts';
import { chaosSchedule, type FaultKind, faultText, type PlannedFault } from './schedule.ts';

/** As a scenario of load/artillery connects its users. */
const CONNECTS_PER_SECOND = 200;
/** Start of Artillery, and the pause before its load. */
const GENERATOR_STARTS_MS = 10_000;
const POLL_MS = 250;
/** Of a run without --seed. */
const DEFAULT_SEED = '1';

type Context = Parameters<Disturbance['run']>[0];

/** Breaks the place as the seed's schedule says, and tells when it was healed and when it had recovered. */
export function chaosDisturbance(place: ChaosPlace, settings: LoadSettings): Disturbance {
  const schedule = chaosSchedule({
    seed: settings.seed ?? DEFAULT_SEED,
    fromMs: GENERATOR_STARTS_MS + (settings.users / CONNECTS_PER_SECOND) * 1000,
    minutes: settings.minutes,
    processes: place.cluster.processes.map(({ name }) => name),
    hasS3: place.cluster.servers.some(({ name }) => name === 's3'),
    canSlowMongo: place.mongoProxy !== null,
  });
  return { run: (context) => runSchedule(place, schedule, context) };
}

async function runSchedule(
  place: ChaosPlace,
  schedule: readonly PlannedFault[],
  context: Context,
): Promise<void> {
  const { startedAt, signal, onEvent } = context;
  if (place.issueToken === null) throw new Error('a cluster of its own has no token keys');
  const now = () => Date.now() - startedAt;
  const probes = await Probes.open(place.urls[0], place.issueToken);
  // They go on while the last fault is healed, and end with the disturbance.
  const stopProbes = new AbortController();
  const probing = probes.runUntil(stopProbes.signal, now);
  try {
    for (const [index, planned] of schedule.entries()) {
      await delay(Math.max(0, planned.atMs - now()), undefined, { signal });
      if (index === 0 && !isWithinAims(probes.results, probes.probes, now()))
        onEvent(
          noteOf(
            now(),
            'Before the first fault the probes were not within their aims: a recovery may be impossible here',
          ),
        );
      const nextMs = schedule[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      await oneFault(place, planned, { ...context, now, probes, nextMs });
    }
  } catch (error) {
    // The load ended, or was stopped, while a fault was due or its recovery awaited.
    if (!signal.aborted || (error as Error).name !== 'AbortError') throw error;
  } finally {
    stopProbes.abort();
    await probing;
    for (const event of breakerEvents(context.recorder)) onEvent(event);
  }
}

async function oneFault(
  place: ChaosPlace,
  { name, fault, holdMs }: PlannedFault,
  about: Context & { now: () => number; probes: Probes; nextMs: number },
): Promise<void> {
  const { signal, now, probes, nextMs, onEvent, onProgress } = about;
  const say = (kind: RunEvent['kind'], text: string) => {
    onEvent({ atMs: now(), kind, text, fault: name });
    onProgress(text);
  };
  const brokenAt = now();
  say('fault', `${faultText(fault)} for ${(holdMs / 1000).toFixed(1)} s`);
  let healedAt: number;
  try {
    await inject(place, fault);
    await delay(holdMs, undefined, { signal });
  } finally {
    // Also when the load was stopped meanwhile: the checker and the stop need a whole cluster.
    await heal(place, fault);
    healedAt = now();
    say('healed', `${faultText(fault)}: healed after ${seconds(healedAt - brokenAt)}`);
  }
  while (now() < nextMs) {
    await delay(POLL_MS, undefined, { signal });
    // The quiet seconds begin after the healing: what was answered before does not count.
    if (now() - healedAt < QUIET_MS || !isWithinAims(probes.results, probes.probes, now())) continue;
    say(
      'recovered',
      `${faultText(fault)}: recovered ${seconds(now() - QUIET_MS - healedAt)} after it was healed`,
    );
    return;
  }
  onEvent({
    atMs: now(),
    kind: 'note',
    text: `${faultText(fault)}: not recovered when the next fault began`,
    fault: name,
  });
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const noteOf = (atMs: number, text: string): RunEvent => ({ atMs, kind: 'note', text, fault: null });

async function inject({ cluster, mongoProxy, logProxy }: ChaosPlace, fault: FaultKind): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return cluster.kill(fault.process);
    case 'stop':
      return cluster.kill(fault.server, 'SIGTERM');
    case 'slow-mongo':
      if (mongoProxy !== null) mongoProxy.delayMs = fault.delayMs;
      return;
    case 'delay-stream-reads':
      logProxy.streamReadDelayMs = fault.delayMs;
      return;
    default:
      return fault satisfies never;
  }
}

async function heal({ cluster, mongoProxy, logProxy }: ChaosPlace, fault: FaultKind): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return cluster.start(fault.process);
    case 'stop':
      return cluster.start(fault.server);
    case 'slow-mongo':
      if (mongoProxy !== null) mongoProxy.delayMs = 0;
      return;
    case 'delay-stream-reads':
      logProxy.streamReadDelayMs = 0;
      return;
    default:
      return fault satisfies never;
  }
}

/** When each circuit opened and closed, from the samples of the API's gauges. */
export function breakerEvents({ gauges }: Pick<Recorder, 'gauges'>): RunEvent[] {
  const prefix = GAUGES.breaker('');
  return gauges
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap(({ name, points }) => {
      const events: RunEvent[] = [];
      let isOpen = false;
      for (const [atMs, value] of points) {
        if (value === null || value > 0 === isOpen) continue;
        isOpen = value > 0;
        const text = `the circuit to ${name.slice(prefix.length)} ${isOpen ? 'opened' : 'closed'}`;
        events.push(noteOf(Math.max(0, atMs), text));
      }
      return events;
    });
}
