import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import { freePorts } from '@rideline/infra/local/ports';
import { type RunReport, runReportSchema } from '@rideline/load/lab/run-report';
import {
  ARTILLERY_FOLDER,
  type ArtilleryProgram,
  installArtillery,
} from '@rideline/load/lab/runner/artillery-install';
import { parseLoadOptions } from '@rideline/load/lab/runner/load-options';
import { type OwnPlace, startOwnPlace } from '@rideline/load/lab/runner/own-place';
import { runScenario } from '@rideline/load/lab/runner/run-scenario';
import { scenarioOf } from '@rideline/load/lab/scenarios/catalogue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** One user in sixty searches. */
const ALL_KINDS = ['--users', '60'];
/** Operations that each scenario must have measured in its short form, and its options besides `SHORT`. */
const SCENARIOS: Readonly<Record<string, { measures: readonly string[]; args?: readonly string[] }>> = {
  baseline: {
    measures: ['location.ack', 'trip.create', 'driver.search'],
    args: [...ALL_KINDS, '--rate', '300'],
  },
  stress: { measures: ['location.ack', 'trip.create'], args: ['--rate', '300'] },
  peak: { measures: ['location.ack'], args: ['--rate', '100'] },
  spike: { measures: ['location.ack', 'trip.create'], args: ['--rate', '20'] },
  'location-flood': { measures: ['location.ack'] },
  uploads: { measures: ['upload.form', 'upload.put', 'upload.complete'] },
  tracking: { measures: ['location.ack', 'trip.create', 'trip.assign', 'track.position'] },
  soak: { measures: ['location.ack'], args: ['--rate', '50'] },
  combined: { measures: ['location.ack', 'upload.form'], args: ['--rate', '50'] },
  'websocket-latency': { measures: ['location.ack', 'track.position'], args: ['--transport', 'polling'] },
};
const SHORT = ['--users', '20', '--minutes', '0.15', '--seed', '7'];
/** Runs of Artillery at the same time: most of a short run is its start and its end. */
const AT_ONCE = 4;
const RUN_MS = 600_000;

/** A machine without a registry has no Artillery. */
const program: ArtilleryProgram | string = await installArtillery(() => undefined).catch(
  (error: Error) => error.message,
);

