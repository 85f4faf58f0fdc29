import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FiledDocument } from '@rideline/fleet/documents/document';
import { clusterFileOf } from '@rideline/infra/local/paths';
import { startCluster } from '@rideline/infra/local/start-cluster';
import { connectMongo, type Mongo } from '@rideline/platform/mongo';
import { createLogger } from '@rideline/platform/telemetry';
import { accountedOf, cpuSince, readCpu } from '../process-cpu.ts';
import { createTokenIssuer } from '../token-issuer.ts';
import { makePictures } from './pictures.ts';
import { judgeUploads, type UploadJudgement } from './upload-judgement.ts';
import { type UserUpload, uploadAs } from './uploading-user.ts';

export interface UploadsOptions {
  readonly users: number;
  /** The limiter of the queue; the product's default is 100. */
  readonly perMinute: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface UploadsResult extends UploadJudgement {
  readonly users: number;
  readonly perMinute: number;
  readonly servers: Readonly<Record<string, string>>;
  readonly loadBefore: number;
  readonly bytes: number;
  /** Users at a time; the others wait for one of them to be done. */
  readonly atOnce: number;
  /** Until the last 202, and until the last document was done, ms from the beginning. */
  readonly acceptedMs: number;
  readonly endedMs: number;
  /** Longest queue seen. */
  readonly deepest: number;
  readonly again: Readonly<Record<string, number>>;
  /** CPU by program, µs for each document. */
  readonly cpu: Readonly<Record<string, number>>;
}

/**
 * Sockets that are open at a time to each server: what one load generator can hold. All users begin at once; who finds no socket waits for
 * one, as behind a mobile network's gateway.
 */
const AT_ONCE = 512;
const POLL_MS = 500;
/** Beyond what the limiter needs: then what is still open is lost. */
const SPARE_MS = 300_000;

/**
 * `load uploads`: so many people hand in a document at once, with real bytes, on a real S3 server, through the API and the queue, right up to
 * the cleaned copy.
 */
export async function loadUploads(options: UploadsOptions): Promise<UploadsResult> {
  const { users, perMinute, onProgress, signal } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'rideline-uploads-'));
  const loadBefore = loadavg()[0] ?? 0;
  onProgress('starting S3, Mongo, Redis, HAProxy, an API, a worker');
  const cluster = await startCluster({
    dataDir,
    scale: { gateway: 0, api: 1, workers: 1 },
    dashboard: false,
    env: {
      RIDELINE_ROLES: 'documents,sweepers,notifications',
      RIDELINE_DOCUMENTS_PER_MINUTE: String(perMinute),
    },
    onProgress,
  });
  const log = createLogger({ process: 'load', level: 'silent' });
  let mongo: Mongo | undefined;
  try {
    mongo = await connectMongo({ uri: cluster.env.MONGODB_URI ?? '', name: 'load', log });
    const documents = mongo.connection.collection('documents');
    const issue = await createTokenIssuer(cluster.env);
    onProgress(`${users} users take their pictures`);
    const pictures = await makePictures();
    const tokens = await Promise.all(
      Array.from({ length: users }, (_, user) => issue('driver', `uploader-${user}`)),
    );
    const programs = accountedOf(clusterFileOf(dataDir));
    const before = readCpu(programs);
    const startedAt = Date.now();
    const uploads: UserUpload[] = [];
    let acceptedMs = Number.NaN;
    const uploading = eachUser(users, async (user) => {
      uploads.push(await uploadAs(cluster.url, tokens[user] ?? '', pictures.of(user), signal));
    }).then(() => {
      acceptedMs = Date.now() - startedAt;
    });
    const watch = watchDocuments({
      documents,
      users,
      onProgress,
      signal,
      uploads,
      deadlineMs: (users / perMinute) * 60_000 + SPARE_MS,
    });
    await Promise.all([uploading, watch]);
    const { deepest, endedMs } = await watch;
    const cpu = cpuSince(readCpu(programs), before);
    const filed = (await documents
      .find({}, { projection: { state: 1 } })
      .toArray()) as unknown as FiledDocument[];
    return {
      ...judgeUploads(uploads, new Map(filed.map((document) => [document._id as string, document]))),
      users,
      perMinute,
      servers: Object.fromEntries(cluster.servers.map(({ name, kind }) => [name, kind])),
      loadBefore,
      bytes: uploads.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, uploads.length),
      atOnce: Math.min(AT_ONCE, users),
      acceptedMs,
      endedMs: endedMs - startedAt,
      deepest,
      again: sumOfMaps(uploads.map(({ again }) => again)),
      cpu: Object.fromEntries(
        [...cpu].map(([name, microseconds]) => [name, Math.round(microseconds / users)]),
      ),
    };
  } finally {
    await mongo?.close();
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function eachUser(users: number, upload: (user: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < users) {
      next += 1;
      await upload(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, users) }, lane));
}

/** Waits until every document is done, and says how it goes on. */
async function watchDocuments(about: {
  documents: ReturnType<Mongo['connection']['collection']>;
  users: number;
  uploads: readonly UserUpload[];
  deadlineMs: number;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}): Promise<{ deepest: number; endedMs: number }> {
  const { documents, users, uploads, onProgress, signal } = about;
  const deadline = Date.now() + about.deadlineMs;
  let deepest = 0;
  for (;;) {
    await delay(POLL_MS, undefined, { signal });
    const [waiting, done] = await Promise.all(
      [
        ['uploaded', 'processing'],
        ['processed', 'rejected'],
      ].map((names) => documents.countDocuments({ 'state.name': { $in: names } })),
    );
    deepest = Math.max(deepest, waiting ?? 0);
    onProgress(`${uploads.length} of ${users} uploaded, ${waiting} in the queue, ${done} done`);
    if ((done ?? 0) >= users || Date.now() > deadline) return { deepest, endedMs: Date.now() };
  }
}

function sumOfMaps(maps: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of maps.flatMap((map) => [...map])) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
