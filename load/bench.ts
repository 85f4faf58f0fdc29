import { loadavg } from 'node:os';
import { parseOptions, parseWholeNumber } from '@rideline/infra/local/arguments';
import { LaunchError, UsageError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { runCommand } from '@rideline/infra/local/run-command';
import { apiReport, apiTargets } from './src/bench/api/report.ts';
import { benchApi } from './src/bench/api/run.ts';
import { isComplete } from './src/bench/capacity/frame-kind.ts';
import {
  capacityPlots,
  capacityReport,
  capacityTargets,
  heldFixesPerSecond,
} from './src/bench/capacity/report.ts';
import { benchCapacity } from './src/bench/capacity/run.ts';
import { fanoutJson, fanoutPlots, fanoutReport, nothingLost } from './src/bench/fanout/report.ts';
import { benchFanout } from './src/bench/fanout/run.ts';
import { geoJson, geoPlots, geoReport, isRight } from './src/bench/geo/report.ts';
import { benchGeo } from './src/bench/geo/run.ts';
import {
  historyFigures,
  historyPlots,
  historyReport,
  historyTargets,
  isWhole,
  shareOfW,
} from './src/bench/history/report.ts';
import { benchHistory } from './src/bench/history/run.ts';
import { ingestJson, ingestPlots, ingestReport, oursIsStored } from './src/bench/ingest/report.ts';
import { benchIngest } from './src/bench/ingest/run.ts';
import { addsUp } from './src/bench/ledger.ts';
import { matchingReport, matchingTargets } from './src/bench/matching/report.ts';
import { benchMatching } from './src/bench/matching/run.ts';
import { everyFixStored, memoryJson, memoryPlots, memoryReport } from './src/bench/memory/report.ts';
import { benchMemory } from './src/bench/memory/run.ts';
import { profileJson, profilePlots, profileReport } from './src/bench/profile/report.ts';
import { benchProfile } from './src/bench/profile/run.ts';
import { machineText } from './src/bench/report-text.ts';
import { type BenchOutcome, saveOutcome } from './src/bench/save-outcome.ts';
import { tripsReport, tripsTargets } from './src/bench/trips/report.ts';
import { benchTrips } from './src/bench/trips/run.ts';
import { uploadsReport, uploadsTargets } from './src/uploads/report.ts';
import { loadUploads } from './src/uploads/run.ts';

/**
 * `./rideline bench NAME [--quick] [--json] [--keep]`: exits 1 when a ledger does not add up, when the matcher is behind the plain policies,
 * or when a trip was lost. `--keep` leaves the figures and their pictures in docs/bench.
 */
async function bench(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      pin: { type: 'boolean', default: false },
    },
    1,
  );
  const [name] = positionals;
  const run = BENCHES.get(name ?? '');
  if (!run)
    throw new UsageError(
      name === undefined ? 'bench needs a name' : `there is no bench '${name}'`,
      `The benches are ${[...BENCHES.keys()].join(', ')}`,
    );
  const progress = createProgress(process.stderr, `bench ${name}`);
  const outcome = await run({
    quick: values.quick,
    pin: values.pin,
    onProgress: progress.line,
    signal: stopSignal(),
  }).finally(() => progress.end());
  console.log(values.json ? JSON.stringify({ machine: machineText(), ...outcome.json }) : outcome.text);
  if (values.keep) await saveOutcome(name ?? '', outcome);
  if (!outcome.ok) process.exitCode = 1;
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort(new LaunchError('stopped before the end', 'Nothing was measured')));
  }
  return stop.signal;
}

type Bench = (options: {
  quick: boolean;
  /** `bench box` alone asks: servers on one core, the generator on the other. */
  pin: boolean;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}) => Promise<BenchOutcome>;

const ingest: Bench = async (options) => {
  const loadBefore = loadavg()[0] ?? 0;
  const result = await benchIngest(options);
  return {
    text: ingestReport(result, loadBefore),
    json: ingestJson(result, loadBefore),
    ok: oursIsStored(result),
    plots: ingestPlots(result),
  };
};

