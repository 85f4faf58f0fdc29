import { CodedError } from '@rideline/contract';
import type { Logger } from '@rideline/platform/process/logger';
import Koa, { type Context, type Middleware } from 'koa';
import { compression } from './http/compression.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { asCodedError, isOurs, problemHeaders, toProblem } from './http/problem.ts';
import { RequestLog } from './http/refused-requests.ts';
import { requestIdOf } from './http/request-id.ts';
import type { Route } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { ApiMetrics } from './metrics.ts';
import { apiPage } from './pages/api-page.ts';
import { appFiles } from './pages/app-files.ts';
import { dashboardFiles } from './pages/dashboard-files.ts';
import { type RouterParts, routerOf } from './router.ts';

export interface AppParts extends RouterParts {
  readonly routes: readonly Route[];
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  readonly allowedOrigins: readonly string[];
  /** Folder of the built dashboard. */
  readonly dashboardDir: string | undefined;
  /** Folder of the built driver and rider apps. */
  readonly appsDir?: string | undefined;
  /** Undefined: no queue board is served. */
  readonly board?: Middleware | undefined;
  /** Origin of the object store as browsers reach it: the dashboard loads document pictures from it, the apps send documents to it. */
  readonly pictureOrigin?: string | undefined;
}

/** Gives each request an id, one log line and one observation. The line has the route's pattern, never the URL: it holds ids and coordinates. */
function observed(log: Logger, metrics: ApiMetrics): Middleware {
  const requests = new RequestLog((refused) => log.info(refused, 'more requests refused'));
  return async (ctx, next) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(ctx.get('X-Request-Id'));
    ctx.state.requestId = requestId;
    ctx.set('X-Request-Id', requestId);
    await next();
    const route = (ctx.state.route as string | undefined) ?? 'none';
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.http_request_seconds.observe({ method: ctx.method, route, status: String(ctx.status) }, seconds);
    if (!requests.logs(route, ctx.status)) return;
    const line = { requestId, method: ctx.method, route, status: ctx.status, ms: Math.round(seconds * 1000) };
    // The balancer probes health every one to two seconds.
    log[route.startsWith('/health') ? 'debug' : 'info'](line, 'request');
  };
}

function sendProblem(ctx: Context, thrown: unknown, log: Logger): void {
  const error = asCodedError(thrown);
  const requestId = ctx.state.requestId as string;
  if (isOurs(error.code)) log.error({ requestId, err: error.cause ?? error }, 'request failed');
  const problem = toProblem(error, requestId);
  ctx.status = problem.status;
  ctx.set(problemHeaders(problem));
  ctx.body = JSON.stringify(problem);
  ctx.type = 'application/problem+json';
}

/** Answers every error as problem details. */
function problems(log: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      sendProblem(ctx, error, log);
    }
  };
}

/** Paths of REST, the sockets and the apps: the dashboard never answers there. */
const NOT_THE_PAGE = /^\/(v1|docs|health|socket\.io|driver|rider|apps)(\/|$)/;

function page(files: Middleware): Middleware {
  return (ctx, next) => (NOT_THE_PAGE.test(ctx.path) ? next() : files(ctx, next));
}

/** The API's middleware, in execution order. */
export function createApp(parts: AppParts): Koa {
  const { log } = parts;
  // HAProxy is the one trusted hop: the last X-Forwarded-For entry is the address that it saw; entries before it are the client's.
  const app = new Koa({ proxy: true, maxIpsCount: 1 });
  // A body stream failed after the headers: the connection is closed, so that a partial answer never looks complete.
  app.on('error', (error: Error) => log.warn({ reason: error.message }, 'answer aborted'));
  app.use(observed(log, parts.metrics));
  app.use(securityHeaders());
  app.use(problems(log));
  app.use(crossOrigin(parts.allowedOrigins));
  app.use(compression());
  if (parts.board !== undefined) app.use(parts.board);
  for (const middleware of routerOf(parts.routes, parts)) app.use(middleware);
  app.use(apiPage());
  if (parts.appsDir !== undefined) app.use(appFiles(parts.appsDir, log, parts.pictureOrigin));
  if (parts.dashboardDir !== undefined)
    app.use(page(dashboardFiles(parts.dashboardDir, log, parts.pictureOrigin)));
  app.use(() => {
    throw new CodedError('NOT_FOUND');
  });
  return app;
}
