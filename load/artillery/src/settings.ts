import { type Curve, highestRate, scaled } from './curve.ts';

/** What a scenario's user can do; a group of users may do several. */
export const ABILITIES = ['drive', 'ride', 'search', 'upload'] as const;
export type Ability = (typeof ABILITIES)[number];

/** What is repeated at a rate: fixes by users who drive, trip requests by users who ride, and so on. */
export const PLANNED = {
  location: 'drive',
  trip: 'ride',
  search: 'search',
  upload: 'upload',
} as const satisfies Record<string, Ability>;
export type Planned = keyof typeof PLANNED;

export interface Group {
  readonly share: number;
  readonly does: readonly Ability[];
}

/** A rate over time, or so many operations of each user, evenly over the first part of the load. */
export type Plan =
  | { readonly kind: 'curve'; readonly curve: Curve }
  | { readonly kind: 'perUser'; readonly perUser: number; readonly until: number };

export type Transport = 'websocket' | 'polling';

export interface Settings {
  readonly scenario: string;
  readonly target: string;
  readonly users: number;
  /** Of the load, which begins when all users have had their time to connect. */
  readonly durationMs: number;
  readonly connectsPerSecond: number;
  readonly groups: readonly Group[];
  readonly plans: Readonly<Partial<Record<Planned, Plan>>>;
  readonly main: Planned;
  /** How long a ride lasts from its start to its end. */
  readonly rideMs: number;
  readonly uploadBytes: number;
  readonly transport: Transport;
  readonly seed: string;
  /** Middle of the city. */
  readonly centre: { readonly lat: number; readonly lng: number };
  /** CSV files of tokens or of accounts; none: each user registers. */
  readonly tokenFiles: readonly string[];
  /** Rows of each role that other generators use. */
  readonly firstUser: number;
  readonly journalPath: string | null;
  readonly ackTimeoutMs: number;
  readonly httpTimeoutMs: number;
  /** Open HTTP connections. */
  readonly httpConnections: number;
}

/** The variables of a scenario's file, as Artillery hands them to each user. */
export type Variables = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables that replace a value of the file; load/artillery/README.md describes them. */
const FROM_ENVIRONMENT = {
  RIDELINE_USERS: 'users',
  RIDELINE_MINUTES: 'minutes',
  RIDELINE_RATE: 'rate',
  RIDELINE_TOKENS: 'tokens',
  RIDELINE_FIRST_USER: 'firstUser',
  RIDELINE_TRANSPORT: 'transport',
  RIDELINE_SEED: 'seed',
  RIDELINE_CENTRE: 'centre',
  RIDELINE_JOURNAL: 'journal',
  RIDELINE_CONNECTS_PER_SECOND: 'connectsPerSecond',
  RIDELINE_RIDE_SECONDS: 'rideSeconds',
  RIDELINE_UPLOAD_BYTES: 'uploadBytes',
  RIDELINE_ACK_TIMEOUT_SECONDS: 'ackTimeoutSeconds',
  RIDELINE_HTTP_TIMEOUT_SECONDS: 'httpTimeoutSeconds',
} as const;

const SAN_FRANCISCO = '37.76,-122.43';
const MINUTE_MS = 60_000;

/**
 * Reads a scenario's settings: the environment, else the file's `variables`, else a default.
 * @throws Error that names the value which is wrong
 */
