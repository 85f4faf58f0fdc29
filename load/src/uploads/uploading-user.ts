import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type DocumentAccepted, documentAcceptedSchema, documentGrantSchema } from '@rideline/contract';

/** The outcome of one user's upload. */
export interface UserUpload {
  readonly documentId: string;
  readonly accepted: DocumentAccepted;
  /** When the 202 arrived, epoch ms. */
  readonly answeredAt: number;
}

/** A user whose file is in the bucket and who has not completed the upload yet. */
export interface UploadingUser {
  complete(): Promise<UserUpload>;
}

export interface UserOptions {
  readonly api: string;
  readonly token: string;
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
  /** A call failed or was not answered, and is retried. */
  readonly onAgain: (reason: string) => void;
}

const CALL_MS = 60_000;
const GIVE_UP_MS = 300_000;
const AGAIN_MS = 500;
const AGAIN_MOST_MS = 5000;

/** Requests a form and sends the file. Failures are retried, as a phone would. @throws Error after five minutes */
export async function sendFileAs(options: UserOptions): Promise<UploadingUser> {
  const { api, token, bytes, signal } = options;
  const idempotencyKey = randomUUID();
  const tried = <Result>(call: () => Promise<Result>) => untilDone(call, options);
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
  const { documentId } = grant;
  return {
    async complete() {
      const accepted = documentAcceptedSchema.parse(await post(`/v1/documents/${documentId}/complete`));
      return { documentId, accepted, answeredAt: Date.now() };
    },
  };
}

/** All three steps: form, file, complete. */
export async function uploadAs(
  api: string,
  token: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<UserUpload> {
  const sender = await sendFileAs({ api, token, bytes, signal, onAgain: () => undefined });
  return sender.complete();
}

/** A refused call; `afterMs`: when the server allows a retry. */
class Refused extends Error {
  readonly afterMs: number;
  constructor(answer: Response) {
    super(`status ${answer.status}`);
    this.afterMs = Number(answer.headers.get('retry-after') ?? 0) * 1000;
  }
}

async function answerOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer);
  return text === '' || !text.startsWith('{') ? null : JSON.parse(text);
}

async function untilDone<Result>(
  call: () => Promise<Result>,
  { onAgain, signal }: UserOptions,
): Promise<Result> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw error;
      const { message, cause } = error as Error & { cause?: { code?: string } };
      const reason = cause?.code ?? message;
      onAgain(reason);
      const afterMs = error instanceof Refused ? error.afterMs : 0;
      const waitMs = Math.max(afterMs, Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** attempt));
      await delay(waitMs * (1 + Math.random()), undefined, { signal });
    }
  }
}
