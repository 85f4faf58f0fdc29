import type { IngestResult, IngestRun } from './ingest.ts';
import { machineText, quantile, type Spread, spreadOf, spreadText, tableText } from './report.ts';

/** Programs by what they are, in the order of a fix's way. `api` is idle here and counted with the rest. */
const GROUPS = [
  ['gateways', /^gateway/],
  ['redis', /^redis/],
  ['workers', /^workers/],
  ['mongo', /^mongo/],
  ['clients', /^clients$/],
] as const;
const SERVERS = /^(gateway|redis|workers|mongo|api)/;

export interface VariantFigures {
  readonly variant: string;
  readonly fixesPerFrame: number;
  /** CPU µs a frame by group of programs. */
  readonly perFrame: Readonly<Record<string, Spread>>;
  /** CPU µs of all servers, a fix. */
  readonly serversPerFix: Spread;
  readonly ackP95Ms: Spread;
  readonly positionAgeP99Ms: Spread;
  readonly lateShare: number;
}

export function figuresOf(result: IngestResult): VariantFigures[] {
  const names = [...new Set(result.runs.map(({ variant }) => variant))];
  return names.map((variant) => {
    const runs = result.runs.filter((run) => run.variant === variant);
    const fixesPerFrame = runs[0]?.fixesPerFrame ?? 1;
    const groups = GROUPS.map(([name, pattern]) => [
      name,
      spreadOf(runs.map((run) => cpuPerFrame(run, pattern))),
    ]);
    return {
      variant,
      fixesPerFrame,
      perFrame: Object.fromEntries(groups) as Record<string, Spread>,
      serversPerFix: spreadOf(runs.map((run) => cpuPerFrame(run, SERVERS) / fixesPerFrame)),
      ackP95Ms: spreadOf(runs.map(({ counts }) => quantile(counts.ackLatenciesMs, 0.95))),
      positionAgeP99Ms: spreadOf(runs.map(({ counts }) => quantile(counts.positionAgesMs, 0.99))),
      lateShare: Math.max(
        ...runs.map(({ counts }) => counts.framesLate / Math.max(1, counts.framesSent + counts.framesLate)),
      ),
    };
  });
}

function cpuPerFrame(run: IngestRun, pattern: RegExp): number {
  let microseconds = 0;
  for (const [name, used] of run.cpu) if (pattern.test(name)) microseconds += used;
  return microseconds / run.frames;
}

export function ingestReport(result: IngestResult): string {
  const figures = figuresOf(result);
  const rounds = result.runs.length / figures.length;
  const { drivers, followed } = result.numbers;
  const head = [
    'CPU µs a frame',
    ...GROUPS.map(([name]) => name),
    'servers a fix',
    'ack p95 ms',
    'position p99 ms',
  ];
  const rows = figures.map((each) => [
    each.variant,
    ...GROUPS.map(([name]) => spreadText(each.perFrame[name] as Spread)),
    spreadText(each.serversPerFix),
    spreadText(each.ackP95Ms),
    spreadText(each.positionAgeP99Ms),
  ]);
  return [
    machineText(),
    `${drivers} sockets, ${followed} of them followed by a rider on the other node (bare: none); open loop, ${result.framesPerSecond} frames/s for ${result.durationMs / 1000} s, ${rounds} rounds in turn; median (least–greatest)`,
    '',
    tableText(head, rows),
    '',
    ...ratios(figures),
    ...result.ledgers.map(
      ({ subject, sent, stored }) =>
        `ledger of ${subject}: ${sent} fixes sent, ${stored} stored${sent === stored ? '' : '  ← differs'}`,
    ),
    ...figures
      .filter(({ lateShare }) => lateShare > 0)
      .map(
        ({ variant, lateShare }) =>
          `${variant}: ${(lateShare * 100).toFixed(2)} % of the frames could not be sent in time`,
      ),
    'Left out: HAProxy (clients connect to the nodes), TLS, processes are not pinned. CPU of workers and Mongo is counted until the last fix is durable, of all others while frames are sent; the textbook stack with history gets a tenth of the rate.',
  ].join('\n');
}

function ratios(figures: readonly VariantFigures[]): string[] {
  const find = (name: string) => figures.find(({ variant }) => variant === name);
  const gateway = (name: string) => find(name)?.perFrame.gateways?.median ?? Number.NaN;
  const perFix = (name: string) => find(name)?.serversPerFix.median ?? Number.NaN;
  const withoutHistory = (name: string) => {
    const found = find(name);
    const kept =
      (found?.perFrame.gateways?.median ?? Number.NaN) + (found?.perFrame.redis?.median ?? Number.NaN);
    return kept / (found?.fixesPerFrame ?? 1);
  };
  const line = (label: string, value: number) => `${label.padEnd(72)} ${value.toFixed(2)}`;
  return [
    line(
      'gateway, ours 1 fix ÷ bare without acknowledgement (wanted ≤ 1.5)',
      gateway('ours, 1 fix') / gateway('bare, no ack'),
    ),
    line(
      'gateway, ours 5 fixes ÷ ours 1 fix (wanted ≤ 1.6)',
      gateway('ours, 5 fixes') / gateway('ours, 1 fix'),
    ),
    line(
      'gateway + Redis, textbook ÷ ours 1 fix (wanted ≥ 2)',
      withoutHistory('textbook, ack') / withoutHistory('ours, 1 fix'),
    ),
    line(
      'gateway + Redis a fix, textbook ÷ ours 5 fixes (wanted ≥ 6)',
      withoutHistory('textbook, ack') / withoutHistory('ours, 5 fixes'),
    ),
    line(
      'all servers a fix, textbook + history ÷ ours 5 fixes (wanted ≥ 10)',
      perFix('textbook + history, ack') / perFix('ours, 5 fixes'),
    ),
    '',
  ];
}