const geo: Bench = async (options) => {
  const result = await benchGeo(options);
  return { text: geoReport(result), json: geoJson(result), ok: isRight(result), plots: geoPlots(result) };
};

const profile: Bench = async (options) => {
  const result = await benchProfile(options);
  return {
    text: profileReport(result),
    json: profileJson(result),
    ok: addsUp(result.ledger),
    plots: profilePlots(result),
  };
};

const matching: Bench = async (options) => {
  const result = await benchMatching(options);
  const wanted = matchingTargets(result);
  const tables = result.tables.map((table) => ({ ...table, policies: Object.fromEntries(table.policies) }));
  // Two variants of the day say too little to fail by.
  const ok = options.quick || wanted.every(({ met }) => met);
  return { text: matchingReport(result), json: { ...result, tables, wanted }, ok };
};

const trips: Bench = async (options) => {
  const result = await benchTrips(options);
  const wanted = tripsTargets(result);
  // A rate depends on the machine; that a 201 is kept does not.
  const ok = result.found.missing === 0 && result.found.open === 0;
  return { text: tripsReport(result), json: { ...result, wanted }, ok };
};

const api: Bench = async (options) => {
  const result = await benchApi(options);
  // A rate depends on the machine; that every grant and every read is answered does not.
  const ok = result.reads.every(({ calls }) =>
    Object.values(calls).every(({ sent, answers }) => answers['200'] === sent),
  );
  return { text: apiReport(result), json: { ...result, wanted: apiTargets(result) }, ok };
};

const box: Bench = async (options) => {
  const result = await benchCapacity(options);
  const held = result.kinds.map((kind) => ({
    fixesPerFrame: kind.fixesPerFrame,
    fixesPerSecond: heldFixesPerSecond(kind),
  }));
  return {
    text: capacityReport(result),
    json: { ...result, held, wanted: capacityTargets(result) },
    ok: result.kinds.every(({ ledgers }) => ledgers.every(isComplete)),
    plots: capacityPlots(result),
  };
};

const history: Bench = async (options) => {
  const result = await benchHistory(options);
  const told = { figures: historyFigures(result), ...shareOfW(result), wanted: historyTargets(result) };
  return {
    text: historyReport(result),
    json: { ...result, ...told },
    ok: isWhole(result),
    plots: historyPlots(result),
  };
};

const fanout: Bench = async (options) => {
  const result = await benchFanout(options);
  return {
    text: fanoutReport(result),
    json: fanoutJson(result),
    ok: nothingLost(result),
    plots: fanoutPlots(result),
  };
};

const memory: Bench = async (options) => {
  const result = await benchMemory(options);
  return {
    text: memoryReport(result),
    json: memoryJson(result),
    ok: everyFixStored(result),
    plots: memoryPlots(result),
  };
};

/** In the order in which they are named to whoever asks for another. */
const BENCHES: ReadonlyMap<string, Bench> = new Map(
  Object.entries({ ingest, profile, geo, matching, trips, api, box, history, fanout, memory }),
);

/** `./rideline load uploads [--users N] [--per-minute N] [--json]`: exits 1 when a document was lost, or the waits that were told are wrong. */
async function load(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    {
      users: { type: 'string', default: '7000' },
      'per-minute': { type: 'string', default: '3000' },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [name] = positionals;
  if (name !== 'uploads')
    throw new UsageError(
      name === undefined ? 'load needs a name' : `there is no load script '${name}'`,
      'The only one is uploads',
    );
  const progress = createProgress(process.stderr, 'load uploads');
  const result = await loadUploads({
    users: parseWholeNumber('--users', values.users),
    perMinute: parseWholeNumber('--per-minute', values['per-minute']),
    onProgress: progress.line,
    signal: stopSignal(),
  }).finally(() => progress.end());
  const wanted = uploadsTargets(result);
  console.log(
    values.json ? JSON.stringify({ machine: machineText(), ...result, wanted }) : uploadsReport(result),
  );
  if (wanted.some(({ met }) => !met)) process.exitCode = 1;
}

const [command, ...rest] = process.argv.slice(2);
await runCommand(() => (command === 'bench' ? bench(rest) : load(rest)));
