import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DocumentAccepted, documentAcceptedSchema, documentGrantSchema } from '@rideline/contract';
import { postForm } from '@rideline/platform/s3/s3-probe';
import { apiRequest } from '../clients/api-request.ts';
import { requestOf } from './document-harness.ts';

/** One document to upload. `completes`: twice sends two simultaneous completes · never sends none. */
export interface Upload {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly completes: 'once' | 'twice' | 'never';
}

export interface Uploaded {
  readonly documentId: string;
  /** The response to each complete. */
  readonly accepted: readonly DocumentAccepted[];
  /** Number of repeated calls. */
  readonly retries: number;
}

export interface UploadTarget {
  /** Addresses of API nodes; a failed call is repeated on the next one. */
  readonly apis: readonly string[];
  token(subject: string): Promise<string>;
}

const GIVE_UP_MS = 120_000;
const CALL_MS = 5000;
const RETRY_MS = 200;

/**
 * Uploads one document and repeats every failed call until it succeeds. A form whose response was lost stays unused.
 */
export async function uploadWithRetries(target: UploadTarget, upload: Upload): Promise<Uploaded> {
  const { subject, bytes, completes } = upload;
  const token = await target.token(subject);
  // An upload without a complete is found when its form has expired: soon.
  const lifetime = completes === 'never' ? { expiresInSeconds: 30 } : {};
  let idempotencyKey = randomUUID();
  let retries = 0;
  let node = Math.floor(Math.random() * target.apis.length);

  async function untilAnswered<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        retries += 1;
        node += 1;
        await sleep(RETRY_MS * (1 + Math.random()));
      }
    }
  }

  const call = (path: string, body?: object) =>
    untilAnswered(async () => {
      const response = await apiRequest('POST', `${target.apis[node % target.apis.length]}${path}`, {
        token,
        body,
        headers: { 'Idempotency-Key': idempotencyKey },
        signal: AbortSignal.timeout(CALL_MS),
      });
      // A killed node holds the idempotency key for up to a minute: a new key avoids the wait.
      if (response.status === 409) idempotencyKey = randomUUID();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    });

  const grant = documentGrantSchema.parse(await call('/v1/documents', requestOf(bytes, lifetime)));
  await untilAnswered(async () => {
    const { status } = await postForm({ url: grant.presignedUrl, fields: grant.fields }, bytes);
    if (status >= 300) throw new Error(`the form: ${status}`);
  });
  const times = { once: 1, twice: 2, never: 0 }[completes];
  const path = `/v1/documents/${grant.documentId}/complete`;
  const accepted = await Promise.all(
    Array.from({ length: times }, async () => documentAcceptedSchema.parse(await call(path))),
  );
  return { documentId: grant.documentId, accepted, retries };
}
