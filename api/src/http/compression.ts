import { Readable } from 'node:stream';
import { constants } from 'node:zlib';
import type { Middleware } from 'koa';
import koaCompress from 'koa-compress';

/** Below this size compression saves less than its header costs, bytes. */
export const COMPRESS_FROM_BYTES = 1024;
/** Brotli 4 compresses JSON about as well as gzip 9 in the time of gzip 4. */
const BROTLI_QUALITY = 4;

/**
 * Compresses answers to GET, and those of routes that set `ctx.compress` themselves. Answers to POST carry the secrets (tokens, presigned
 * forms) and are not compressed, so that no secret is compressed together with text that a caller may choose (BREACH).
 */
export function compression(): Middleware {
  const compress = koaCompress({
    threshold: COMPRESS_FROM_BYTES,
    br: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    gzip: {},
    deflate: false,
    zstd: false,
  } as Parameters<typeof koaCompress>[0]) as unknown as Middleware;
  return async (ctx, next) => {
    // A client that accepts no coding, not even none, gets none (RFC 9110, 12.5.3); koa-compress would throw.
    if (ctx.acceptsEncodings('br', 'gzip', 'identity') === false) return next();
    let body: unknown;
    await compress(ctx, async () => {
      if (ctx.method !== 'GET') ctx.compress = false;
      await next();
      body = ctx.body;
    });
    const packed: unknown = ctx.body;
    // A failing source must destroy the compressed stream too: otherwise the client waits for the rest forever.
    if (body instanceof Readable && packed instanceof Readable && packed !== body)
      body.once('error', (error) => packed.destroy(error));
  };
}
