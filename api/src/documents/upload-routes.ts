import {
  CodedError,
  DOCUMENT_REJECTIONS,
  type DocumentAccepted,
  type DocumentGrant,
  documentAcceptedSchema,
  documentGrantSchema,
  documentIdSchema,
  requestDocumentSchema,
  toIsoTime,
} from '@rideline/contract';
import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { checkRequest, grantDocument, refuseCostlyOwner } from '@rideline/fleet/documents/document-grant';
import { jobIdOf } from '@rideline/fleet/documents/document-queue';
import type { PostGrant } from '@rideline/platform/s3/s3-post';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { arrivalOf, type DocumentParts, objectsOf, visibleDocument } from './document-parts.ts';

export const documentParams = z.strictObject({ documentId: documentIdSchema });

/** Queue position from which an answer has SCALE_001: a minute of jobs by default. */
const DEEP = 100;
/** Number of waiting jobs above which more workers are needed. */
const TOO_DEEP = 5000;
const QUEUE_MS = 1000;

/** Conditions of the upload form: exactly the announced size, type and hash. */
export function postGrantOf(document: StoredDocument, nowMs: number): PostGrant {
  const { key, size, contentType, sha256, userId, type, createdAt, state } = document;
  const left = state.name === 'granted' ? Math.ceil((state.expiresAt - nowMs) / 1000) : 0;
  if (left <= 0) throw new CodedError('GONE');
  return {
    key,
    size,
    contentType,
    sha256: Buffer.from(sha256, 'hex').toString('base64'),
    meta: { userid: userId, documenttype: type, uploadedat: toIsoTime(createdAt) },
    seconds: left,
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A curl command that uploads ./FILE. */
export function curlOf(url: string, fields: Readonly<Record<string, string>>): string {
  const forms = Object.entries(fields).map(([name, value]) => `-F ${quoted(`${name}=${value}`)}`);
  return `curl --fail-with-body ${forms.join(' ')} -F file=@FILE ${quoted(url)}`;
}

async function grantOf(parts: DocumentParts, document: StoredDocument): Promise<DocumentGrant> {
  const { sign } = objectsOf(parts);
  const nowMs = parts.documentStore.clock.wallMs();
  const grant = postGrantOf(document, nowMs);
  const { url, fields, expiresAtMs } = await sign(grant, nowMs);
  return {
    documentId: document._id,
    presignedUrl: url,
    fields,
    key: document.key,
    expiresAt: toIsoTime(expiresAtMs),
    curl: curlOf(url, fields),
  };
}

/** Position and estimated wait in the queue; without an answer of Redis, only that the document waits. */
async function acceptedOf(parts: DocumentParts, document: StoredDocument): Promise<DocumentAccepted> {
  const answer = { documentId: document._id, jobId: jobIdOf(document) };
  if (document.state.name !== 'uploaded') return { ...answer, queuePosition: 0, estimatedWaitMs: 0 };
  const unknown = { queuePosition: 0, estimatedWaitMs: 0 };
  const { queuePosition, estimatedWaitMs } = await parts.redis
    .call(() => parts.wait(answer.jobId), { timeoutMs: QUEUE_MS })
    .catch(() => unknown);
  if (queuePosition > TOO_DEEP) parts.onDeepQueue(queuePosition);
  return {
    ...answer,
    queuePosition,
    estimatedWaitMs: Math.round(estimatedWaitMs),
    ...(queuePosition > DEEP ? { code: 'SCALE_001' as const } : {}),
  };
}

async function complete(parts: DocumentParts, found: StoredDocument): Promise<DocumentAccepted> {
  const arrival = await arrivalOf(parts, found);
  if (arrival === 'absent') {
    const { version } = found;
    throw new CodedError('CONFLICT', 'The file has not arrived yet: upload it, then complete again.', {
      version,
    });
  }
  const { document } = arrival;
  const { state } = document;
  if (state.name === 'rejected' && state.code === 'BYTES_DIFFER')
    throw new CodedError('ILLEGAL_TRANSITION', DOCUMENT_REJECTIONS.BYTES_DIFFER);
  return acceptedOf(parts, document);
}

export function uploadRoutes(parts: DocumentParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/documents',
      operation: 'requestDocument',
      summary:
        'Issues a form to upload one file of exactly this size, type and SHA-256. Post its fields, then the file.',
      access: ['driver', 'rider'],
      limit: 'upload',
      body: requestDocumentSchema,
      status: 201,
      idempotent: true,
      answer: documentGrantSchema,
      problems: ['CONFLICT', 'GONE', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, caller: { userId, role }, reservedId, setHeader }) => {
        objectsOf(parts);
        const owner = { userId, role };
        checkRequest(owner, body, parts.types);
        const documentId = documentIdSchema.parse(reservedId);
        const document = await parts.mongo.call(async () => {
          await refuseCostlyOwner(parts.documentStore, owner);
          return grantDocument(parts.documentStore, owner, documentId, body);
        });
        setHeader('Location', `/v1/documents/${documentId}`);
        return grantOf(parts, document);
      },
    }),
    route({
      method: 'post',
      path: '/v1/documents/:documentId/complete',
      operation: 'completeDocument',
      summary:
        'Reports that the file was uploaded. The server checks the object, registers it and queues its processing. Repeats have no second effect.',
      access: ['driver', 'rider'],
      limit: 'upload',
      params: documentParams,
      status: 202,
      answer: documentAcceptedSchema,
      problems: ['NOT_FOUND', 'CONFLICT', 'ILLEGAL_TRANSITION', 'GONE', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ params, caller, setHeader }) => {
        const document = await visibleDocument(parts, params.documentId, caller);
        const accepted = await complete(parts, document);
        setHeader('Location', `/v1/jobs/${accepted.jobId}`);
        return accepted;
      },
    }),
  ];
}
