import { parseOptions, parsePositive, parseWholeNumber } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { commandText } from '../../lab/runner/command-text.ts';
import { NETWORK_PROFILE_NAMES, type NetworkProfileName } from '../network/profiles.ts';

export interface FleetCommandOptions {
  readonly users: number;
  readonly minutes: number;
  readonly seed: number;
  readonly profile: NetworkProfileName | 'mixed';
  /** Address of a deployment; null: a cluster that the run starts. */
  readonly target: string | null;
  readonly reportDir: string | null;
  /** Print the plan as JSON, and run nothing. */
  readonly plan: boolean;
  readonly json: boolean;
  /** The command that repeats the run. */
  readonly command: string;
}

export const FLEET_DEFAULTS = { users: 100, minutes: 3 } as const;
const MOST_USERS = 5000;
const MOST_MINUTES = 120;
const MOST_SEED = 2 ** 32 - 1;

/** The arguments of `./rideline load fleet`. Without `--seed` one is chosen: it is printed. @throws UsageError */
export function parseFleetOptions(args: readonly string[], chooseSeed: () => number): FleetCommandOptions {
  const { values } = parseOptions(args, {
    users: { type: 'string', default: String(FLEET_DEFAULTS.users) },
    minutes: { type: 'string', default: String(FLEET_DEFAULTS.minutes) },
    seed: { type: 'string' },
    profile: { type: 'string', default: 'mixed' },
    target: { type: 'string' },
    report: { type: 'string' },
    plan: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const seed =
    values.seed === undefined ? chooseSeed() : parseWholeNumber('--seed', values.seed, 0, MOST_SEED);
  const hasSeed = values.seed !== undefined;
  return {
    users: parseWholeNumber('--users', values.users, 1, MOST_USERS),
    minutes: parsePositive('--minutes', values.minutes, MOST_MINUTES),
    seed,
    profile: profileOf(values.profile),
    target: values.target === undefined ? null : targetOf(values.target),
    reportDir: values.report ?? null,
    plan: values.plan,
    json: values.json,
    command: commandText('./rideline load fleet', [...args, ...(hasSeed ? [] : ['--seed', String(seed)])]),
  };
}

function profileOf(text: string): NetworkProfileName | 'mixed' {
  const names = ['mixed', ...NETWORK_PROFILE_NAMES] as const;
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`there is no network profile '${text}'`, `The profiles are ${names.join(', ')}`);
}

/** The proxies of the phones speak plain TCP: an address with TLS would need its certificate to be for loopback. */
function targetOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '' && url.username === '')
    return url.port === '' ? `${url.origin}:80` : url.origin;
  throw new UsageError(`'${text}' is not a target`, 'Give an http address, such as http://127.0.0.1:8080');
}
