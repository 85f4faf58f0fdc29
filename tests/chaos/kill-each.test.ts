import { documentDetailSchema } from '@rideline/contract';
import { checkLedgers } from '@rideline/load/simulation/checks/check-ledgers';
import { Replay } from '@rideline/load/simulation/replay';
import { loadTrace } from '@rideline/load/simulation/trace/trace';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ThrowawayDrivers } from '../harness/clients/throwaway-drivers.ts';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { noisyPicture } from '../harness/documents/document-job-harness.ts';
import { type Uploaded, uploadWithRetries } from '../harness/documents/retrying-upload.ts';

const FULL = process.env.TEST_MODE === 'faults';
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);
const CABS = FULL ? 468 : 80;
/** The trace is one hour long and has to last for all rounds. */
const SPEED = FULL ? 3 : 12;
const SWARM = FULL ? 12 : 4;
const VICTIMS = [
  'gateway-1',
  'gateway-2',
  'api-1',
  'workers-1',
  'haproxy',
  'redis-log',
  'redis-state',
  'redis-cache',
  'mongo',
  's3',
];
const DOWN_MS = 1500;
const SOON = { timeout: 60_000, interval: 100 };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One cluster, one replay, one fault after the other under load; the ledgers are compared after everything has recovered. The phones keep what
 * is not durable and so would repair a loss in the log; the throwaway drivers do not.
 */
describe('faults under load', () => {
  let whole: WholeCluster;
  let replay: Replay;
  let throwawayDrivers: ThrowawayDrivers;
  let picture: Buffer;
  /** One upload begun just before each fault. */
  const uploads: Promise<Uploaded | Error>[] = [];

  function beginUpload(): void {
    const { url } = whole.cluster;
    const subject = `uploader-${uploads.length}`;
    const bytes = Buffer.concat([picture, Buffer.from(subject)]);
    const target = { apis: [url], token: (name: string) => whole.token('driver', name) };
    uploads.push(
      uploadWithRetries(target, { subject, bytes, completes: 'once' }).catch((error: Error) => error),
    );
  }

  beforeAll(async () => {
    const trace = await loadTrace(CABS);
    picture = await noisyPicture(100);
    whole = await startWholeCluster({
      trace: { startAt: trace.startAt, rate: SPEED },
      env: { RIDELINE_SEARCH_FRESH_MS: '180000' },
      s3: true,
    });
    const { cluster, clock, api, token } = whole;
    replay = new Replay({ url: cluster.url, trace: whole.fromNow(trace), clock, api, token });
    await replay.connectAll(30_000);
    replay.start();
    throwawayDrivers = new ThrowawayDrivers(whole, SWARM);
    throwawayDrivers.start();
  });

  afterAll(async () => {
    await throwawayDrivers?.stop();
    replay?.close();
    await whole?.stop();
  });

  /** The whole path works again: new fixes become durable, new riders and phones are served. */
  async function goesOn(): Promise<void> {
    const durable = replay.totals().durable;
    const promised = throwawayDrivers.acknowledged.length;
    await vi.waitFor(() => {
      const totals = replay.totals();
      expect(totals.durable).toBeGreaterThan(durable);
      expect(replay.away()).toEqual([]);
      expect(throwawayDrivers.acknowledged.length).toBeGreaterThan(promised);
    }, SOON);
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'OPS-64: the cluster continues after kill -9 of each process and server (round %i)',
    async () => {
      for (const victim of VICTIMS) {
        beginUpload();
        await whole.cluster.kill(victim);
        await pause(DOWN_MS);
        await whole.cluster.start(victim);
        await goesOn();
      }
    },
  );

  it('OPS-65: SIGSTOP of each process and server closes no socket', async () => {
    await vi.waitFor(() => expect(replay.totals().connected).toBe(CABS), SOON);
    const before = replay.totals().reconnects;
    for (const victim of VICTIMS) {
      beginUpload();
      await whole.cluster.pause(victim);
      await pause(FULL ? 8000 : 4000);
      await whole.cluster.resume(victim);
      expect(replay.totals().reconnects - before, victim).toBe(0);
    }
    await goesOn();
    expect(replay.totals().reconnects - before).toBe(0);
  });

  it('OPS-64: each document that was uploaded during a fault is processed', async () => {
    const documents = await Promise.all(uploads);
    const failed = documents.filter((document) => document instanceof Error);
    expect(failed).toEqual([]);
    const states = async () =>
      Promise.all(
        (documents as Uploaded[]).map(async ({ documentId }) => {
          const view = await whole.api.call('GET', `/v1/documents/${documentId}`);
          return documentDetailSchema.parse(view).status;
        }),
      );
    await vi.waitFor(async () => expect(new Set(await states())).toEqual(new Set(['processed'])), {
      timeout: 180_000,
      interval: 1000,
    });
  });

  it('OPS-64: after all kills acknowledged and lost is 0, stored twice is 0', async () => {
    await throwawayDrivers.stop();
    replay.stopPushing();
    const { left } = await replay.drain(90_000);
    expect(replay.undurable()).toEqual([]);
    const ledger = await checkLedgers(replay, whole.api);
    expect({ left, ackedMissing: ledger.ackedMissing, extra: ledger.extra, wrong: ledger.wrong }).toEqual({
      left: 0,
      ackedMissing: 0,
      extra: 0,
      wrong: [],
    });
    expect(throwawayDrivers.acknowledged.length).toBeGreaterThan(10);
    await vi.waitFor(async () => expect(await throwawayDrivers.broken()).toEqual([]), {
      timeout: 180_000,
      interval: 2000,
    });
    // A run in which the faults left no trace would prove nothing.
    expect(replay.totals().reconnects).toBeGreaterThan(0);
    expect(replay.totals().resent).toBeGreaterThan(0);
    const { problems } = replay.riderTotals();
    const isFault = (problem: string) => /50[0-9]|fetch failed|aborted/.test(problem);
    expect(problems.every(isFault), problems.join('\n')).toBe(true);
  });
});
