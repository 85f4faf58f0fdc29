import type { Middleware } from 'koa';

/** Time for which browsers cache a preflight answer. */
const PREFLIGHT_SECONDS = '600';

/**
 * Lets pages of the allowed web origins read answers; the dashboard has the same origin and needs no header. Other origins get
 * no header, so the browser withholds the answer. Tokens travel in a header and no REST route reads a cookie, so
 * cross-site request forgery has no target.
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
      'Age, Cache-Status, Deprecation, ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-Id, X-Rideline-Cache',
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
