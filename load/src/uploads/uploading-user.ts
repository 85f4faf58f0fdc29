import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type DocumentAccepted, documentAcceptedSchema, documentGrantSchema } from '@rideline/contract';

/** What became of one user's upload. */
export interface UserUpload {
  readonly documentId: string;
  readonly accepted: DocumentAccepted;
  readonly bytes: number;
  /** Calls that were answered with an error, or not at all, and made again; by what was said. */
  readonly again: ReadonlyMap<string, number>;
}

const CALL_MS = 60_000;
const GIVE_UP_MS = 300_000;
const AGAIN_MS = 500;
const AGAIN_MOST_MS = 5000;

/** Asks for a form, sends the file, completes. What fails is tried again, as a phone would. @throws Error after five minutes */
export async function uploadAs(
  api: string,
  token: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<UserUpload> {
  const again = new Map<string, number>();
  const idempotencyKey = randomUUID();
  const tried = <Result>(call: () => Promise<Result>) => untilDone(call, again, signal);
  const post = (path: string, body?: object) =>
    tried(async () =>
      answerOf(
        await fetch(api + path, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${token}`,
            'Idempotency-Key': idempotencyKey,
            ...(body ? { 'Content-Type': 'application/json' } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
          signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]),
        }),
      ),
    );
  const grant = documentGrantSchema.parse(
    await post('/v1/documents', {
      type: 'driving_licence',
      contentType: 'image/jpeg',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      // The last of thousands may have to wait.
      expiresInSeconds: 3600,
    }),
  );
  await tried(async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(grant.fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(bytes)]), 'document.jpg');
    await answerOf(
      await fetch(grant.presignedUrl, {
        method: 'POST',
        body: form,
        signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]),
      }),
    );
  });
  const accepted = documentAcceptedSchema.parse(await post(`/v1/documents/${grant.documentId}/complete`));
  return { documentId: grant.documentId, accepted, bytes: bytes.length, again };
}

async function answerOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return text === '' || !text.startsWith('{') ? null : JSON.parse(text);
}

async function untilDone<Result>(
  call: () => Promise<Result>,
  again: Map<string, number>,
  signal: AbortSignal,
): Promise<Result> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw error;
      const { message, cause } = error as Error & { cause?: { code?: string } };
      const said = cause?.code ?? message;
      again.set(said, (again.get(said) ?? 0) + 1);
      await delay(Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** attempt) * (0.5 + Math.random()), undefined, {
        signal,
      });
    }
  }
}
