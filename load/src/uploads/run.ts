import { loadavg, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { createLogger } from '@rideline/platform/process/logger';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import { startTemporaryCluster } from '../cluster/temporary-cluster.ts';
import { createTokenIssuer } from '../cluster/token-issuer.ts';
import { cpuSince, programsOf, readCpu } from '../process/process-cpu.ts';
import { judgeUploads, type UploadJudgement } from './figures.ts';
import { makePictures, type Pictures, SMALL_PICTURES } from './pictures.ts';
import { sendFileAs, type UploadingUser, type UserUpload, uploadAs } from './uploading-user.ts';

export interface UploadsOptions {
  readonly users: number;
  /** The limit of the queue, documents per minute; the product's default is 100. */
  readonly perMinute: number;
  /** Uploads that go all the way before anything is measured, so that no server is cold; default `WARM_UP`. */
  readonly warmUp?: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface UploadsResult extends UploadJudgement {
  readonly users: number;
  readonly perMinute: number;
  readonly warmUp: number;
  readonly servers: Readonly<Record<string, string>>;
  readonly loadBefore: number;
  readonly bytes: number;
  /** Users at a time; the others wait until one of them is done. */
  readonly atOnce: number;
  /** Until the last file was in the bucket, ms. */
  readonly sentMs: number;
  /** From the first complete to the last 202, and to the end of the last document, ms. */
  readonly acceptedMs: number;
  readonly endedMs: number;
  /** Longest queue seen. */
  readonly deepest: number;
  readonly again: Readonly<Record<string, number>>;
  /** CPU by program, µs per document. */
  readonly cpu: Readonly<Record<string, number>>;
}

/**
 * Open sockets to each server: what one load generator can hold. All users begin at once; a user without a free socket waits for one, as
 * behind a mobile network's gateway.
 */
const AT_ONCE = 64;
/**
 * One machine plays all parts: phones and API would take the CPU from the workers while completes come in and leave it to them afterwards,
 * which separate servers do not do to each other. So phones and API run at this niceness.
 */
export const NICENESS = 10;
export const WARM_UP = 200;
const POLL_MS = 2000;
/** Beyond what the limiter needs; what is still open then is lost. */
const SPARE_MS = 300_000;

/**
 * `bench uploads`: many people upload a document at once, with real bytes, to a real S3 server, through the API and the queue up to the
 * cleaned copy. First all request their forms and send their files, then all complete at once: the queue fills as fast as the API allows.
 */
export async function loadUploads(options: UploadsOptions): Promise<UploadsResult> {
  const { users, perMinute, warmUp = WARM_UP, onProgress, signal } = options;
  const loadBefore = loadavg()[0] ?? 0;
  onProgress('starting S3, Mongo, Redis, HAProxy, an API, a worker');
  await using opened = new AsyncDisposableStack();
  const { cluster } = opened.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 1, workers: 1 },
      dashboard: false,
      env: {
        RIDELINE_ROLES: 'documents,sweepers,notifications',
        RIDELINE_DOCUMENTS_PER_MINUTE: String(perMinute),
      },
      onProgress,
    }),
  );
  const log = createLogger({ process: 'load', level: 'silent' });
  const mongo = await connectMongo({ uri: cluster.env.MONGODB_URI ?? '', name: 'load', log });
  opened.defer(() => mongo.close());
  const documents = mongo.connection.collection('documents');
  const issue = await createTokenIssuer(cluster.env);
  onProgress(`${users} users prepare their pictures`);
  const pictures = await makePictures(SMALL_PICTURES);
  const tokens = await Promise.all(
    Array.from({ length: users }, (_, user) => issue('driver', `uploader-${user}`)),
  );
  const programs = programsOf(cluster);
  for (const pid of [0, ...cluster.processes.filter(({ role }) => role === 'api').map(({ pid }) => pid)])
    setPriority(pid, NICENESS);
  onProgress(`warming up with ${warmUp} other uploads`);
  await eachUser(warmUp, async (user) =>
    uploadAs(cluster.url, await issue('driver', `early-${user}`), pictures.of(users + user), signal),
  );
  await untilDone(documents, warmUp, signal);
  const before = readCpu(programs);
  const sent = await sendFiles({ url: cluster.url, tokens, pictures }, options);
  const completed = await completeAll(sent.senders, documents, options);
  const cpu = cpuSince(readCpu(programs), before);
  const stored = (await documents
    .find({}, { projection: { state: 1 } })
    .toArray()) as unknown as StoredDocument[];
  const { uploads, acceptedMs, endedMs, deepest } = completed;
  return {
    ...judgeUploads(uploads, new Map(stored.map((document) => [document._id as string, document]))),
    users,
    perMinute,
    warmUp,
    servers: Object.fromEntries(cluster.servers.map(({ name, kind }) => [name, kind])),
    loadBefore,
    bytes: sent.bytes / users,
    atOnce: Math.min(AT_ONCE, users),
    sentMs: sent.ms,
    acceptedMs,
    endedMs,
    deepest,
    again: sent.again,
    cpu: Object.fromEntries([...cpu].map(([name, microseconds]) => [name, Math.round(microseconds / users)])),
  };
}

