import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRun } from '@rideline/load/lab/check/check-run';
import { type FleetResult, runFleet } from '@rideline/load/simulation/fleet/run-fleet';
import { checkFixTimes } from '@rideline/load/simulation/fleet/time-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';

/** Printed with every failure: the same seed makes the same plan. */
const SEED = 20_261_130;
const USERS = 24;
const RUN_MS = 15_000;

let whole: WholeCluster;
let dir: string;
let result: FleetResult;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rideline-fleet-'));
  whole = await startWholeCluster({ env: { RIDELINE_ACK_INTERVAL_MS: '1000' } });
  result = await runFleet({
    url: whole.cluster.url,
    users: USERS,
    runMs: RUN_MS,
    seed: SEED,
    profile: 'mixed',
    token: whole.token,
    salt: '',
    // A polling connection whose upgrade breaks half-way sends nothing for two heartbeats (Engine.IO).
    transports: ['websocket'],
    journalPath: join(dir, 'fleet.jsonl'),
    // Minutes of faults in seconds.
    rates: {
      killEveryMs: 20_000,
      batteryEveryMs: 80_000,
      backgroundEveryMs: 20_000,
      clockJumpEveryMs: 30_000,
      wireFaultEveryMs: 4000,
      requestEveryMs: 5000,
      interruptionFactor: 6,
    },
    onProgress: () => undefined,
  });
});
afterAll(async () => {
  await whole?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe(`LOAD-52: a fleet with every fault at once (seed ${SEED})`, () => {
  test('had every kind of fault, and trips in spite of them', () => {
    const { faults } = result;
    const needed = [
      'kill',
      'boot',
      'battery',
      'background',
      'foreground',
      'clock',
      'network',
      'restore',
      'interrupt cut',
      'interrupt black_hole',
      'interrupt uplink_lost',
      'wire repeat done',
      'wire swap done',
      'wire replay done',
      'connections broken',
      'connections abandoned',
    ];
    for (const name of needed)
      expect(faults[name], `${name} in ${JSON.stringify(faults)}`).toBeGreaterThan(0);
    const counted = (name: string) => result.counters.find((counter) => counter.name === name)?.total ?? 0;
    expect(counted('trips.requested')).toBeGreaterThan(0);
    expect(counted('offers.shown')).toBeGreaterThan(0);
    expect(counted('fixes.taken')).toBeGreaterThan(USERS);
  });

  test('ended everything that was begun, with every fix durable that a running app holds', () => {
    expect(result.problems).toEqual([]);
    expect(result.unsettled).toEqual([]);
    expect(result.fixesNotDurable).toBe(0);
    expect(result.journal.dropped).toBe(0);
  });

  test('the servers hold exactly what the phones were promised', async () => {
    const records = await checkRun({
      journalDir: dir,
      url: whole.cluster.url,
      token: await whole.token('operator', 'checker'),
      onProgress: () => undefined,
      signal: AbortSignal.timeout(200_000),
    });
    const verdicts = Object.fromEntries(records.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts, JSON.stringify(records)).toEqual({
      'fixes-stored-once': 'holds',
      'one-driver-one-trip': 'holds',
      'accepted-ended': 'holds',
      'follows-without-gaps': 'holds',
      'commands-one-effect': 'holds',
      // Phones of the fleet upload nothing.
      'uploads-one-copy': 'not-checked',
    });
  });

  test('LOAD-51: every fix is stored with the time at which it was taken, though clocks were wrong by up to a day', async () => {
    const record = await checkFixTimes(result.journal.path, whole.api);
    expect(record, JSON.stringify(record)).toMatchObject({ verdict: 'holds' });
    expect(record.examined).toBeGreaterThan(0);
  });
});
