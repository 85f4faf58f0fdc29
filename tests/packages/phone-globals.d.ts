/*
 * Globals that React Native with Hermes, browsers and Node ≥ 20 all have. The sources of `@rideline/sdk` for phones are type-checked with
 * these and the language alone; what is missing here must be passed in. Before you add one: does Hermes have it?
 */

declare function setTimeout(run: () => void, delayMs?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(run: () => void): void;
declare const performance: { now(): number };

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

interface Headers {
  get(name: string): string | null;
}
interface Response {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  json(): Promise<unknown>;
  text(): Promise<string>;
}
interface RequestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string | FormData;
  signal?: AbortSignal | null;
}
declare function fetch(url: string, init?: RequestInit): Promise<Response>;

interface Blob {
  readonly size: number;
  readonly type: string;
}
declare class FormData {
  append(name: string, value: unknown, fileName?: string): void;
}