export function readSettings(variables: Variables, env: Environment): Settings {
  const values = new Values(variables, env);
  const written = Number(variables.users);
  // Only `-e sized` lets Artillery make the users that RIDELINE_USERS asks for.
  if (set(env.RIDELINE_USERS) && variables.$environment !== 'sized')
    throw new Error('RIDELINE_USERS needs the option -e sized: artillery run -e sized …');
  const users = values.whole('users', { least: 1, most: 1_000_000 });
  const main = values.oneOf('main', Object.keys(PLANNED) as Planned[], 'location');
  const rate = values.optional('rate', { least: 0.001, most: 1_000_000 });
  const plans = scaledPlans(plansOf(variables.plan), { main, rate, share: users / written });
  return {
    scenario: values.text('scenario', 'scenario'),
    target: targetOf(variables.target),
    users,
    durationMs: values.number('minutes', { least: 0.05, most: 24 * 60, otherwise: 1 }) * MINUTE_MS,
    connectsPerSecond: values.number('connectsPerSecond', { least: 0.1, most: 10_000, otherwise: 100 }),
    groups: groupsOf(variables.groups),
    plans,
    main,
    rideMs: values.number('rideSeconds', { least: 0, most: 24 * 3600, otherwise: 10 }) * 1000,
    uploadBytes: values.whole('uploadBytes', { least: 1000, most: 5_000_000, otherwise: 60_000 }),
    transport: values.oneOf('transport', ['websocket', 'polling'], 'websocket'),
    seed: values.text('seed', '1'),
    centre: centreOf(values.text('centre', SAN_FRANCISCO)),
    tokenFiles: values
      .text('tokens', '')
      .split(',')
      .filter((path) => path !== ''),
    firstUser: values.whole('firstUser', { least: 0, most: 10_000_000, otherwise: 0 }),
    journalPath: values.text('journal', '') || null,
    ackTimeoutMs: values.number('ackTimeoutSeconds', { least: 0.1, most: 600, otherwise: 10 }) * 1000,
    httpTimeoutMs: values.number('httpTimeoutSeconds', { least: 0.1, most: 600, otherwise: 15 }) * 1000,
    httpConnections: values.whole('httpConnections', { least: 1, most: 10_000, otherwise: 256 }),
  };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly otherwise?: number;
}

class Values {
  readonly #variables: Variables;
  readonly #env: Environment;

  constructor(variables: Variables, env: Environment) {
    this.#variables = variables;
    this.#env = env;
  }

  text(name: string, otherwise: string): string {
    const { value } = this.#find(name);
    return value === undefined ? otherwise : String(value);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], otherwise: Choice): Choice {
    const { value, from } = this.#find(name);
    const found = value === undefined ? otherwise : choices.find((choice) => choice === value);
    if (found === undefined) throw new Error(`${from} must be one of ${choices.join(', ')}`);
    return found;
  }

  optional(name: string, bounds: Bounds): number | null {
    return this.#find(name).value === undefined ? null : this.number(name, bounds);
  }

  number(name: string, { least, most, otherwise }: Bounds): number {
    const { value = otherwise, from } = this.#find(name);
    const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most))
      throw new Error(`${from} must be a number from ${least} to ${most}`);
    return number;
  }

  whole(name: string, bounds: Bounds): number {
    const number = this.number(name, bounds);
    if (!Number.isInteger(number)) throw new Error(`${this.#find(name).from} must be a whole number`);
    return number;
  }

  /** `from`: what a person has to correct. */
  #find(name: string): { value: unknown; from: string } {
    const variable = Object.entries(FROM_ENVIRONMENT).find(([, of]) => of === name)?.[0];
    const given = variable === undefined ? undefined : this.#env[variable];
    if (variable !== undefined && set(given)) return { value: given, from: variable };
    const value = this.#variables[name];
    return { value: value === null || value === '' ? undefined : value, from: `the variable ${name}` };
  }
}

const set = (value: string | undefined): value is string => value !== undefined && value !== '';

function targetOf(target: unknown): string {
  if (typeof target !== 'string' || !/^https?:\/\/[^/]+/.test(target))
    throw new Error('the target must be an http or https URL: artillery run --target URL …');
  return target.replace(/\/+$/, '');
}

function centreOf(text: string): Settings['centre'] {
  const [lat = Number.NaN, lng = Number.NaN] = text.split(',').map(Number);
  // Not at the poles or the antimeridian, where a city of a few kilometres has no simple coordinates.
  if (!(Math.abs(lat) <= 80 && Math.abs(lng) <= 179))
    throw new Error('RIDELINE_CENTRE must be LATITUDE,LONGITUDE in degrees');
  return { lat, lng };
}

