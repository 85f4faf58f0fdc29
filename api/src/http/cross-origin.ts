import type { Middleware } from 'koa';

/** A browser asks again after this time whether it may. */
const PREFLIGHT_SECONDS = '600';

/**
 * Lets pages of the allowed web origins read the answers; the operator's own page has the same origin and needs nothing. Other origins get
 * no header, so their browser keeps the answer from them. Tokens travel in a header and no route of REST reads a cookie, so there
 * is nothing to forge.
 */
export function crossOrigin(allowedOrigins: readonly string[]): Middleware {
  const allowed = new Set(allowedOrigins);
  return async (ctx, next) => {
    const origin = ctx.get('Origin');
    if (origin === '' || !allowed.has(origin)) return next();
    ctx.vary('Origin');
    ctx.set('Access-Control-Allow-Origin', origin);
    ctx.set(
      'Access-Control-Expose-Headers',
      'ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
    );
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    if (ctx.method !== 'OPTIONS' || ctx.get('Access-Control-Request-Method') === '') return next();
    ctx.set('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
    ctx.set(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, If-None-Match, X-Request-Id, Idempotency-Key',
    );
    ctx.set('Access-Control-Max-Age', PREFLIGHT_SECONDS);
    ctx.status = 204;
  };
}