interface SentFiles {
  readonly senders: readonly UploadingUser[];
  readonly bytes: number;
  readonly ms: number;
  /** Retried calls by reason; the users' `complete` goes on counting here. */
  readonly again: Record<string, number>;
}

/** All users request their forms and send their files. */
async function sendFiles(
  { url, tokens, pictures }: { url: string; tokens: readonly string[]; pictures: Pictures },
  { users, onProgress, signal }: UploadsOptions,
): Promise<SentFiles> {
  const again: Record<string, number> = {};
  const onAgain = (reason: string) => {
    again[reason] = (again[reason] ?? 0) + 1;
  };
  let sentBytes = 0;
  const startedAt = Date.now();
  const senders = await eachUser(users, async (user) => {
    const bytes = pictures.of(user);
    const sender = await sendFileAs({ api: url, token: tokens[user] ?? '', bytes, signal, onAgain });
    sentBytes += bytes.length;
    if (user % 100 === 0) onProgress(`${user} of ${users} files are in the bucket`);
    return sender;
  });
  return { senders, bytes: sentBytes, ms: Date.now() - startedAt, again };
}

/** All users complete at once; waits until every document is done. Times in ms from the first complete. */
async function completeAll(
  senders: readonly UploadingUser[],
  documents: Documents,
  { users, perMinute, warmUp = WARM_UP, onProgress, signal }: UploadsOptions,
): Promise<{ uploads: readonly UserUpload[]; acceptedMs: number; endedMs: number; deepest: number }> {
  const startedAt = Date.now();
  const uploads: UserUpload[] = [];
  const completing = eachUser(users, async (user) => {
    uploads.push(await (senders[user] as UploadingUser).complete());
  }).then(() => Date.now() - startedAt);
  const deadlineMs = (users / perMinute) * 60_000 + SPARE_MS;
  const watching = watchDocuments({ documents, users, warmUp, onProgress, signal, uploads, deadlineMs });
  const [acceptedMs, { deepest, endedMs }] = await Promise.all([completing, watching]);
  return { uploads, acceptedMs, endedMs: endedMs - startedAt, deepest };
}

const eachUser = <Result>(users: number, work: (user: number) => Promise<Result>): Promise<Result[]> =>
  mapConcurrently(
    Array.from({ length: users }, (_, user) => user),
    AT_ONCE,
    work,
  );

type Documents = ReturnType<Mongo['connection']['collection']>;

/** Waits until every document is done, and reports progress. */
async function watchDocuments(about: {
  documents: Documents;
  users: number;
  warmUp: number;
  uploads: readonly UserUpload[];
  deadlineMs: number;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}): Promise<{ deepest: number; endedMs: number }> {
  const { documents, users, warmUp, uploads, onProgress, signal } = about;
  const deadline = Date.now() + about.deadlineMs;
  let deepest = 0;
  for (;;) {
    await delay(POLL_MS, undefined, { signal });
    const waiting = await countOf(documents, ['uploaded', 'processing']);
    const done = (await countOf(documents, DONE)) - warmUp;
    deepest = Math.max(deepest, waiting);
    onProgress(`${uploads.length} of ${users} completed, ${waiting} in the queue, ${done} done`);
    if (done >= users || Date.now() > deadline) return { deepest, endedMs: Date.now() };
  }
}

const DONE = ['processed', 'rejected'];

function countOf(documents: Documents, names: readonly string[]): Promise<number> {
  return documents.countDocuments({ region: 'main', 'state.name': { $in: [...names] } });
}

async function untilDone(documents: Documents, count: number, signal: AbortSignal): Promise<void> {
  while ((await countOf(documents, DONE)) < count) await delay(POLL_MS, undefined, { signal });
}
