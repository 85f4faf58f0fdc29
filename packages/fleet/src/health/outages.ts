import type { HealthCondition, OutageReason, Verdict } from '@rideline/contract';
import type { DriverEvent, StoredCondition } from './health-collection.ts';

/** A stretch of time, epoch ms on the domain clock. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A fix as the history has it; `t` on the domain clock. */
export interface HealthFix {
  readonly t: number;
  readonly boot: string;
  readonly verdict: Verdict;
}

export interface HealthEvidence {
  readonly window: Span;
  /** In any order; equal ones count once. Also from before the window: the status at its start. */
  readonly events: readonly DriverEvent[];
  readonly conditions: readonly StoredCondition[];
  /** In order of time. */
  readonly fixes: readonly HealthFix[];
}

export interface FoundOutage extends Span {
  readonly reason: OutageReason;
  readonly reported: boolean;
  readonly ongoing: boolean;
  readonly verdict?: Verdict;
}

export interface TrackedTime {
  readonly dutyMs: number;
  readonly trackedMs: number;
  readonly outages: readonly FoundOutage[];
}

/** A pause of a driver's fixes that counts as an outage: three times the longest interval of an uplink policy. */
export const OUTAGE_MS = 60_000;
/** A driver who went away without a word is off duty after this: a closed app must not count as an outage all night. */
const OFF_DUTY_AFTER_MS = 1_800_000;
/** The cause covers at least this share of its outage. */
const COVERS = 0.5;
/** A condition is noticed up to this long after it began: the device is asked once a minute. */
const NOTICED_MS = 75_000;
/** Between two reports of one beginning: half of a round trip on a bad network. The device is asked less often. */
const SAME_MS = 4000;
/** Before the outage; a phone at 5 % that is used for navigation is empty by then. */
const BATTERY_EMPTY_WITHIN_MS = 1_800_000;

/** Reported causes, the most specific first. Not in the list: conditions that alone do not stop a phone. */
const CAUSES: readonly HealthCondition[] = [
  'device_restarted',
  'app_killed',
  'stopped',
  'permission_denied',
  'gps_off',
  'task_lost',
  'battery_saver',
  'app_suspended',
  'silent_source',
];

/**
 * The time on duty, the part of it that was tracked, and why the rest was not; pure. A fix that was collected offline and sent later tracks its
 * own time. Where the phone said nothing the reason is concluded from its connections and app starts.
 */
export function trackedTime({ window, events, conditions, fixes }: HealthEvidence): TrackedTime {
  const seen = inOrder(events);
  const duty = dutySpans(seen, window);
  const evidence: Evidence = {
    away: awaySpans(seen, fixes, window),
    conditions: settled(conditions, window),
    refused: fixes.filter(({ verdict }) => verdict !== 'ok'),
    emptyAt: seen.filter(({ what }) => what === 'battery').map(({ at }) => at),
  };
  const good = fixes.filter(({ verdict }) => verdict === 'ok');
  const outages = duty.flatMap((span) =>
    gapsIn(span, good, window.toMs).map((gap) => explain(gap, evidence)),
  );
  const dutyMs = sum(duty);
  return { dutyMs, trackedMs: dutyMs - sum(outages), outages };
}

interface Gap extends Span {
  readonly bootBefore: string | undefined;
  readonly bootAfter: string | undefined;
  readonly ongoing: boolean;
}

interface Evidence {
  readonly away: readonly Span[];
  readonly conditions: readonly (Span & { readonly code: HealthCondition })[];
  readonly refused: readonly HealthFix[];
  readonly emptyAt: readonly number[];
}

const lengthOf = ({ fromMs, toMs }: Span) => Math.max(0, toMs - fromMs);
const sum = (spans: readonly Span[]) => spans.reduce((total, span) => total + lengthOf(span), 0);
const overlapMs = (one: Span, other: Span) =>
  Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs));

/** Index of the first fix that is not before `t`. A day has as many fixes as seconds, and is asked about hundreds of times. */
function firstFrom(fixes: readonly HealthFix[], t: number): number {
  let [low, high] = [0, fixes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fixes[middle] as HealthFix).t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By time, each once. Of two at one time the older connection's is first. */
function inOrder(events: readonly DriverEvent[]): DriverEvent[] {
  const distinct = new Map(events.map((event) => [JSON.stringify(event), event]));
  return [...distinct.values()].sort((a, b) => a.at - b.at || a.epoch - b.epoch);
}

/** The times at which the driver was on duty. */
function dutySpans(events: readonly DriverEvent[], window: Span): Span[] {
  const spans: Span[] = [];
  let sinceMs: number | null = null;
  let awaySinceMs: number | null = null;
  let epoch = 0;
  const end = (atMs: number) => {
    if (sinceMs !== null) spans.push({ fromMs: sinceMs, toMs: atMs });
    sinceMs = null;
  };
  const passTo = (atMs: number) => {
    if (awaySinceMs !== null && atMs - awaySinceMs > OFF_DUTY_AFTER_MS) end(awaySinceMs + OFF_DUTY_AFTER_MS);
  };
  for (const event of events) {
    if (event.at > window.toMs) break;
    passTo(event.at);
    if (event.what === 'disconnected') {
      if (event.epoch >= epoch) awaySinceMs ??= event.at;
    } else if (event.what !== 'battery') {
      epoch = Math.max(epoch, event.epoch);
      awaySinceMs = null;
      if (event.status === 'offline') end(event.at);
      else sinceMs ??= event.at;
    }
  }
  passTo(window.toMs);
  end(window.toMs);
  return spans
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, window.fromMs), toMs }))
    .filter((span) => lengthOf(span) > 0);
}

