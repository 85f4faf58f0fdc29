import { CodedError, inOneCase } from '@rideline/contract';
import type { Idempotency, StoredAnswer } from '@rideline/fleet/store/idempotency';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { Context } from 'koa';

/**
 * The header: a structured field string (RFC 9651 section 3.3.3), as draft-ietf-httpapi-idempotency-key-header says, or the key without its
 * quotes, as most clients sent it before the draft did.
 */
export const IDEMPOTENCY_KEY_HEADER = /^(?:[A-Za-z0-9_-]{1,64}|"[A-Za-z0-9_-]{1,64}")$/;
/** Headers that a repeat's answer has again. */
const REPEATED_HEADERS = ['location'] as const;
/** Deadline of a whole request under a key. */
const WORK_MS = 20_000;

/** @throws CodedError VALIDATION when the key is malformed */
export function idempotencyKeyOf(ctx: Context): string | undefined {
  const header = ctx.get('Idempotency-Key');
  if (header === '') return undefined;
  // Both forms are one key: a client that begins to quote must not repeat what it sent without quotes.
  if (IDEMPOTENCY_KEY_HEADER.test(header)) return inOneCase(header.replaceAll('"', ''));
  throw new CodedError('VALIDATION', undefined, {
    issues: [{ path: 'headers.Idempotency-Key', message: `must match ${IDEMPOTENCY_KEY_HEADER.source}` }],
  });
}

function answerSoFar(ctx: Context, body: unknown): StoredAnswer {
  const headers: Record<string, string> = {};
  for (const name of REPEATED_HEADERS)
    if (ctx.response.get(name) !== '') headers[name] = ctx.response.get(name);
  return { status: ctx.status, headers, body };
}

/**
 * Answers a request under its key: does the work, or repeats the first answer with the header `Idempotent-Replayed`.
 * @throws CodedError KEY_REUSED, CONFLICT, TIMEOUT; what the work throws
 */
export async function answerOnce(
  idempotency: Idempotency,
  ctx: Context,
  request: { caller: Principal | undefined; key: string; body: unknown },
  work: (reservedId: string) => Promise<unknown>,
): Promise<unknown> {
  const { caller, key, body } = request;
  const asked = {
    caller: caller === undefined ? 'public' : `${caller.role}:${caller.userId}`,
    key,
    request: JSON.stringify([ctx.method, ctx.path, ctx.querystring, body]),
  };
  const once = idempotency.once(asked, async (reservedId) => answerSoFar(ctx, await work(reservedId)));
  // Takes no slot itself: the work calls MongoDB, and would wait for the slot held here.
  const { answer, replayed } = await withinMs(
    once,
    WORK_MS,
    () => new CodedError('TIMEOUT', 'The server did not answer in time.'),
  );
  if (replayed) {
    ctx.status = answer.status;
    ctx.set({ ...answer.headers, 'Idempotent-Replayed': 'true' });
  }
  return answer.body;
}