describe.skipIf(typeof program === 'string')('load lab', () => {
  let folder: string;
  let place: OwnPlace;
  const reports = new Map<string, Promise<RunReport>>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rideline-load-lab-'));
    // As much as any of them needs: one cluster for all.
    const needs = scenarioOf('combined')?.needs;
    if (needs === undefined) throw new Error('there is no combined');
    place = await startOwnPlace(needs, () => undefined);
    const names = Object.keys(SCENARIOS);
    const next = async (): Promise<void> => {
      const name = names.shift();
      if (name === undefined) return;
      const report = shortRun(name);
      reports.set(name, report);
      await report.catch(() => undefined);
      await next();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }, RUN_MS);
  afterAll(async () => {
    await place?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function shortRun(name: string): Promise<RunReport> {
    const { scenario, settings } = parseLoadOptions([name, ...SHORT, ...(SCENARIOS[name]?.args ?? [])]);
    const report = await runScenario({
      ...{ scenario, settings, place, artilleryFolder: ARTILLERY_FOLDER, reportFolder: folder },
      program: program as ArtilleryProgram,
      command: `./rideline load ${name}`,
      commit: 'test',
      check: false,
      disturbance: null,
      profile: null,
      onProgress: () => undefined,
      stopRequested: new Promise(() => undefined),
      signal: new AbortController().signal,
    });
    expect(report.ended).toBe('complete');
    return report;
  }

  it.each(Object.entries(SCENARIOS))(
    'LOAD-14: the short form of %s measures what it is for, and its report is what the contract says',
    async (name, { measures }) => {
      const report = runReportSchema.parse(await reports.get(name));
      const counted = Object.fromEntries(report.latencies.map((each) => [each.name, each.total.count]));
      for (const latency of measures) expect(counted[latency] ?? 0, latency).toBeGreaterThan(0);
      expect(report.counters.find((each) => each.name === 'operations.sent')?.total ?? 0).toBeGreaterThan(0);
      const ids = report.thresholds.map(({ id }) => id);
      expect(ids).toEqual(scenarioOf(name)?.thresholds);
      expect(report.settings).toMatchObject({ minutes: 0.15, seed: '7' });
      const kinds = new Set(report.processes.map(({ kind }) => kind));
      expect(kinds).toEqual(new Set(['rideline', 'server', 'generator']));
      const gauges = report.gauges.map((gauge) => gauge.name);
      expect(gauges).toEqual(
        expect.arrayContaining([
          'queue.notification',
          'matching.waiting_trips',
          'fixes.backlog',
          'mongo.write.p95',
        ]),
      );
      // A fault of the scenario itself has no operation. A user of a busy machine may not connect in time.
      const faults = report.errors.filter(({ operation }) => operation === null || operation === 'user');
      expect(faults.filter(({ code }) => code !== 'CONNECT_FAILED')).toEqual([]);
    },
  );

  it('LOAD-20: a soak tells the slopes of every program; too short to judge, they do not decide', async () => {
    const { notes, thresholds } = (await reports.get('soak')) as RunReport;
    for (const program of ['gateway-1', 'api-1', 'workers-1', 'redis-log'])
      expect(notes.join('\n')).toMatch(new RegExp(`^soak, ${program}: RSS [+-]`, 'm'));
    expect(thresholds.find(({ id }) => id === 'soak-flat')).toMatchObject({ decides: false });
  });

  it('LOAD-21: a spike tells the depth of the backlog and the time to drain', async () => {
    const { reached } = (await reports.get('spike')) as RunReport;
    expect(reached.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Trips that waited for an offer at peak',
        'Time until that backlog had drained',
      ]),
    );
  });

  const commands: ChildProcess[] = [];
  /** The command as at a terminal, against the cluster of this test. */
  function command(args: readonly string[], report = join(folder, 'command')) {
    const child = spawn(process.execPath, [join(ROOT, 'load/load.ts'), ...args, '--report', report], {
      env: { ...process.env, RIDELINE_TOKEN_KEYS_FILE: place.cluster.env.RIDELINE_TOKEN_KEYS_FILE },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    commands.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    return { child, text: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
  }
  const atTarget = (...more: string[]) => [
    'websocket-latency',
    '--target',
    place.cluster.url,
    '--users',
    '6',
    ...more,
  ];
  /** Until users have done something. @throws Error when the command ends before */
  const loading = (run: { text(): string; ended: Promise<number | null> }) =>
    Promise.race([
      vi.waitFor(() => expect(run.text()).toMatch(/operations\/s/), { timeout: 120_000, interval: 200 }),
      run.ended.then(() => {
        throw new Error(run.text());
      }),
    ]);
  afterAll(() => {
    for (const child of commands) child.kill('SIGKILL');
  });

  it(
    'LOAD-17: against a target whose processes cannot be read, the report has what its users saw and says what is absent',
    async () => {
      const run = command([...atTarget('--minutes', '0.1'), '--json']);
      await run.ended;
      const report = runReportSchema.parse(
        JSON.parse(await readFile(join(folder, 'command/websocket-latency.json'), 'utf8')),
      );
      expect(report.target).toMatchObject({ url: place.cluster.url, own: false });
      expect(report.gauges).toEqual([]);
      expect(new Set(report.processes.map(({ kind }) => kind))).toEqual(new Set(['generator']));
      expect(report.notes.join()).toContain('are not known here');
      expect(report.latencies.find(({ name }) => name === 'location.ack')?.total.count).toBeGreaterThan(0);
    },
    RUN_MS,
  );

  it(
    'LOAD-13: Ctrl-C ends the load early with its report and exit code 1; nothing goes on running',
    async () => {
      const report = join(folder, 'stopped');
      const run = command(atTarget('--minutes', '5'), report);
      await loading(run);
      const generator = await generatorOf(run.child);
      run.child.kill('SIGINT');
      expect(await run.ended, run.text()).toBe(1);
      const written = runReportSchema.parse(
        JSON.parse(await readFile(join(report, 'websocket-latency.json'), 'utf8')),
      );
      expect(written.notes.join()).toContain('The load was stopped after');
      expect(isRunning(generator)).toBe(false);
    },
    RUN_MS,
  );

  it(
    'LOAD-13: a second Ctrl-C stops without a report, exit code 130',
    async () => {
      const report = join(folder, 'forced');
      const run = command(atTarget('--minutes', '5'), report);
      await loading(run);
      const generator = await generatorOf(run.child);
      run.child.kill('SIGINT');
      await vi.waitFor(() => expect(run.text()).toContain('stopping'), { timeout: 20_000, interval: 20 });
      run.child.kill('SIGINT');
      expect(await run.ended, run.text()).toBe(130);
      expect(isRunning(generator)).toBe(false);
      expect(await readdir(report)).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'LOAD-22: when Artillery is killed the load ends, with a report that says so and exit code 1',
    async () => {
      const report = join(folder, 'killed');
      const run = command(atTarget('--minutes', '5'), report);
      await loading(run);
      process.kill(await generatorOf(run.child), 'SIGKILL');
      expect(await run.ended, run.text()).toBe(1);
      const written = runReportSchema.parse(
        JSON.parse(await readFile(join(report, 'websocket-latency.json'), 'utf8')),
      );
      expect(written.notes.join()).toContain('SIGKILL');
    },
    RUN_MS,
  );

  it(
    'LOAD-22: a target that does not answer is one line and exit code 1, before any load',
    async () => {
      const [port] = await freePorts(1);
      const run = command(['baseline', '--target', `http://127.0.0.1:${port}`]);
      expect(await run.ended).toBe(1);
      expect(run.text()).toContain(`rideline: http://127.0.0.1:${port} does not answer (ECONNREFUSED)`);
      expect(run.text()).not.toContain('starting Artillery');
    },
    RUN_MS,
  );
});

if (typeof program === 'string') it.skip(`load lab: ${program}`);

/** The Artillery process of a running command. */
async function generatorOf({ pid }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  for (const child of children.trim().split(' ')) {
    const line = await readFile(`/proc/${child}/cmdline`, 'utf8');
    if (line.includes('artillery/bin/run')) return Number(child);
  }
  throw new Error(`process ${pid} has no Artillery`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
