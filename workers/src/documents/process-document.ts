import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CodedError,
  type DocumentContentType,
  type DocumentFacts,
  type DocumentRejection,
  documentTypeEntry,
} from '@rideline/contract';
import type { CleanCopy } from '@rideline/fleet/documents/document';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { cleanKey, thumbnailKey } from '@rideline/fleet/documents/document-keys';
import {
  DOCUMENT_JOB_VERSION,
  type DocumentJob,
  documentJobSchema,
} from '@rideline/fleet/documents/document-queue';
import {
  type DocumentStore,
  Fenced,
  finishProcessing,
  rejectProcessing,
  startProcessing,
} from '@rideline/fleet/documents/document-store';
import { JobOfLaterVersion, JobPostponed, PoisonJob, type QueueJob } from '@rideline/platform/queues/queues';
import type { ObjectStore } from '@rideline/platform/s3/object-store';
import type { CheckedFile, CleanFile, DocumentFormat } from './checking/checked-file.ts';
import type { CheckerPool } from './checking/checker-pool.ts';
import { CheckerFailure } from './checking/checker-process.ts';
import type { FairTurns } from './fair-turns.ts';
import type { VirusScanner } from './virus-scanner.ts';
import type { WorkFolders } from './work-folders.ts';

export interface ProcessingParts {
  readonly documentStore: DocumentStore;
  readonly store: ObjectStore;
  readonly checkers: CheckerPool;
  /** Undefined: none is configured. */
  readonly scanner?: VirusScanner;
  readonly folders: WorkFolders;
  /** Turns of this process at working on documents, shared among their owners. */
  readonly turns: FairTurns;
  /** A document was taken from the queue, `waitedMs` after its upload. */
  readonly onTaken: (waitedMs: number) => void;
  /** An object that is no longer needed could not be removed: the sweeper of orphans removes it. */
  readonly onLeftBehind: (error: Error) => void;
}

/** Result of one run. */
export type ProcessingOutcome = 'clean' | DocumentRejection | 'settled' | 'fenced';

const FORMAT_OF: Readonly<Record<DocumentContentType, DocumentFormat>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

/** Wait while S3 or MongoDB is away, ms, and its random part, so that jobs do not return all at once. */
const AWAY_MS = 3000;
const AWAY_SPREAD_MS = 2000;

/**
 * Processes one document: takes it (this run then holds the newest fencing token), reads the upload, has it checked in a child process,
 * writes the clean copy once under its fencing token, and stores the result. Runs of one document may overlap: only the one with the newest
 * fencing token takes effect.
 * @throws PoisonJob when the job is malformed; JobPostponed while S3 or MongoDB is away; CheckerFailure when a child died
 */
export async function processDocument(parts: ProcessingParts, job: QueueJob): Promise<ProcessingOutcome> {
  const { documentId, userId } = parseJob(job);
  let endTurn: () => void = () => undefined;
  try {
    endTurn = await parts.turns.take(userId);
    const started = await startProcessing(parts.documentStore, documentId);
    if (started === null) return 'settled';
    const { state } = started.document;
    if (state.name === 'processing') parts.onTaken(state.startedAt - state.uploadedAt);
    return await runAttempt(parts, started, job.last);
  } catch (error) {
    throw asJobError(error);
  } finally {
    endTurn();
  }
}

interface Attempt {
  readonly document: StoredDocument;
  readonly fence: number;
}

async function runAttempt(
  parts: ProcessingParts,
  attempt: Attempt,
  last: boolean,
): Promise<ProcessingOutcome> {
  const folder = await parts.folders.open();
  try {
    const checked = await check(parts, attempt.document, folder, last);
    if (checked.outcome === 'rejected') {
      await rejectProcessing(parts.documentStore, attempt.document._id, {
        fence: attempt.fence,
        code: checked.code,
      });
    } else await file(parts, attempt, checked);
    // Only the upload contains where a picture was taken.
    await remove(parts, [attempt.document.key]);
    return checked.outcome === 'rejected' ? checked.code : 'clean';
  } catch (error) {
    if (!(error instanceof Fenced)) throw error;
    await removeCopies(parts, attempt);
    return 'fenced';
  } finally {
    await parts.folders.remove(folder);
  }
}

/** The object in quarantine has to equal the announced one, byte for byte; then a child process checks it. */
async function check(
  { store, checkers, scanner }: ProcessingParts,
  { key, size, sha256, type, userId }: StoredDocument,
  folder: string,
  last: boolean,
): Promise<CheckedFile> {
  const bytes = await readUpload(store, key, size);
  if (bytes === null) return { outcome: 'rejected', code: 'FILE_MISSING' };
  if (bytes.length !== size || createHash('sha256').update(bytes).digest('hex') !== sha256)
    return { outcome: 'rejected', code: 'BYTES_DIFFER' };
  if ((await scanner?.scan(bytes)) === 'infected') return { outcome: 'rejected', code: 'INFECTED' };
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  const accepts = documentTypeEntry(type).contentTypes.map((contentType) => FORMAT_OF[contentType]);
  try {
    return await checkers.check({ path, folder, accepts }, userId);
  } catch (error) {
    if (error instanceof CheckerFailure && isTheFilesFault(error, last))
      return { outcome: 'rejected', code: 'TOO_COMPLEX' };
    throw error;
  }
}

