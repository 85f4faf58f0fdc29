/** What a limit counts by. `caller`: the user, or the address of somebody without a token. */
export type LimitedBy = 'caller' | 'account' | 'address';
/**
 * What happens while the state Redis does not answer. share: each node allows its part of the budget (points over nodes) by its own
 * memory · open: nobody is refused.
 */
export type WhenRedisIsAway = 'share' | 'open';

export interface RequestLimit {
  /** Requests in one window; a window begins with its first request and is kept by Redis' own clock. */
  readonly points: number;
  readonly windowSeconds: number;
  readonly by: LimitedBy;
  readonly whenRedisIsAway: WhenRedisIsAway;
  /** flag: what is over the limit is counted and let through. */
  readonly over: 'refuse' | 'flag';
  readonly help: string;
}

const MINUTE_SECONDS = 60;
const QUARTER_SECONDS = 15 * 60;

/** Every limit of requests over REST. `docs/reference/request-limits.md` repeats the table and a test compares the two. */
export const REQUEST_LIMITS = {
  standard: {
    points: 100,
    windowSeconds: MINUTE_SECONDS,
    by: 'caller',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'ordinary requests; RIDELINE_LIMIT_STANDARD',
  },
  critical: {
    points: 300,
    windowSeconds: MINUTE_SECONDS,
    by: 'caller',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'trips under way, positions, search; RIDELINE_LIMIT_CRITICAL',
  },
  upload: {
    points: 20,
    windowSeconds: MINUTE_SECONDS,
    by: 'caller',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'documents; RIDELINE_LIMIT_UPLOAD',
  },
  'sign-in-account': {
    points: 10,
    windowSeconds: QUARTER_SECONDS,
    by: 'account',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: "guesses at one account's password, from wherever; a right password clears it",
  },
  'sign-in-address': {
    points: 30,
    windowSeconds: QUARTER_SECONDS,
    by: 'address',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'attempts to sign in or to register from one address, at whatever account',
  },
  sos: {
    points: 10,
    windowSeconds: MINUTE_SECONDS,
    by: 'caller',
    whenRedisIsAway: 'open',
    over: 'flag',
    help: 'calls for help: counted, never refused',
  },
} as const satisfies Record<string, RequestLimit>;

export type LimitName = keyof typeof REQUEST_LIMITS;
export const LIMIT_NAMES = Object.keys(REQUEST_LIMITS) as readonly LimitName[];
/** Points that the environment sets instead of the table's. */
export type LimitPoints = Readonly<Partial<Record<LimitName, number>>>;
