import type { Readable } from 'node:stream';
import type { ErrorCode, Role } from '@rideline/contract';
import type { OnUnpresentable } from '@rideline/fleet/store/presented';
import type { CacheName } from '@rideline/platform/cache/cache-table';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import type { Deprecated } from './deprecated.ts';

/**
 * Every REST route is declared once, in this form. The declaration defines its validation, its authorisation, its limit,
 * its place in the router and its entry in `GET /v1/openapi.json`.
 */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** Roles that may call it; `public`: no token needed. The handler checks ownership (404, never 403). */
export type Access = 'public' | readonly [Role, ...Role[]];
/** Its budget (platform/request-limits.ts), and its treatment under overload: `critical` is shed last, `none` never (health checks). */
export type LimitClass = 'none' | 'critical' | 'standard' | 'upload' | 'sign-in';

export type Caller<A extends Access> = A extends 'public' ? undefined : Principal;

export interface RouteRequest<Params, Query, Body, A extends Access> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller<A>;
  readonly requestId: string;
  /** Client address as reported by the trusted proxy. */
  readonly clientAddress: string;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** Id of the entity that the route creates; equal for repeats under one Idempotency-Key, so that nothing is created twice. */
  readonly reservedId: string;
  /** Reports a stored document that was left out of the answer because it cannot be presented; logged and counted. */
  readonly onUnpresentable: OnUnpresentable;
  header(name: string): string | undefined;
  setHeader(name: string, value: string): void;
  setStatus(status: number): void;
}

/** A streamed answer, in one of these media types, instead of JSON of one schema. */
export interface MediaAnswer {
  readonly mediaTypes: readonly string[];
}
export type AnswerSpec = z.ZodType | MediaAnswer;
export type AnswerOf<Spec extends AnswerSpec> = Spec extends z.ZodType ? z.output<Spec> : Readable;

export function isMediaAnswer(answer: AnswerSpec): answer is MediaAnswer {
  return 'mediaTypes' in answer;
}

export interface RouteSpec<
  A extends Access,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends AnswerSpec,
> {
  readonly method: Method;
  /** Koa style: `/v1/trips/:tripId`. */
  readonly path: `/${string}`;
  /** Its name in the descriptions, unique: a verb and a noun (`listTrips`). Generators name functions and shapes after it. */
  readonly operation: string;
  /** What it does. The first sentence stands alone in lists. */
  readonly summary: string;
  readonly access: A;
  readonly limit: LimitClass;
  /** The cache that answers it (platform/cache-table.ts). */
  readonly cache?: CacheName;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  /** Status of the success answer. */
  readonly status?: number;
  /** Other statuses with the same answer, and when they are sent. */
  readonly otherStatuses?: Readonly<Record<number, string>>;
  /** Announced when the route is going to be removed (docs/deprecation.md). */
  readonly deprecated?: Deprecated;
  /** Accepts an Idempotency-Key: every POST that creates an entity. */
  readonly idempotent?: true;
  /** Codes that this route may answer besides those of its declaration (validation, token, role, limits). */
  readonly problems?: readonly ErrorCode[];
  handle(
    request: RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>, A>,
  ): Promise<AnswerOf<Answer>> | AnswerOf<Answer>;
}

const nothing = z.strictObject({});
export type Nothing = typeof nothing;

/** A declared route with erased types, for the router and OpenAPI. */
export interface Route {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly operation: string;
  readonly summary: string;
  readonly access: Access;
  readonly limit: LimitClass;
  readonly cache: CacheName | undefined;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  readonly answer: AnswerSpec;
  readonly status: number;
  readonly otherStatuses: Readonly<Record<number, string>>;
  readonly deprecated: Deprecated | undefined;
  readonly idempotent: boolean;
  readonly problems: readonly ErrorCode[];
  handle(request: RouteRequest<unknown, unknown, unknown, Access>): unknown;
}

/** Declares a route. Undeclared params, query and body must be empty. */
export function route<
  const A extends Access,
  Answer extends AnswerSpec,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<A, Params, Query, Body, Answer>): Route {
  return {
    method: spec.method,
    path: spec.path,
    operation: spec.operation,
    summary: spec.summary,
    access: spec.access,
    limit: spec.limit,
    cache: spec.cache,
    params: spec.params ?? nothing,
    query: spec.query ?? nothing,
    body: spec.body,
    answer: spec.answer,
    status: spec.status ?? 200,
    otherStatuses: spec.otherStatuses ?? {},
    deprecated: spec.deprecated,
    idempotent: spec.idempotent ?? false,
    problems: spec.problems ?? [],
    // The only place where the types meet the untyped request: `parse` has just run on each part.
    handle: (request) =>
      spec.handle(request as RouteRequest<z.output<Params>, z.output<Query>, z.output<Body>, A>),
  };
}
