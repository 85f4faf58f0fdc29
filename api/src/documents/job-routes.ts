import {
  CodedError,
  documentIdSchema,
  type JobView,
  jobIdSchema,
  jobListAnswerSchema,
  jobListQuerySchema,
  jobViewSchema,
  pickFields,
  toIsoTime,
  toIsoTimeOrNull,
} from '@rideline/contract';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { type OnUnpresentable, presented, presentedOne } from '@rideline/fleet/store/presented';
import type { JobState } from '@rideline/platform/queues/queue-jobs';
import { QUEUES } from '@rideline/platform/queues/queue-table';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import { invalidCursor } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { isStaff } from '../trips/trip-access.ts';
import { type DocumentParts, READ_PROBLEMS } from './document-parts.ts';

const DOCUMENTS = 'document-processing';
const CURSOR = /^\d{1,7}$/;
const MOST_OFFSET = 1_000_000;

function viewOf({ name, createdAt, processedAt, ...job }: JobState): JobView {
  return {
    ...job,
    type: name,
    createdAt: toIsoTime(createdAt),
    processedAt: toIsoTimeOrNull(processedAt),
  };
}

/** The job by its document in MongoDB, when the queue has removed it or does not have it yet. */
function viewByDocument({ _id, state, fence, createdAt }: StoredDocument): JobView | null {
  if (state.name === 'granted' || state.name === 'expired') return null;
  const done = state.name === 'processed' || state.name === 'rejected';
  const startedAt = state.name === 'processing' ? state.startedAt : null;
  return {
    id: _id,
    type: QUEUES[DOCUMENTS].jobs[0],
    status: done ? 'completed' : state.name === 'processing' ? 'active' : 'waiting',
    attempts: fence,
    maxAttempts: QUEUES[DOCUMENTS].attempts,
    createdAt: toIsoTime('uploadedAt' in state ? state.uploadedAt : createdAt),
    processedAt: toIsoTimeOrNull(startedAt),
    failedReason: state.name === 'rejected' ? state.code : null,
  };
}

/** Failure reasons are shown to staff only: they may name servers. */
function shownTo(caller: Principal, view: JobView): JobView {
  if (isStaff(caller) || view.failedReason === null) return view;
  return { ...view, failedReason: 'The attempt failed and is retried.' };
}

async function jobOf(
  parts: DocumentParts,
  jobId: string,
  caller: Principal,
  onUnpresentable: OnUnpresentable,
): Promise<JobView> {
  const document = await parts.mongo.read(() =>
    parts.documentStore.documents.find(documentIdSchema.parse(jobId)),
  );
  const own = document !== null && String(caller.userId) === document.userId && caller.role === document.role;
  if (!own && !isStaff(caller)) throw new CodedError('NOT_FOUND');
  const queues = isStaff(caller) ? parts.jobs : parts.jobs.filter(({ name }) => name === DOCUMENTS);
  for (const queue of queues) {
    const found = await parts.redis.read(() => queue.find(jobId));
    if (found !== null) return shownTo(caller, presentedOne('job', found, viewOf, onUnpresentable));
  }
  const view = document && presentedOne('document', document, viewByDocument, onUnpresentable);
  if (view === null) throw new CodedError('NOT_FOUND');
  return view;
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (CURSOR.test(cursor) && Number(cursor) <= MOST_OFFSET) return Number(cursor);
  throw invalidCursor();
}

export function jobRoutes(parts: DocumentParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/jobs/:jobId',
      operation: 'getJob',
      summary: 'The status of a job, for the owner of its document and for operators.',
      access: ['driver', 'rider', 'operator', 'admin'],
      limit: 'standard',
      params: z.strictObject({ jobId: jobIdSchema.pipe(documentIdSchema) }),
      answer: jobViewSchema,
      problems: READ_PROBLEMS,
      handle: ({ params, caller, onUnpresentable }) => jobOf(parts, params.jobId, caller, onUnpresentable),
    }),
    route({
      method: 'get',
      path: '/v1/jobs',
      operation: 'listJobs',
      summary:
        'Jobs of one queue by status, newest first. Jobs may change status between pages, so a page may repeat one.',
      access: ['admin', 'operator'],
      limit: 'standard',
      query: jobListQuerySchema,
      answer: jobListAnswerSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query: { queue: name, status, limit, cursor, fields }, onUnpresentable }) => {
        const queue = parts.jobs.find((one) => one.name === name);
        if (queue === undefined) throw new CodedError('NOT_FOUND', 'The queue does not exist.');
        const offset = offsetOf(cursor);
        const found = await parts.redis.read(() => queue.list(status, limit + 1, offset));
        const jobs = presented(
          found.slice(0, limit),
          (job) => pickFields(viewOf(job), fields),
          onUnpresentable,
        );
        return { jobs, next: found.length > limit ? String(offset + limit) : null };
      },
    }),
  ];
}