async function readUpload(store: ObjectStore, key: string, size: number): Promise<Buffer | null> {
  try {
    return await store.read(key, size);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'PAYLOAD_TOO_LARGE') return Buffer.alloc(0);
    throw error;
  }
}

/**
 * Too much memory and too much time of processors come out the same every time: another attempt would only cost others their turns. The clock
 * alone or a crash may be the machine's fault: then the last attempt decides.
 */
function isTheFilesFault({ why }: CheckerFailure, last: boolean): boolean {
  return why === 'memory' || why === 'cpu' || (last && (why === 'time' || why === 'crash'));
}

/** The thumbnail first: once the document is processed, both exist. */
async function file(parts: ProcessingParts, { document, fence }: Attempt, checked: CleanFile): Promise<void> {
  const { store, documentStore } = parts;
  const contentType = checked.contentType as DocumentContentType;
  const key = cleanKey(document._id, fence, contentType);
  const thumbnail = checked.thumbnailPath === null ? null : thumbnailKey(document._id, fence);
  if (checked.thumbnailPath !== null && thumbnail !== null)
    await store.putOnce(thumbnail, await readFile(checked.thumbnailPath), 'image/jpeg');
  const bytes = await readFile(checked.cleanPath);
  // `exists` can only be this attempt's own write whose answer was lost: no other attempt has its fencing token.
  await store.putOnce(key, bytes, contentType);
  const clean: CleanCopy = { key, contentType, size: bytes.length, thumbnailKey: thumbnail };
  await finishProcessing(documentStore, document._id, { fence, clean, facts: factsOf(checked) });
}

function factsOf({ metadata }: CleanFile): DocumentFacts {
  return { ...metadata } as DocumentFacts;
}

/** Removes the copies of an attempt that lost its document to a newer one. */
async function removeCopies(parts: ProcessingParts, { document, fence }: Attempt): Promise<void> {
  const { contentTypes } = documentTypeEntry(document.type);
  const copies = contentTypes.map((contentType) => cleanKey(document._id, fence, contentType));
  await remove(parts, [...copies, thumbnailKey(document._id, fence)]);
}

async function remove({ store, onLeftBehind }: ProcessingParts, keys: readonly string[]): Promise<void> {
  const outcomes = await Promise.allSettled(keys.map((key) => store.remove(key)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) onLeftBehind(failed.reason as Error);
}

/** Malformed data never becomes valid. The error names its fields and never quotes their values. */
function parseJob(job: QueueJob): DocumentJob {
  const { v } = (job.data ?? {}) as { v?: unknown };
  if (typeof v === 'number' && v > DOCUMENT_JOB_VERSION) throw new JobOfLaterVersion(`version ${v}`);
  const parsed = documentJobSchema.safeParse(job.data);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'data');
    throw new PoisonJob(`malformed document job: ${[...new Set(fields)].join(', ')}`);
  }
  if (parsed.data.documentId !== job.id)
    throw new PoisonJob('the id of the job differs from that of its document');
  return parsed.data;
}

/** Errors of servers that are away use up no attempt. */
function asJobError(error: unknown): unknown {
  if (error instanceof JobPostponed) return error;
  if (error instanceof CheckerFailure)
    // Closed: this worker is stopping, and another one takes the job.
    return error.why === 'closed' ? new JobPostponed(error.message, 0) : error;
  if (error instanceof CodedError) {
    if (error.code === 'NOT_FOUND' || error.code === 'ILLEGAL_TRANSITION')
      return new PoisonJob(error.message);
    if (error.code !== 'UNAVAILABLE' && error.code !== 'TIMEOUT') return error;
  }
  return isAway(error)
    ? new JobPostponed((error as Error).message, AWAY_MS + Math.random() * AWAY_SPREAD_MS)
    : error;
}

/** The driver's own errors concern its connections; the server marks errors of writes that may be retried with a label. */
function isAway(error: unknown): boolean {
  if (error instanceof CodedError) return true;
  const { name, errorLabelSet } = error as { name?: string; errorLabelSet?: ReadonlySet<string> };
  return (
    /^Mongo(Network|ServerSelection|WaitQueue|PoolCleared)/.test(name ?? '') ||
    errorLabelSet?.has('RetryableWriteError') === true
  );
}