/** A map, not a list: of a variable that is a list Artillery gives each user one element at random. */
function groupsOf(value: unknown): readonly Group[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('the variable groups must be a map of {share, does}');
  return Object.values(value).map((group: { share?: unknown; does?: unknown }) => {
    const does = Array.isArray(group.does) ? group.does : [];
    const unknown = does.find((ability) => !ABILITIES.includes(ability));
    if (does.length === 0 || unknown !== undefined)
      throw new Error(`a group must do some of ${ABILITIES.join(', ')}`);
    if (does.includes('drive') && (does.includes('ride') || does.includes('search')))
      throw new Error('a user who drives has the token of a driver: it cannot ride or search');
    const share = Number(group.share);
    if (!(share > 0)) throw new Error('the share of a group must be more than 0');
    return { share, does: does as Ability[] };
  });
}

function plansOf(value: unknown): Partial<Record<Planned, Plan>> {
  if (typeof value !== 'object' || value === null) throw new Error('the variable plan must be a map');
  const plans: Partial<Record<Planned, Plan>> = {};
  for (const [name, plan] of Object.entries(value)) {
    if (!Object.hasOwn(PLANNED, name))
      throw new Error(`plan knows ${Object.keys(PLANNED).join(', ')}, not ${name}`);
    plans[name as Planned] = planOf(name, plan);
  }
  return plans;
}

function planOf(name: string, value: unknown): Plan {
  if (Array.isArray(value)) {
    const curve = value.map((point) => {
      const [at, rate] = Array.isArray(point) ? point.map(Number) : [];
      if (at === undefined || rate === undefined || !(at >= 0 && at <= 1) || !(rate >= 0))
        throw new Error(
          `each point of plan.${name} must be [share of the time from 0 to 1, rate per second]`,
        );
      return { at, rate };
    });
    if (curve.some(({ at }, index) => at < (curve[index - 1]?.at ?? 0)))
      throw new Error(`the points of plan.${name} must be in the order of their times`);
    return { kind: 'curve', curve };
  }
  const { perUser, until } = (value ?? {}) as { perUser?: unknown; until?: unknown };
  const [count, share] = [Number(perUser), Number(until)];
  if (!(count > 0 && share > 0 && share <= 1))
    throw new Error(`plan.${name} must be a list of points, or {perUser, until}`);
  return { kind: 'perUser', perUser: count, until: share };
}

/**
 * A wanted rate of the main operation scales every curve; without one, a run with fewer users than the file says has as much less to do.
 * What each user does once has its rate from the users.
 */
function scaledPlans(
  plans: Partial<Record<Planned, Plan>>,
  { main, rate, share }: { main: Planned; rate: number | null; share: number },
): Settings['plans'] {
  const mainPlan = plans[main];
  if (mainPlan === undefined) throw new Error(`plan has no ${main}, which is the main operation`);
  const highest = mainPlan.kind === 'curve' ? highestRate(mainPlan.curve) : null;
  const factor = rate === null || highest === null ? share : rate / highest;
  const result: Partial<Record<Planned, Plan>> = {};
  for (const [name, plan] of Object.entries(plans) as [Planned, Plan][]) {
    if (plan.kind === 'curve') result[name] = { kind: 'curve', curve: scaled(plan.curve, factor) };
    else if (name === main && rate !== null) result[name] = { kind: 'curve', curve: [{ at: 0, rate }] };
    else result[name] = plan;
  }
  return result;
}

/** About how many of the users have this ability: exact up to one user a group. */
export function ableTo(ability: Ability, { users, groups }: Pick<Settings, 'users' | 'groups'>): number {
  const total = groups.reduce((sum, { share }) => sum + share, 0);
  const able = groups.reduce((sum, { share, does }) => sum + (does.includes(ability) ? share : 0), 0);
  return Math.round((users * able) / total);
}

/** The rates of one operation when `able` users can do it. */
export function curveOf(plan: Plan, able: number, durationMs: number): Curve {
  if (plan.kind === 'curve') return plan.curve;
  const rate = (plan.perUser * able) / ((plan.until * durationMs) / 1000);
  return [
    { at: 0, rate },
    { at: plan.until, rate },
    { at: plan.until, rate: 0 },
  ];
}
