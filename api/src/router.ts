import { randomUUIDv7 } from 'node:crypto';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import { CodedError, ERRORS, emptySchema } from '@rideline/contract';
import type { Revocations } from '@rideline/fleet/accounts/revocation-list';
import type { Idempotency } from '@rideline/fleet/store/idempotency';
import type { OnUnpresentable } from '@rideline/fleet/store/presented';
import type { Levels } from '@rideline/platform/overload/degradation';
import type { Principal, TokenKeys } from '@rideline/platform/tokens/tokens';
import type { Context, Middleware, Next } from 'koa';
import { authenticate } from './http/auth.ts';
import { deprecationHeaders } from './http/deprecated.ts';
import { entityTag } from './http/entity-tag.ts';
import { answerOnce, idempotencyKeyOf } from './http/idempotent-answer.ts';
import { readJsonBody } from './http/json-body.ts';
import { inClass } from './http/request-class.ts';
import { isMediaAnswer, type LimitClass, type Route } from './http/route.ts';
import { parsePart, queryObject } from './http/validation.ts';
import type { Admission } from './limits/admission.ts';
import { isShed, shedError } from './limits/shedding.ts';

export interface RouterParts {
  readonly keys: TokenKeys;
  readonly region: string;
  /** Revocations; undefined: tokens are not checked against any. */
  readonly revocations?: Pick<Revocations, 'isRevoked'> | undefined;
  /** Stores the answers of requests with an Idempotency-Key; undefined: the header is ignored. */
  readonly idempotency?: Idempotency | undefined;
  /** The current degradation levels; undefined: nothing is shed. */
  readonly levels?: (() => Levels) | undefined;
  readonly onShed?: ((limit: LimitClass) => void) | undefined;
  /** A stored document was left out of the answer of `route`. */
  readonly onUnpresentable?: ((route: string, ...document: Parameters<OnUnpresentable>) => void) | undefined;
  /** Counts requests against limits; undefined: no limits. */
  readonly admission?: Admission | undefined;
}

/** The parsed body, read only where a route declares one and only after the caller was admitted. */
async function bodyOf(route: Route, ctx: Context): Promise<unknown> {
  if (route.body === undefined) {
    if ((ctx.request.length ?? 0) === 0 && ctx.get('Transfer-Encoding') === '') return undefined;
    if (!ctx.is('application/json')) {
      throw new CodedError('VALIDATION', undefined, {
        issues: [{ path: 'body', message: 'must be empty' }],
      });
    }
    // Many HTTP clients send `{}` with every POST.
    parsePart('body', emptySchema, await readJsonBody(ctx));
    return undefined;
  }
  if (!ctx.is('application/json')) {
    throw new CodedError('VALIDATION', undefined, {
      issues: [{ path: 'body', message: 'Content-Type must be application/json' }],
    });
  }
  return parsePart('body', route.body, await readJsonBody(ctx));
}

function abortedWith(ctx: Context): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => {
    if (!ctx.res.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** JSON, and for GET its entity tag: a client that already has this answer gets 304 without the body. */
function sendJson(ctx: Context, answer: unknown): void {
  const text = JSON.stringify(answer);
  ctx.type = 'application/json';
  ctx.body = text;
  if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || ctx.status !== 200) return;
  ctx.etag = entityTag(text);
  // The user's browser may store it, but must revalidate each time.
  if (ctx.response.get('Cache-Control') === 'no-store') ctx.set('Cache-Control', 'private, no-cache');
  if (ctx.fresh) ctx.status = 304;
}

/** Counts the request before the rest of it is read; callers without a valid token are counted by address. */
async function admitted(
  route: Route,
  ctx: Context,
  admission: Admission | undefined,
  verify: () => Promise<Principal | undefined>,
): Promise<Principal | undefined> {
  const set = (headers: Record<string, string>) => ctx.set(headers);
  try {
    const caller = await verify();
    await admission?.admit(route.limit, caller, ctx.ip, set);
    return caller;
  } catch (error) {
    const refused = error instanceof CodedError && ERRORS[error.code].retry === 'reauthenticate';
    if (refused) await admission?.admitRefused(route.limit, ctx.ip, set);
    throw error;
  }
}

function handlerOf(
  route: Route,
  { keys, region, revocations, idempotency, admission, levels, onShed, onUnpresentable }: RouterParts,
): Middleware {
  const handle = async (ctx: Context): Promise<void> => {
    ctx.state.route = route.path;
    if (route.deprecated !== undefined) ctx.set(deprecationHeaders(route.deprecated));
    // Before anything is read: a shed request must cost nothing.
    if (levels !== undefined && isShed(route, levels())) {
      onShed?.(route.limit);
      throw shedError();
    }
    // Not ctx.URL: it is built from the Host header, which may be anything.
    const searchParams = new URLSearchParams(ctx.querystring);
    const authorization = ctx.get('Authorization') || undefined;
    const caller = await admitted(route, ctx, admission, () =>
      authenticate(keys, region, route.access, { authorization, searchParams }, revocations),
    );
    const params = parsePart('params', route.params, ctx.params);
    const query = parsePart('query', route.query, queryObject(searchParams));
    const body = await bodyOf(route, ctx);
    ctx.status = route.status;
    const work = async (reservedId: string) =>
      route.handle({
        reservedId,
        params,
        query,
        body,
        caller,
        requestId: ctx.state.requestId as string,
        clientAddress: ctx.ip,
        signal: abortedWith(ctx),
        onUnpresentable: (documentId, error) => onUnpresentable?.(route.path, documentId, error),
        header: (name) => ctx.get(name) || undefined,
        setHeader: (name, value) => ctx.set(name, value),
        setStatus: (status) => {
          ctx.status = status;
        },
      });
    const key = route.idempotent && idempotency ? idempotencyKeyOf(ctx) : undefined;
    const answer =
      key === undefined || idempotency === undefined
        ? await work(randomUUIDv7())
        : await answerOnce(idempotency, ctx, { caller, key, body }, work);
    if (!isMediaAnswer(route.answer)) sendJson(ctx, answer);
    else if (answer instanceof Readable) ctx.body = answer;
    else throw new TypeError(`${route.path} must answer a stream`);
  };
  return (ctx) => inClass(route.limit, () => handle(ctx));
}

/** Answers a path that exists under other methods with METHOD_NOT_ALLOWED. */
function refuseOtherMethods(routes: readonly Route[]): Middleware {
  return async (ctx: Context, next: Next) => {
    const matched = (ctx.matched ?? []) as { path: string }[];
    if (matched.length === 0 || ctx.state.route !== undefined) return next();
    const paths = new Set(matched.map((layer) => layer.path));
    const methods = new Set(
      routes.filter((one) => paths.has(one.path)).map((one) => one.method.toUpperCase()),
    );
    if (methods.has('GET')) methods.add('HEAD');
    ctx.set('Allow', [...methods].sort().join(', '));
    if (ctx.method === 'OPTIONS') {
      ctx.status = 204;
      return;
    }
    throw new CodedError('METHOD_NOT_ALLOWED');
  };
}

/** The declared routes as Koa middleware: role, params, query, body, handler, in that order. */
export function routerOf(routes: readonly Route[], parts: RouterParts): Middleware[] {
  const router = new Router({ sensitive: true, strict: true });
  for (const route of routes) router[route.method](route.path, handlerOf(route, parts));
  return [router.routes() as Middleware, refuseOtherMethods(routes)];
}
