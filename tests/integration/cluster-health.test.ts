import { type Health, healthSchema } from '@rideline/contract';
import { writeRestore } from '@rideline/fleet/store/restore-record';
import { describeHealth, healthOf } from '@rideline/infra/local/cluster-health';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { urlOf } from '../harness/processes/process-address.ts';

/** The bound of the rule. */
const WITHIN = { timeout: 15_000, interval: 250 };
/** A process has to start again before it is seen. */
const BACK = { timeout: 30_000, interval: 250 };

let harness: WorkersHarness;
beforeAll(async () => {
  harness = await startWorkersHarness({ gateways: 2, apis: 1 });
});
afterAll(() => harness?.stop());

async function health(): Promise<Health> {
  const answer = await fetch(`${urlOf(harness.cluster, 'api-1')}/health`);
  expect(answer.status).toBe(200);
  return healthSchema.parse(await answer.json());
}

async function reasonFor(dependency: string): Promise<string | undefined> {
  const { reasons } = await health();
  return reasons.find((reason) => reason.dependency === dependency)?.reason;
}

async function expectBack(dependency: string): Promise<void> {
  await vi.waitFor(async () => expect(await reasonFor(dependency)).toBeUndefined(), BACK);
}

it('DEG-29: health names the only worker when it is dead, with what riders notice, until it is back', async () => {
  await expectBack('workers-1');
  await harness.cluster.kill('workers-1');
  await vi.waitFor(
    async () => expect(await reasonFor('workers-1')).toContain('riders get no driver'),
    WITHIN,
  );
  expect((await health()).status).toBe('degraded');
  await harness.cluster.start('workers-1');
  await expectBack('workers-1');
});

it('DEG-29: health names a gateway that is frozen; one that was stopped in order is not missing', async () => {
  await harness.cluster.pause('gateway-2');
  await vi.waitFor(
    async () => expect(await reasonFor('gateway-2')).toContain('the others do its work'),
    WITHIN,
  );
  await harness.cluster.resume('gateway-2');
  await expectBack('gateway-2');
  await harness.cluster.kill('gateway-2', 'SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  expect(await reasonFor('gateway-2')).toBeUndefined();
});

it('DEG-29: health names the only worker when it was stopped in order, until another does its work', async () => {
  await expectBack('workers-1');
  await harness.cluster.kill('workers-1', 'SIGTERM');
  await vi.waitFor(
    async () => expect(await reasonFor('workers-1')).toMatch(/^stopped .* riders get no driver/),
    WITHIN,
  );
  await harness.cluster.start('workers-1');
  await expectBack('workers-1');
});

it('DEG-29: health names a MongoDB that is frozen', async () => {
  await harness.cluster.pause('mongo');
  await vi.waitFor(async () => expect(await reasonFor('mongo')).toContain('no answer'), WITHIN);
  await harness.cluster.resume('mongo');
  await expectBack('mongo');
});

it('OPS-84: health, and with it status and doctor, names a restore that runs or was interrupted, until it has finished', async () => {
  const startedAt = new Date();
  const record = {
    run: 'run-1',
    backup: 'digest',
    backupCreatedAt: startedAt.toISOString(),
    force: false,
    holder: 'holder-1',
    done: [],
    current: null,
    startedAt,
    finishedAt: null,
  };
  const write = (change: object, leaseMs: number) =>
    writeRestore(harness.db, { ...record, ...change }, { nowMs: Date.now(), leaseMs });
  expect(await write({}, 3_600_000)).toBe(true);
  await vi.waitFor(async () => expect(await reasonFor('restore')).toContain('is running'), WITHIN);
  expect(await write({}, 0)).toBe(true);
  await vi.waitFor(async () => expect(await reasonFor('restore')).toContain('./rideline restore'), WITHIN);
  const printed = describeHealth(await healthOf(urlOf(harness.cluster, 'api-1')));
  expect(printed.join('\n')).toContain(`restore: the restore that began at ${startedAt.toISOString()}`);
  expect(await write({ finishedAt: new Date() }, 0)).toBe(true);
  await expectBack('restore');
});
