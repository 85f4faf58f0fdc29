import type { Middleware } from 'koa';

/** Policy of JSON answers: they load nothing and cannot be framed. */
const ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'";

const withHosts = (directive: string, hosts: readonly string[]): string => [directive, ...hosts].join(' ');

/** Policy of a page of Rideline's own: nothing from another host but what is named, no inline script and no eval. */
const ownPolicy = (hosts: {
  readonly pictures: readonly string[];
  readonly connections: readonly string[];
}): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // MapLibre draws its icons from these two.
    withHosts("img-src 'self' data: blob:", hosts.pictures),
    "font-src 'self'",
    withHosts("connect-src 'self'", hosts.connections),
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const hostsOf = (origin: string | undefined): readonly string[] => (origin === undefined ? [] : [origin]);

/** Policy of the dashboard: document pictures come from `pictureOrigin`, the object store. */
export const pagePolicy = (pictureOrigin: string | undefined): string =>
  ownPolicy({ pictures: hostsOf(pictureOrigin), connections: [] });

/** Policy of the driver and rider apps: they also send documents to `objectStore`, which a form of the API names. */
export const appPolicy = (objectStore: string | undefined): string =>
  ownPolicy({ pictures: hostsOf(objectStore), connections: hostsOf(objectStore) });

/** The apps read the device's position, once its owner has agreed; nothing else of Rideline does. */
export const APP_PERMISSIONS = 'camera=(), geolocation=(self), microphone=(), payment=(), usb=()';

/** Policy of the queue board, which uses URLs relative to its base and inline styles. */
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

/** Policy of the API page. */
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

/** Sets the headers of every answer. A route or a page file may override the policy or the cache rule afterwards. */
export function securityHeaders(): Middleware {
  return async (ctx, next) => {
    ctx.set(ALWAYS);
    ctx.set('Content-Security-Policy', ANSWER_POLICY);
    ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
