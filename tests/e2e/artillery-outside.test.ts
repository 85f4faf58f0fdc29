import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freePorts } from '@rideline/infra/local/ports';
import { readJournal } from '@rideline/load/lab/check/journal-files';
import { ARTILLERY_FOLDER, installArtillery } from '@rideline/load/lab/runner/artillery-install';
import type { JournalEntry } from '@rideline/load/simulation/journal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';

/** What Artillery writes with `--output`. */
interface Output {
  readonly aggregate: {
    readonly counters: Readonly<Record<string, number>>;
    readonly summaries: Readonly<Record<string, { readonly count: number }>>;
  };
}

const program = await installArtillery(() => undefined).catch((error: Error) => error.message);
if (typeof program === 'string') console.log(`skipped without Artillery: ${program}`);

describe.skipIf(typeof program === 'string')('load/artillery outside the repository', () => {
  /** The files of load/artillery as they are committed, and nothing else of the repository. */
  let outside: string;
  let whole: WholeCluster;
  let journal: string;
  let fixes = 0;

  beforeAll(async () => {
    outside = await mkdtemp(join(tmpdir(), 'rideline-outside-'));
    journal = join(outside, 'journal.ndjson');
    await cp(ARTILLERY_FOLDER, join(outside, 'artillery'), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist'].includes(basename(path)),
    });
    whole = await startWholeCluster({
      s3: true,
      env: { RIDELINE_DOCUMENTS_PER_MINUTE: '6000', RIDELINE_LIMIT_SIGN_IN_TOTAL: '10000' },
    });
  });
  afterAll(async () => {
    await whole?.stop();
    await rm(outside, { recursive: true, force: true });
  });

  /** Runs a scenario as a load tester does. */
  async function run(name: string, target: string, env: Readonly<Record<string, string>>) {
    if (typeof program === 'string') throw new Error(program);
    const output = join(outside, `${name}.json`);
    const inherited = Object.entries(process.env).filter(
      ([key]) => !/^(VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|ARTILLERY|WORKERS$|RIDELINE)/.test(key),
    );
    const child = spawn(
      process.execPath,
      [program.entry, 'run', '-e', 'sized', `artillery/${name}.yml`, '--target', target, '--output', output],
      {
        cwd: outside,
        env: { ...Object.fromEntries(inherited), ...env, ARTILLERY_DISABLE_TELEMETRY: 'true' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
    const [code] = (await once(child, 'close')) as [number | null];
    const { aggregate } = JSON.parse(await readFile(output, 'utf8')) as Output;
    return { code, text, ...aggregate };
  }

  it('LOAD-1: the combined scenario runs with a URL alone: its users register, drive, follow, search and upload', async () => {
    const before = await readdir(join(outside, 'artillery'), { recursive: true });
    const { counters, summaries, text } = await run('combined', whole.cluster.url, {
      RIDELINE_USERS: '30',
      RIDELINE_MINUTES: '0.3',
      RIDELINE_RATE: '60',
      RIDELINE_RIDE_SECONDS: '2',
      RIDELINE_JOURNAL: journal,
      RIDELINE_ACK_TIMEOUT_SECONDS: '120',
      RIDELINE_HTTP_TIMEOUT_SECONDS: '120',
      // How fast this machine is today is not what this test is about.
      ARTILLERY_DISABLE_ENSURE: 'true',
    });
    const errors = Object.entries(counters).filter(([name]) => name.startsWith('errors.'));
    expect(errors, text).toEqual([]);
    expect(counters).toMatchObject({
      'vusers.created': 30,
      'vusers.completed': 30,
      'fixes.lost': 0,
      'fixes.sent': counters['fixes.acknowledged'],
      'uploads.accepted': 21,
    });
    for (const name of [
      'trips.requested',
      'trips.assigned',
      'trips.completed',
      'positions.received',
      'searches.found',
      'uploads.processed',
    ])
      expect(counters[name], name).toBeGreaterThan(0);
    for (const name of [
      'location.ack',
      'trip.create',
      'trip.assign',
      'driver.search',
      'track.position',
      'command.event',
      'upload.put',
      'sign.in',
    ])
      expect(summaries[name]?.count, name).toBeGreaterThan(0);
    // No bundle, and nothing else, is left beside the files.
    expect(await readdir(join(outside, 'artillery'), { recursive: true })).toEqual(before);
    fixes = counters['fixes.acknowledged'] ?? 0;
  });

  it('LOAD-9: the journal of that run is one of the simulated fleet, from its header to its end', async () => {
    const entries: JournalEntry[] = [];
    const end = await readJournal(journal, (entry) => entries.push(entry));
    expect(end).toEqual({ isFinished: true, dropped: 0 });
    expect(entries[0]).toMatchObject({ kind: 'journal', writer: 'artillery', scenario: 'combined' });
    expect(entries.at(-1)).toMatchObject({ kind: 'end', dropped: 0 });
    const boots = entries.filter((entry) => entry.kind === 'boot.ended');
    expect(boots).toHaveLength(21);
    expect(boots.reduce((sum, { taken }) => sum + taken, 0)).toBe(fixes);
    expect(entries.filter((entry) => entry.kind === 'upload.completed')).toHaveLength(21);
  });

  it('LOAD-1: a threshold that is not met decides the exit code, and the failures have their codes', async () => {
    const [port] = await freePorts(1);
    await writeFile(join(outside, 'tokens.csv'), 'role,id,token\ndriver,d-1,none\ndriver,d-2,none\n');
    const { code, counters } = await run('location-flood', `http://127.0.0.1:${port}`, {
      RIDELINE_USERS: '2',
      RIDELINE_MINUTES: '0.05',
      RIDELINE_TOKENS: 'tokens.csv',
    });
    expect(code).toBe(1);
    expect(counters['errors.connect.CONNECT_FAILED']).toBeGreaterThan(1);
    expect(counters['vusers.failed']).toBe(2);
  });
});
