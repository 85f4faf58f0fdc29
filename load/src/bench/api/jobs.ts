import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '@rideline/infra/local/cluster';
import { ROOT } from '@rideline/infra/local/paths';
import { s3Settings } from '@rideline/infra/local/servers/s3';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import { openObjectStore } from '@rideline/platform/s3/object-store';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { endChild } from '../../process/end-child.ts';
import { makePictures, PHONE_PICTURES, type Pictures } from '../../uploads/pictures.ts';
import { uploadAs } from '../../uploads/uploading-user.ts';
import { type Spread, spreadOf } from '../spread.ts';
import { connectBenchMongo } from '../stack/bench-mongo.ts';
import { apiUrl } from './grants.ts';

/** Documents checked per second: role `documents`, and the same check in a bare BullMQ worker, in turn. */
export interface JobFigures {
  readonly documents: number;
  /** Size of the files, bytes. */
  readonly bytes: Spread;
  readonly ours: Spread;
  readonly bare: Spread;
}

const POLL_MS = 100;
const DEADLINE_MS = 300_000;
const UPLOADERS = 16;

interface Bench {
  readonly cluster: Cluster;
  readonly issue: TokenIssuer;
  readonly pictures: Pictures;
  readonly count: number;
  readonly signal: AbortSignal;
}

/** All documents are queued before a worker starts. Counted from the end of the first one to the end of the last one. */
export async function measureJobs(
  cluster: Cluster,
  issue: TokenIssuer,
  options: { quick: boolean; onProgress: (line: string) => void; signal: AbortSignal },
): Promise<JobFigures> {
  const count = options.quick ? 16 : 160;
  const rounds = options.quick ? 1 : 3;
  const pictures = await makePictures(PHONE_PICTURES);
  const bench: Bench = { cluster, issue, pictures, count, signal: options.signal };
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    options.onProgress(`documents, round ${round} of ${rounds}: ours`);
    ours.push(await ourRate(bench, round));
    options.signal.throwIfAborted();
    options.onProgress(`documents, round ${round} of ${rounds}: bare BullMQ`);
    bare.push(await bareRate(bench, round));
    options.signal.throwIfAborted();
  }
  const bytes = spreadOf(Array.from({ length: count }, (_, user) => pictures.of(user).length));
  return { documents: count, bytes, ours: spreadOf(ours), bare: spreadOf(bare) };
}

function rateOf(ends: readonly number[]): number {
  return ((ends.length - 1) * 1000) / (Math.max(...ends) - Math.min(...ends));
}

/** What is read of a document here. */
interface ProcessedDocument {
  readonly _id: string;
  readonly state: { readonly name: string; readonly processedAt: number };
}

async function ourRate({ cluster, issue, pictures, count, signal }: Bench, round: number): Promise<number> {
  await cluster.kill('workers-1');
  const ids: string[] = [];
  const users = Array.from({ length: count }, (_, user) => user);
  await mapConcurrently(users, UPLOADERS, async (user) => {
    const token = await issue('driver', `jobs-${round}-${user}`);
    const { documentId } = await uploadAs(apiUrl(cluster), token, pictures.of(user), signal);
    ids.push(documentId);
  });
  const mongo = await connectBenchMongo(cluster.env.MONGODB_URI);
  try {
    await cluster.start('workers-1');
    const documents = mongo.connection.collection<ProcessedDocument>('documents');
    const done = { _id: { $in: ids }, 'state.name': 'processed' };
    await until(async () => (await documents.countDocuments(done)) === count, signal);
    const found = await documents.find(done, { projection: { 'state.processedAt': 1 } }).toArray();
    return rateOf(found.map(({ state }) => state.processedAt));
  } finally {
    await mongo.close();
  }
}

async function bareRate({ cluster, pictures, count, signal }: Bench, round: number): Promise<number> {
  await cluster.kill('workers-1');
  const name = `bare-${round}`;
  const store = openObjectStore(s3Settings(cluster.env.S3_ENDPOINT ?? '', { ...cluster.env }));
  const connection = new Redis(cluster.env.REDIS_STATE_URL ?? '', { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  let worker: ChildProcess | undefined;
  try {
    await mapConcurrently(
      Array.from({ length: count }, (_, index) => index),
      UPLOADERS,
      async (index) => {
        const bytes = pictures.of(index);
        const key = `bare/${name}-${index}`;
        await store.putOnce(key, bytes, 'image/jpeg');
        await queue.add('check', { key, size: bytes.length }, { jobId: `${name}-${index}` });
      },
    );
    const program = join(ROOT, 'workers/src/documents/bare-worker.ts');
    const env = { ...process.env, ...cluster.env, RIDELINE_PROCESS: 'bare-worker' };
    worker = spawn(process.execPath, [program, name], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    await until(async () => (await queue.getCompletedCount()) === count, signal);
    const jobs = await queue.getCompleted(0, count);
    return rateOf(jobs.map(({ finishedOn }) => finishedOn ?? Number.NaN));
  } finally {
    if (worker !== undefined) await endChild(worker, () => worker?.kill('SIGTERM'));
    await queue.close();
    connection.disconnect();
  }
}

async function until(isDone: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isDone())) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error('the documents were not done in time');
    await delay(POLL_MS);
  }
}
