/** What a limit counts by. `caller`: the user, or the address of a request without a token. */
export type LimitedBy = 'caller' | 'account' | 'address';
/**
 * What happens while the state Redis does not answer. share: each node allows its share of the budget (points divided by nodes), counted in
 * its own memory · open: no request is refused.
 */
export type WhenRedisIsAway = 'share' | 'open';

export interface RequestLimit {
  /** Requests in one window; a window begins with its first request and is timed by Redis. */
  readonly points: number;
  readonly windowSeconds: number;
  readonly by: LimitedBy;
  readonly whenRedisIsAway: WhenRedisIsAway;
  /** flag: requests over the limit are counted and allowed. */
  readonly over: 'refuse' | 'flag';
  readonly help: string;
}

const MINUTE_SECONDS = 60;
const QUARTER_SECONDS = 15 * 60;

/** Every limit of REST requests. `docs/reference/request-limits.md` is generated from this table and a test compares the two. */
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
    help: 'trips in progress, positions, search; RIDELINE_LIMIT_CRITICAL',
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
    help: 'wrong passwords for one account; networks from which it signed in before have counts of their own; a correct password resets it; RIDELINE_LIMIT_SIGN_IN_ACCOUNT',
  },
  'sign-in-address': {
    points: 30,
    windowSeconds: QUARTER_SECONDS,
    by: 'address',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'failed attempts to sign in or to register from one address, for any account; RIDELINE_LIMIT_SIGN_IN_ADDRESS',
  },
  'sign-in-total': {
    points: 600,
    windowSeconds: QUARTER_SECONDS,
    by: 'address',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'all attempts to sign in or to register from one address, successful or not; RIDELINE_LIMIT_SIGN_IN_TOTAL',
  },
  'share-guess': {
    points: 30,
    windowSeconds: QUARTER_SECONDS,
    by: 'address',
    whenRedisIsAway: 'share',
    over: 'refuse',
    help: 'share links that do not exist, asked for from one address; links that exist do not count',
  },
  sos: {
    points: 10,
    windowSeconds: MINUTE_SECONDS,
    by: 'caller',
    whenRedisIsAway: 'open',
    over: 'flag',
    help: 'SOS calls: counted, never refused',
  },
} as const satisfies Record<string, RequestLimit>;

export type LimitName = keyof typeof REQUEST_LIMITS;
export const LIMIT_NAMES = Object.keys(REQUEST_LIMITS) as readonly LimitName[];
/** Points from the environment that replace those of the table. */
export type LimitPoints = Readonly<Partial<Record<LimitName, number>>>;
