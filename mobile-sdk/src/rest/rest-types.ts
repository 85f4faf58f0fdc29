import type { ApiPaths } from '@rideline/contract';
import type { RidelineError } from '../errors/rideline-error.ts';

export type RestMethod = 'get' | 'put' | 'post' | 'delete' | 'patch';

/** The paths that have a method. */
export type PathsWith<Method extends RestMethod> = {
  [Path in keyof ApiPaths]: ApiPaths[Path] extends Readonly<Record<Method, { responses: unknown }>>
    ? Path
    : never;
}[keyof ApiPaths];

/** One method of one path. */
export type Operation<Path extends keyof ApiPaths, Method extends RestMethod> = NonNullable<
  ApiPaths[Path][Method]
>;

type RequiredKeys<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? never : Key }[keyof T];

type ParamsOf<Op> = Op extends { parameters: infer Params }
  ? [RequiredKeys<Params>] extends [never]
    ? { params?: Params }
    : { params: Params }
  : unknown;

type ContentOf<Body> = Body extends { content: infer Content } ? Content[keyof Content] : never;

type BodyOf<Op> = Op extends { requestBody: infer Body }
  ? { body: ContentOf<Body> }
  : Op extends { requestBody?: infer Body }
    ? [ContentOf<NonNullable<Body>>] extends [never]
      ? { body?: undefined }
      : { body?: ContentOf<NonNullable<Body>> }
    : { body?: undefined };

/** What a call may have beside the parameters and the body of its path. */
export interface RestCallOptions {
  /**
   * Sent as `Idempotency-Key`: the server performs calls with the same key once, within 24 h. A POST or PATCH is repeated only with a key. Store
   * a key before the call if the app may be killed meanwhile.
   */
  idempotencyKey?: string;
  headers?: Readonly<Record<string, string>>;
  /** Ends the call, with all its attempts: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

export type RestCallInit<Op> = ParamsOf<Op> & BodyOf<Op> & RestCallOptions;

type InitArguments<Init> = [RequiredKeys<Init>] extends [never] ? [init?: Init] : [init: Init];

type Success = 200 | 201 | 202 | 203 | 204 | 206;

type DataOf<Op> = Op extends { responses: infer Responses }
  ? {
      [Status in keyof Responses & Success]: Responses[Status] extends { content: infer Content }
        ? Content[keyof Content]
        : undefined;
    }[keyof Responses & Success]
  : never;

/**
 * `data` of a success, or `error`. Without an answer from a server there is no `response`. 304, which only a call with `If-None-Match` gets, has
 * neither data nor error.
 */
export type RestResult<Data> =
  | { readonly data: Data; readonly error?: undefined; readonly response: Response }
  | { readonly data?: undefined; readonly error: RidelineError; readonly response: Response | undefined };

export type RestCall<Method extends RestMethod> = <Path extends PathsWith<Method>>(
  path: Path,
  ...init: InitArguments<RestCallInit<Operation<Path, Method>>>
) => Promise<RestResult<DataOf<Operation<Path, Method>>>>;

/** A typed client of the REST API: every path with its parameters, body and responses. */
export interface RestClient {
  readonly GET: RestCall<'get'>;
  readonly PUT: RestCall<'put'>;
  readonly POST: RestCall<'post'>;
  readonly DELETE: RestCall<'delete'>;
  readonly PATCH: RestCall<'patch'>;
}