/** The times without a connection. A gateway that was killed reported no end: then since the last fix before the next connection. */
function awaySpans(events: readonly DriverEvent[], fixes: readonly HealthFix[], window: Span): Span[] {
  const spans: Span[] = [];
  let isConnected = false;
  let sinceMs: number | null = null;
  let epoch = 0;
  for (const event of events) {
    if (event.what === 'disconnected' && event.epoch >= epoch && isConnected) {
      isConnected = false;
      sinceMs = event.at;
    }
    if (event.what !== 'connected' || event.epoch <= epoch) continue;
    epoch = event.epoch;
    const lastMs = fixes[firstFrom(fixes, event.at) - 1]?.t;
    if (sinceMs !== null) spans.push({ fromMs: sinceMs, toMs: event.at });
    else if (isConnected && lastMs !== undefined) spans.push({ fromMs: lastMs, toMs: event.at });
    isConnected = true;
    sinceMs = null;
  }
  if (sinceMs !== null) spans.push({ fromMs: sinceMs, toMs: window.toMs });
  return spans;
}

/**
 * Each condition once, with its end: the same condition that begins again, a later app start, or the end of the window ends one that was never
 * closed.
 */
function settled(conditions: readonly StoredCondition[], window: Span): (Span & { code: HealthCondition })[] {
  const all: StoredCondition[] = [];
  for (const condition of [...conditions].sort((a, b) => a.from - b.from)) {
    const at = all.findLastIndex(({ boot, code }) => boot === condition.boot && code === condition.code);
    const known = all[at];
    if (known !== undefined && isSame(known, condition)) all[at] = { ...known, to: known.to ?? condition.to };
    else all.push(condition);
  }
  return all.map((condition) => {
    const { boot, code, from, to } = condition;
    const later = all.filter(
      (other) => other !== condition && other.from >= from && (other.boot !== boot || other.code === code),
    );
    return { code, fromMs: from, toMs: to ?? Math.min(window.toMs, ...later.map((other) => other.from)) };
  });
}

/** Two reports of one condition: its beginning, and the same with the end, by a clock that the phone has set by the server since. */
function isSame(one: StoredCondition, other: StoredCondition): boolean {
  if (Math.abs(other.from - one.from) > SAME_MS) return false;
  return one.to === null || other.to === null || Math.abs(other.to - one.to) <= SAME_MS;
}

function gapsIn(duty: Span, good: readonly HealthFix[], nowMs: number): Gap[] {
  const gaps: Gap[] = [];
  let at = firstFrom(good, duty.fromMs);
  let before = good[at - 1];
  let sinceMs = duty.fromMs;
  for (let fix = good[at]; fix !== undefined && fix.t <= duty.toMs; fix = good[++at]) {
    if (fix.t - sinceMs > OUTAGE_MS)
      gaps.push({
        fromMs: sinceMs,
        toMs: fix.t,
        bootBefore: before?.boot,
        bootAfter: fix.boot,
        ongoing: false,
      });
    before = fix;
    sinceMs = Math.max(sinceMs, fix.t);
  }
  if (duty.toMs - sinceMs > OUTAGE_MS) {
    const after = good[at];
    gaps.push({
      fromMs: sinceMs,
      toMs: duty.toMs,
      bootBefore: before?.boot,
      bootAfter: after?.boot,
      ongoing: duty.toMs >= nowMs,
    });
  }
  return gaps;
}

function explain(gap: Gap, evidence: Evidence): FoundOutage {
  const { fromMs, toMs, ongoing } = gap;
  const because = (reason: OutageReason, reported: boolean, verdict?: Verdict): FoundOutage => ({
    fromMs,
    toMs,
    ongoing,
    reason,
    reported,
    ...(verdict === undefined ? {} : { verdict }),
  });
  const verdict = refusedIn(gap, evidence.refused);
  const has = (code: HealthCondition) =>
    evidence.conditions.some((one) => one.code === code && covers(one, gap));
  if (verdict !== undefined) {
    const isClock = (verdict === 'future' || verdict === 'stale') && has('clock_skew');
    return because(isClock ? 'clock_skew' : 'refused_fixes', isClock, verdict);
  }
  const isNewBoot =
    gap.bootBefore !== undefined && gap.bootAfter !== undefined && gap.bootAfter !== gap.bootBefore;
  const isAway = evidence.away.reduce((ms, span) => ms + overlapMs(span, gap), 0) >= COVERS * lengthOf(gap);
  const wasEmpty = evidence.emptyAt.some((at) => at >= fromMs - BATTERY_EMPTY_WITHIN_MS && at <= toMs);
  if (wasEmpty && (isNewBoot || (isAway && gap.bootAfter === undefined)))
    return because('battery_empty', false);
  const cause = CAUSES.find(has);
  if (cause !== undefined) return because(cause, true);
  if (isNewBoot) return because('app_killed', false);
  return because(isAway ? 'no_connection' : 'silent_source', false);
}

/** Whether a condition explains a gap: it covers half of it, or all of it but the time until it was noticed. */
function covers(condition: Span, gap: Span): boolean {
  const noticed = { fromMs: condition.fromMs - NOTICED_MS, toMs: condition.toMs };
  return (
    overlapMs(condition, gap) >= COVERS * lengthOf(gap) ||
    (overlapMs(condition, gap) > 0 && overlapMs(noticed, gap) >= lengthOf(gap))
  );
}

/** The most frequent verdict when fixes arrived all the time and every one was refused. */
function refusedIn(gap: Span, refused: readonly HealthFix[]): Verdict | undefined {
  const within = refused.slice(firstFrom(refused, gap.fromMs + 1), firstFrom(refused, gap.toMs));
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || last.t - first.t < COVERS * lengthOf(gap))
    return undefined;
  const counts = new Map<Verdict, number>();
  for (const { verdict } of within) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
