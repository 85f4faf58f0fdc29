const WINDOW_MS = 60_000;
/** Refusals of one route and status that are logged one by one in a window; further ones are counted. */
const LOGGED_EACH = 100;
/** Answers that cost us nothing and that a stranger can have as many of as they send requests. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 405, 413, 429, 503]);

/** How often a route was refused with a status, beyond what was logged one by one. */
export interface RefusedRequests {
  readonly route: string;
  readonly status: number;
  readonly count: number;
}

/**
 * Decides which requests get a line in the log. Of refusals only the first hundred of each route and status in a minute do; the number of
 * the others is reported at the end of the window, so that a flood does not fill the disk.
 */
export class RequestLog {
  readonly #onRefused: (refused: RefusedRequests) => void;
  readonly #seen = new Map<string, { route: string; status: number; count: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onRefused: (refused: RefusedRequests) => void) {
    this.#onRefused = onRefused;
  }

  /** Whether this request is logged by itself. `route`: of the closed list of routes, so that the table stays small. */
  logs(route: string, status: number): boolean {
    if (!REFUSALS.has(status)) return true;
    this.#timer ??= setTimeout(() => this.#report(), WINDOW_MS).unref();
    const key = `${status} ${route}`;
    const seen = this.#seen.get(key) ?? { route, status, count: 0 };
    seen.count += 1;
    this.#seen.set(key, seen);
    return seen.count <= LOGGED_EACH;
  }

  #report(): void {
    this.#timer = undefined;
    for (const { route, status, count } of this.#seen.values())
      if (count > LOGGED_EACH) this.#onRefused({ route, status, count: count - LOGGED_EACH });
    this.#seen.clear();
  }
}
