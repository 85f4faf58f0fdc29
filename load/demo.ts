import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseOptions,
  parsePort,
  parsePositive,
  parseSeconds,
  parseWholeNumber,
} from '@rideline/infra/local/arguments';
import { attachCluster, type Cluster } from '@rideline/infra/local/cluster';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { CLUSTER_FILE, DEMO_DIR, STATE_DIR } from '@rideline/infra/local/paths';
import { createProgress } from '@rideline/infra/local/progress';
import { RAISED_LIMITS } from '@rideline/infra/local/raised-limits';
import { runCommand } from '@rideline/infra/local/run-command';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { ApiClient } from './src/cluster/api-client.ts';
import { createTokenIssuer } from './src/cluster/token-issuer.ts';
import { firstEnd } from './src/command/first-end.ts';
import { StopSignal } from './src/command/stop-signal.ts';
import { ClusterReader } from './src/demo/cluster-figures.ts';
import { ownDemo } from './src/demo/demo-owner.ts';
import { count } from './src/demo/figures-text.ts';
import { LivePanel } from './src/demo/live-panel.ts';
import { summaryText } from './src/demo/summary.ts';
import { summaryJson } from './src/demo/summary-json.ts';
import { cpuSince, programsOf, readCpu } from './src/process/process-cpu.ts';
import { checkLedgers, isWhole } from './src/simulation/checks/check-ledgers.ts';
import { areSettled, checkTrips } from './src/simulation/checks/trip-check.ts';
import { seededHabits } from './src/simulation/habits.ts';
import { Replay } from './src/simulation/replay.ts';
import { loadTrace, type Trace } from './src/simulation/trace/trace.ts';
import { TraceClock } from './src/simulation/trace/trace-clock.ts';

interface DemoOptions {
  cabs: number | undefined;
  speed: number;
  forMs: number | undefined;
  plain: boolean;
  /** The summary as JSON on stdout, everything else on stderr. */
  json: boolean;
  /** Seed of the habits of drivers and riders. */
  seed: number;
  port: number | undefined;
}

/** From "servers are up" to "all cabs are connected", with a margin: the trace begins this long after the processes are started. */
const PROCESSES_START_MS = 10_000;
/** Cabs that are not connected by then start with the fixes that they have collected. */
const CONNECT_MS = 20_000;
const DRAIN_MS = 60_000;
const OWNER_FILE = join(STATE_DIR, 'demo-owner.json');
/** Cabs of the trace report about once a minute: a shorter window would hide most of them from the search. */
const SEARCH_FRESH_MS = 180_000;
/** A parked phone in the driver app reports every 20 s of real time, however fast the trace is replayed: two of its reports. */
const PARKED_PHONE_MS = 40_000;
/** An offer waits for a person in the driver app: as long in real time as at the city's own speed. */
const OFFER_WINDOW_MS = 15_000;
const NO_PROCESSES = { gateway: 0, api: 0, workers: 0 };
const SCALE = { gateway: 2, api: 1, workers: 1 };

function parseDemo(args: readonly string[]): DemoOptions {
  const { values } = parseOptions(args, {
    cabs: { type: 'string' },
    speed: { type: 'string', default: '10' },
    for: { type: 'string' },
    plain: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    port: { type: 'string' },
  });
  return {
    cabs: values.cabs === undefined ? undefined : parseWholeNumber('--cabs', values.cabs),
    speed: parsePositive('--speed', values.speed, 100),
    forMs: values.for === undefined ? undefined : parseSeconds(values.for) * 1000,
    plain: values.plain,
    json: values.json,
    seed: parseWholeNumber('--seed', values.seed, Number.MIN_SAFE_INTEGER),
    port: values.port === undefined ? undefined : parsePort(values.port),
  };
}

/** `demo`: a cluster of its own, the hour of the trace, an ordered stop, a summary. */
async function demo(args: readonly string[]): Promise<void> {
  const options = parseDemo(args);
  const trace = await loadTrace(options.cabs);
  const disown = ownDemo(OWNER_FILE);
  const signal = new StopSignal(forceDown);
  try {
    await run(options, trace, signal);
  } finally {
    signal.off();
    disown();
  }
}

async function run(options: DemoOptions, trace: Trace, signal: StopSignal): Promise<void> {
  const { cluster, clock } = await bringUp(options, trace);
  try {
    if (!signal.isRequested && !(await play(cluster, clock, trace, options, signal))) process.exitCode = 1;
  } finally {
    const out = outOf(options);
    out.write('stopping the cluster …\n');
    const { killed } = await cluster.stop();
    if (killed.length > 0) out.write(`killed after the stop deadline: ${killed.join(', ')}\n`);
  }
}

const outOf = ({ json }: DemoOptions) => (json ? process.stderr : process.stdout);

/**
 * The processes' clock must be known before they start, and how long servers take on a first run is not. So the servers start first, then
 * the clock is fixed, then the processes start.
 */
