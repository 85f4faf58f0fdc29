import { parseOptions, parsePositive, parseWholeNumber } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { DEFAULT_VARIANTS, parseVariants, type Variant } from '../baseline/variants.ts';
import { SCENARIO_NAMES, scenarioOf } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { commandText } from './command-text.ts';
import type { LoadSettings } from './load-settings.ts';
import { PLUG_INS } from './plug-ins.ts';

export interface LoadOptions {
  readonly scenario: Scenario;
  readonly settings: LoadSettings;
  /** Of the deployment that is loaded; null: a cluster that the run starts. */
  readonly target: string | null;
  /** Absolute or relative to the current folder; null: a new folder under .rideline/load. */
  readonly reportDir: string | null;
  readonly check: boolean;
  /** The stacks that get the same load in turn; null: no comparison. */
  readonly variants: readonly Variant[] | null;
  readonly json: boolean;
  /** The command that repeats the run. */
  readonly command: string;
}

const MOST_USERS = 200_000;
const MOST_MINUTES = 24 * 60;
const MOST_RATE = 1_000_000;
const MOST_SEED = 200;

/**
 * The arguments of `./rideline load NAME`, checked before anything is installed or started.
 * @throws UsageError
 */
export function parseLoadOptions(args: readonly string[]): LoadOptions {
  const { values, positionals } = parseOptions(
    args,
    {
      target: { type: 'string' },
      users: { type: 'string' },
      minutes: { type: 'string' },
      rate: { type: 'string' },
      report: { type: 'string' },
      transport: { type: 'string', default: 'websocket' },
      seed: { type: 'string' },
      check: { type: 'boolean', default: false },
      baseline: { type: 'boolean', default: false },
      variants: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [name] = positionals;
  if (name === undefined)
    throw new UsageError('load needs a name', `The scenarios are ${SCENARIO_NAMES.join(', ')}`);
  const scenario = scenarioOf(name);
  if (scenario === undefined)
    throw new UsageError(
      `there is no load scenario '${name}'`,
      `The scenarios are ${SCENARIO_NAMES.join(', ')}`,
    );
  const { defaults } = scenario;
  const options: LoadOptions = {
    scenario,
    settings: {
      users:
        values.users === undefined
          ? defaults.users
          : parseWholeNumber('--users', values.users, 1, MOST_USERS),
      minutes:
        values.minutes === undefined
          ? defaults.minutes
          : parsePositive('--minutes', values.minutes, MOST_MINUTES),
      rate: rateOf(scenario, values.rate, values.users),
      transport: transportOf(values.transport),
      seed: seedOf(values.seed),
    },
    target: values.target === undefined ? null : targetOf(values.target),
    reportDir: values.report ?? null,
    check: values.check,
    variants: variantsOf(values),
    json: values.json,
    command: commandText('./rideline load', args),
  };
  refuseContradictions(options);
  return options;
}

/** Without `--rate`, fewer or more users than the default send in proportion. */
function rateOf(
  { name, defaults }: Scenario,
  text: string | undefined,
  users: string | undefined,
): number | null {
  if (text !== undefined) {
    if (defaults.rate === null)
      throw new UsageError(`${name} has no rate`, 'Its users decide how much is sent: give --users');
    return parsePositive('--rate', text, MOST_RATE);
  }
  if (defaults.rate === null || users === undefined) return defaults.rate;
  return (defaults.rate * Number(users)) / defaults.users;
}

function transportOf(text: string): LoadSettings['transport'] {
  if (text === 'websocket' || text === 'polling') return text;
  throw new UsageError(
    `there is no transport '${text}'`,
    'Give --transport websocket or --transport polling',
  );
}

function seedOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.length >= 1 && text.length <= MOST_SEED) return text;
  throw new UsageError('--seed is empty or too long', `Give up to ${MOST_SEED} characters`);
}

function targetOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '';
  if (isPlain) return url.origin;
  throw new UsageError(
    `'${text}' is not a target`,
    'Give the address of the front, such as http://127.0.0.1:8080',
  );
}

function variantsOf(values: { baseline: boolean; variants?: string | undefined }): readonly Variant[] | null {
  if (values.variants === undefined) return values.baseline ? DEFAULT_VARIANTS : null;
  if (!values.baseline) throw new UsageError('--variants needs --baseline', 'Give both');
  return parseVariants(values.variants);
}

function refuseContradictions({ scenario, target, check, variants }: LoadOptions): void {
  if (target !== null && scenario.special === 'chaos')
    throw new UsageError(
      `${scenario.name} breaks servers and runs only against a cluster of its own`,
      'Leave --target out',
    );
  if (target !== null && variants !== null)
    throw new UsageError('--baseline starts its own stacks', 'Leave --target or --baseline out');
  if (variants !== null && scenario.special === 'chaos')
    throw new UsageError('--baseline compares loads without faults', 'Take combined');
  if (check && PLUG_INS.check === null)
    throw new UsageError('--check is not available in this version', 'Leave it out');
  if (variants !== null && scenario.needs.s3)
    throw new UsageError(
      `${scenario.name} uploads documents, which the baseline stacks do not take`,
      'Take a scenario without uploads, such as baseline',
    );
}
