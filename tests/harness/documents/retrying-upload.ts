import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DocumentAccepted, documentAcceptedSchema, documentGrantSchema } from '@rideline/contract';
import { postForm } from '@rideline/platform/s3/s3-probe';
import { requestOf } from './document-harness.ts';

/** What somebody does with one document. twice: the complete is sent again, at the same time · never: it is forgotten. */
export interface Upload {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly completes: 'once' | 'twice' | 'never';
}

export interface Uploaded {
  readonly documentId: string;
  /** Of each complete; none: it was forgotten. */
  readonly accepted: readonly DocumentAccepted[];
  /** Calls that had to be made again. */
  readonly retries: number;
}

export interface UploadTarget {
  /** Of API nodes; a call that fails goes to the next one. */
  readonly apis: readonly string[];
  token(subject: string): Promise<string>;
}

const GIVE_UP_MS = 120_000;
const CALL_MS = 5000;
const AGAIN_MS = 200;

/** Hands one document in as a stubborn phone does: what fails is tried again until the server has said yes. A form whose
 * answer was lost stays unused. */
export async function uploadStubbornly(target: UploadTarget, upload: Upload): Promise<Uploaded> {
  const { subject, bytes, completes } = upload;
  const token = await target.token(subject);
  // What is never completed is looked for when the form has run out: soon.
  const life = completes === 'never' ? { expiresInSeconds: 30 } : {};
  let idempotencyKey = randomUUID();
  let retries = 0;
  let node = Math.floor(Math.random() * target.apis.length);

  async function stubbornly<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        retries += 1;
        node += 1;
        await sleep(AGAIN_MS * (1 + Math.random()));
      }
    }
  }

  const call = (path: string, body?: object) =>
    stubbornly(async () => {
      const answer = await fetch(`${target.apis[node % target.apis.length]}${path}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Idempotency-Key': idempotencyKey,
          ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(CALL_MS),
      });
      // The node that holds the key is dead, and is believed to live for a minute: nobody waits for that.
      if (answer.status === 409) idempotencyKey = randomUUID();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    });

  const grant = documentGrantSchema.parse(await call('/v1/documents', requestOf(bytes, life)));
  await stubbornly(async () => {
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
