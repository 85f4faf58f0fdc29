import { createHash, randomBytes } from 'node:crypto';
import {
  type DocumentAccepted,
  type DocumentDetail,
  type DocumentGrant,
  documentAcceptedSchema,
  documentDetailSchema,
  documentGrantSchema,
  type RequestDocument,
  type Role,
} from '@rideline/contract';
import { s3Settings } from '@rideline/infra/local/servers/s3';
import { type ObjectStore, openObjectStore } from '@rideline/platform/s3/object-store';
import { postForm } from '@rideline/platform/s3/s3-probe';
import { type Caller, startTripHarness, type TripHarness } from '../cluster/trip-harness.ts';
import type { WorkersHarnessOptions } from '../cluster/workers-harness.ts';

/** A whole backend with an S3 server, and the calls that users make for their documents. */
export interface DocumentHarness extends Omit<TripHarness, 'call'> {
  readonly store: ObjectStore;
  /** As a driver unless `by` has another role. */
  call(method: string, path: string, by: Omit<Caller, 'role'> & { readonly role?: Role }): Promise<Response>;
  /** Requests a form for these bytes. @throws Error when it is refused */
  grant(subject: string, bytes: Uint8Array, more?: Partial<RequestDocument>): Promise<DocumentGrant>;
  /** Sends a form. @returns the S3 server's status */
  send(grant: DocumentGrant, bytes: Uint8Array, changed?: Record<string, string>): Promise<number>;
  complete(subject: string, documentId: string): Promise<Response>;
  /** Runs the whole upload, from the form to the 202. */
  upload(subject: string, bytes: Uint8Array, more?: Partial<RequestDocument>): Promise<DocumentAccepted>;
  view(subject: string, documentId: string, role?: Role): Promise<DocumentDetail>;
}

/** Random bytes, different in every test; their content does not matter without a worker in the role `documents`. */
export const someBytes = (size = 2000) => randomBytes(size);

export function requestOf(bytes: Uint8Array, more: Partial<RequestDocument> = {}): RequestDocument {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { type: 'driving_licence', contentType: 'image/jpeg', size: bytes.byteLength, sha256, ...more };
}

/** Workers process no documents unless RIDELINE_ROLES includes `documents`. */
export async function startDocumentHarness(options: WorkersHarnessOptions = {}): Promise<DocumentHarness> {
  const harness = await startTripHarness({ apis: 1, gateways: 0, s3: true, ...options });
  const store = openObjectStore(s3Settings(harness.env.S3_ENDPOINT ?? '', harness.env));

  const call: DocumentHarness['call'] = (method, path, by) =>
    harness.call(method, path, { role: 'driver', ...by });
  const grant: DocumentHarness['grant'] = async (subject, bytes, more) => {
    const answer = await call('POST', '/v1/documents', { subject, body: requestOf(bytes, more) });
    return documentGrantSchema.parse(await answer.json());
  };
  const send: DocumentHarness['send'] = async ({ presignedUrl: url, fields }, bytes, changed) =>
    (await postForm({ url, fields }, bytes, changed)).status;
  const complete: DocumentHarness['complete'] = (subject, documentId) =>
    call('POST', `/v1/documents/${documentId}/complete`, { subject });

  return {
    ...harness,
    store,
    call,
    grant,
    send,
    complete,
    async upload(subject, bytes, more) {
      const granted = await grant(subject, bytes, more);
      await send(granted, bytes);
      const answer = await complete(subject, granted.documentId);
      return documentAcceptedSchema.parse(await answer.json());
    },
    async view(subject, documentId, role = 'driver') {
      const answer = await call('GET', `/v1/documents/${documentId}`, { role, subject });
      return documentDetailSchema.parse(await answer.json());
    },
    async stop() {
      store.close();
      await harness.stop();
    },
  };
}
