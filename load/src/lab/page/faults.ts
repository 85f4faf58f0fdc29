import type { RunEvent } from '../run-report.ts';

/** One fault of a chaos run: when it began, when it was healed, when the system was back to its aim; null where that did not happen. */
export interface FaultPeriod {
  readonly fault: string;
  readonly text: string;
  readonly atMs: number;
  healedAtMs: number | null;
  recoveredAtMs: number | null;
}

/**
 * Pairs the events of each fault by its name. A fault may come several times: `healed` and `recovered` belong to its latest period that
 * has none yet.
 */
export function faultPeriods(events: readonly RunEvent[]): readonly FaultPeriod[] {
  const periods: FaultPeriod[] = [];
  const byName = new Map<string, FaultPeriod[]>();
  for (const { kind, atMs, text, fault } of events) {
    const name = fault ?? text;
    const open = (key: 'healedAtMs' | 'recoveredAtMs') =>
      byName.get(name)?.findLast((period) => period[key] === null);
    switch (kind) {
      case 'fault': {
        const period = { fault: name, text, atMs, healedAtMs: null, recoveredAtMs: null };
        periods.push(period);
        const known = byName.get(name);
        if (known) known.push(period);
        else byName.set(name, [period]);
        break;
      }
      case 'healed': {
        const period = open('healedAtMs');
        if (period) period.healedAtMs = atMs;
        break;
      }
      case 'recovered': {
        const period = open('recoveredAtMs');
        if (period) period.recoveredAtMs = atMs;
        break;
      }
      case 'phase':
      case 'note':
        break;
    }
  }
  return periods;
}

/** While at least one thing was broken, or, at other times, while the system was not back from at least one fault. */
export interface FaultBand {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: 'broken' | 'recovering';
}

const MOST_PERIODS_IN_BANDS = 200;

/** The bands behind the plots: they do not overlap, however many faults do. A fault without recovery lasts until the end. */
export function faultBands(periods: readonly FaultPeriod[], durationMs: number): readonly FaultBand[] {
  const spans = periods.slice(0, MOST_PERIODS_IN_BANDS).map(({ atMs, healedAtMs, recoveredAtMs }) => {
    const healedMs = healedAtMs ?? recoveredAtMs ?? durationMs;
    return { fromMs: atMs, healedMs, toMs: Math.max(healedMs, recoveredAtMs ?? durationMs) };
  });
  const limits = [...new Set(spans.flatMap(({ fromMs, healedMs, toMs }) => [fromMs, healedMs, toMs]))];
  limits.sort((a, b) => a - b);
  const bands: { fromMs: number; toMs: number; kind: FaultBand['kind'] }[] = [];
  for (const [at, fromMs] of limits.entries()) {
    const toMs = limits[at + 1];
    const covering = spans.filter((span) => span.fromMs <= fromMs && fromMs < span.toMs);
    if (toMs === undefined || covering.length === 0) continue;
    const kind = covering.some(({ healedMs }) => fromMs < healedMs) ? 'broken' : 'recovering';
    const before = bands.at(-1);
    if (before?.kind === kind && before.toMs === fromMs) before.toMs = toMs;
    else bands.push({ fromMs, toMs, kind });
  }
  return bands;
}

/** Further events are in the report's JSON only. */
export const MOST_LISTED_EVENTS = 300;
/** More marks than that would cover the lines. */
const MOST_MARKS = 60;

export interface Mark {
  readonly atMs: number;
  /** Its number in the table of events. */
  readonly number: number;
  readonly kind: RunEvent['kind'];
}

const MARKED_FIRST: readonly RunEvent['kind'][] = ['fault', 'healed', 'recovered', 'phase', 'note'];

/** What is marked on the plots: of many events the faults first. */
export function marksOf(events: readonly RunEvent[]): readonly Mark[] {
  const listed = events
    .slice(0, MOST_LISTED_EVENTS)
    .map(({ atMs, kind }, at): Mark => ({ atMs, kind, number: at + 1 }));
  return listed
    .toSorted((a, b) => MARKED_FIRST.indexOf(a.kind) - MARKED_FIRST.indexOf(b.kind))
    .slice(0, MOST_MARKS)
    .sort((a, b) => a.number - b.number);
}
