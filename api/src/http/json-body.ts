import { bodyParser } from '@koa/bodyparser';
import { CodedError } from '@rideline/contract';
import type { Context } from 'koa';
import { asCodedError } from './problem.ts';

/** Largest body, bytes, after decompression. */
export const BODY_LIMIT_BYTES = 256 * 1024;

const parse = bodyParser({ enableTypes: ['json'], jsonLimit: BODY_LIMIT_BYTES, encoding: 'utf-8' });

/**
 * Reads a JSON body, packed or not. All that can fail here is what the client sent: a packing that is cut off, damaged or followed by other
 * bytes ends in errors of zlib, which have no status.
 * @throws CodedError VALIDATION · PAYLOAD_TOO_LARGE
 */
export async function readJsonBody(ctx: Context): Promise<unknown> {
  const { headers } = ctx.req;
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  // Names of codings are equal in any case, and x-gzip is gzip (RFC 9110, 8.4.1).
  if (encoding !== undefined) headers['content-encoding'] = encoding === 'x-gzip' ? 'gzip' : encoding;
  try {
    await parse(ctx, async () => undefined);
  } catch (error) {
    const known = asCodedError(error);
    if (known.code !== 'INTERNAL') throw known;
    const message = 'The body cannot be read: it differs from its Content-Encoding or is cut off.';
    throw new CodedError('VALIDATION', message, { cause: error });
  }
  return ctx.request.body;
}
