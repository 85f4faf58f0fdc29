import type { Middleware } from 'koa';

/** JSON is no page: nothing may be loaded by it and nobody may frame it. */
const ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * The operator's page: its own scripts, styles, fonts, images, workers and sockets, and no other host, but for pictures of documents from
 * `pictureOrigin`, where the object store is. No inline script and no eval. `data:` and `blob:` images are what MapLibre draws its icons from.
 */
export const pagePolicy = (pictureOrigin: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data: blob:", ...(pictureOrigin === undefined ? [] : [pictureOrigin])].join(' '),
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** The queue board, whose addresses are relative to its base, and whose marks are styled in place. */
export const BOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that shows the API. */
export const API_PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ALWAYS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Sets the headers that every answer has. A route or the page's files may set another policy or cache rule afterwards. */
export function securityHeaders(): Middleware {
  return async (ctx, next) => {
    ctx.set(ALWAYS);
    ctx.set('Content-Security-Policy', ANSWER_POLICY);
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