async function bringUp(options: DemoOptions, trace: Trace): Promise<{ cluster: Cluster; clock: TraceClock }> {
  await stopFormerDemo();
  rmSync(DEMO_DIR, { recursive: true, force: true });
  const progress = createProgress(outOf(options), 'starting the cluster');
  try {
    const common = {
      dataDir: DEMO_DIR,
      onProgress: once(progress.line),
      ...(options.port === undefined ? {} : { port: options.port }),
    };
    const servers = await startCluster({
      ...common,
      scale: NO_PROCESSES,
      servers: ['redis-log', 'redis-state', 'redis-cache', 'mongo'],
      dashboard: true,
    });
    const clock = new TraceClock(Date.now() + PROCESSES_START_MS, trace.startAt, options.speed);
    const whole = startCluster({
      ...common,
      scale: SCALE,
      env: {
        ...RAISED_LIMITS,
        RIDELINE_DOMAIN_CLOCK: clock.toString(),
        RIDELINE_OFFER_WINDOW_MS: String(Math.ceil(OFFER_WINDOW_MS * Math.max(1, options.speed))),
        RIDELINE_SEARCH_FRESH_MS: String(
          Math.ceil(Math.max(SEARCH_FRESH_MS, PARKED_PHONE_MS * options.speed)),
        ),
      },
    });
    const cluster = await whole.catch(async (error: unknown) => {
      // Each step stops only what it started itself.
      await servers.stop();
      throw error;
    });
    return { cluster, clock };
  } finally {
    progress.end();
  }
}

/** A demo that was killed left its programs running; their data is about to be wiped. */
async function stopFormerDemo(): Promise<void> {
  const former = attachCluster(CLUSTER_FILE);
  if (former === null) return;
  const running = former.processes.some(({ alive }) => alive) || former.servers.some(({ alive }) => alive);
  if (running && former.dataDir !== DEMO_DIR)
    throw new LaunchError(`another cluster is running (${former.dataDir})`, 'Stop it first: ./rideline down');
  if (running) await former.stop();
}

async function play(
  cluster: Cluster,
  clock: TraceClock,
  trace: Trace,
  options: DemoOptions,
  signal: StopSignal,
): Promise<boolean> {
  const token = await createTokenIssuer(cluster.env);
  const api = new ApiClient(cluster.url, await token('operator', 'demo-replay'));
  const trips = { requested: seededHabits(options.seed) };
  const replay = new Replay({ url: cluster.url, trace, clock, api, token, trips });
  const reader = new ClusterReader(() => cluster.processes);
  const programs = programsOf(cluster);
  const cpuBefore = readCpu(programs);
  const startedMs = Date.now();
  const panel = new LivePanel({
    out: outOf(options),
    replay,
    reader,
    clock,
    plain: options.plain,
    heading: heading(cluster, trace, options),
  });
  panel.start();
  try {
    panel.note = 'connecting the cabs';
    await Promise.race([replay.connectAll(CONNECT_MS), signal.requested]);
    panel.note = '';
    replay.start();
    await firstEnd([replay.ended, signal.requested], options.forMs);
    panel.note = 'stopping: open trips come to an end (Ctrl-C again: stop at once)';
    await replay.settleTrips();
    replay.stopPushing();
    panel.note = 'stopping: waiting until MongoDB has every fix (Ctrl-C again: stop at once)';
    const { left } = await replay.drain(DRAIN_MS);
    await panel.stop();
    const cpu = cpuSince(readCpu(programs), cpuBefore);
    const ledger = await checkLedgers(replay, api);
    const findings = await checkTrips(replay.requested?.tripIds ?? [], api);
    const ages = await reader.totals();
    const wallMs = Date.now() - startedMs;
    const summary = { replay, ledger, left, ages, cpu, wallMs, trips: findings };
    console.log(options.json ? JSON.stringify(summaryJson(summary)) : summaryText(summary));
    return isWhole(ledger) && left === 0 && areSettled(findings);
  } finally {
    replay.close();
    await panel.stop();
  }
}

/** The cluster is started in two steps that both report every server: each line is shown once. */
function once(print: (line: string) => void): (line: string) => void {
  const printed = new Set<string>();
  return (line) => {
    if (printed.has(line)) return;
    printed.add(line);
    print(line);
  };
}

function heading(cluster: Cluster, trace: Trace, { seed, speed }: DemoOptions): string[] {
  const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = cluster.env;
  return [
    `Rideline: ${count(trace.cabs.length)} taxis of San Francisco, Friday 6 June 2008, 18:00 (data: load/data/README.md)`,
    `habits    seed ${seed}: cabs cruise as they did that day; the demo drives those that accept a trip`,
    `page      ${cluster.url}/   sign in as ${name}, password ${password}   · Ctrl-C: ordered stop and summary`,
    `apps      ${cluster.url}/driver/ and ${cluster.url}/rider/   in two windows: create an account in each, go online in the first,`,
    '          then "Start here" and "Request ride" in the second. The cabs leave your ride to your own driver, who has 15 s to accept it and',
    `          drives by itself (a simulated position, ${speed}× as fast as a taxi); without one of your own the nearest cab comes`,
  ];
}

/** Second Ctrl-C: kills everything without waiting. The next start wipes the data folder anyway. */
async function forceDown(): Promise<void> {
  const cluster = attachCluster(CLUSTER_FILE);
  if (cluster === null) return;
  const ours = [...cluster.processes, ...cluster.servers.filter(({ pid }) => pid !== undefined)];
  await Promise.allSettled(ours.map(({ name }) => cluster.kill(name)));
}

if (import.meta.main) await runCommand(() => demo(process.argv.slice(2)));
