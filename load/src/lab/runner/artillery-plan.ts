import { join, resolve } from 'node:path';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ArtilleryLaunch } from './artillery-child.ts';
import type { ArtilleryProgram } from './artillery-install.ts';
import type { LoadSettings } from './load-settings.ts';

export interface PlanFolders {
  /** load/artillery, where the scenarios are. */
  readonly artillery: string;
  /** Of this run, removed at its end. */
  readonly work: string;
}

/**
 * One launch for each generator process. They share users and rate; each takes rows of its own from the tokens, and one of the fronts.
 * The variables are those of load/artillery/README.md.
 */
export function artilleryLaunches(options: {
  readonly scenario: Scenario;
  readonly settings: LoadSettings;
  readonly program: ArtilleryProgram;
  readonly folders: PlanFolders;
  readonly urls: readonly string[];
  /** The generators' RIDELINE_TOKENS: absolute paths, since they run in another folder than their caller. Null: users register. */
  readonly tokenFiles: string | null;
  /** Whether the generators write down what they did, for `--check`. */
  readonly journal: boolean;
}): ArtilleryLaunch[] {
  const { scenario, settings, program, folders, urls, tokenFiles, journal } = options;
  const generators = generatorsOf(scenario, settings.users);
  const shares = sharesOf(settings.users, generators);
  return shares.map((users, index) => {
    const part = generators === 1 ? 'artillery' : `artillery-${index + 1}`;
    return {
      part,
      command: process.execPath,
      args: [
        program.entry,
        'run',
        ...['-e', 'sized', '--target', urls[index % urls.length] ?? ''],
        join(folders.artillery, scenario.file),
      ],
      cwd: folders.artillery,
      env: {
        RIDELINE_USERS: String(users),
        RIDELINE_MINUTES: String(settings.minutes),
        ...(settings.rate === null
          ? {}
          : { RIDELINE_RATE: String((settings.rate * users) / settings.users) }),
        RIDELINE_TRANSPORT: settings.transport,
        RIDELINE_FIRST_USER: String(shares.slice(0, index).reduce((sum, count) => sum + count, 0)),
        ...(settings.seed === null ? {} : { RIDELINE_SEED: settings.seed }),
        ...(tokenFiles === null ? {} : { RIDELINE_TOKENS: tokenFiles }),
        ...(journal ? { RIDELINE_JOURNAL: join(journalDirOf(folders.work), `${part}.ndjson`) } : {}),
      },
      recordFile: join(folders.work, `${part}.record.ndjson`),
      logFile: join(folders.work, `${part}.log`),
    };
  });
}

/** Users for whom one generator, and one HAProxy in front of the cluster, is enough on any machine. */
const USERS_OF_ONE = 5000;

/** Artillery processes of a run: as the scenario says at its full size, fewer for fewer users. */
export const generatorsOf = ({ generators }: Scenario, users: number): number =>
  Math.min(generators, Math.ceil(users / USERS_OF_ONE));

/** The paths of the caller's RIDELINE_TOKENS as the generators can open them; null when it names none. @param cwd the caller's folder */
export function givenTokenFiles(
  { RIDELINE_TOKENS: given = '' }: NodeJS.ProcessEnv,
  cwd: string,
): string | null {
  const paths = given.split(',').filter((path) => path !== '');
  return paths.length === 0 ? null : paths.map((path) => resolve(cwd, path)).join(',');
}

/** Null when the caller's tokens are used, or there are none. */
export const ignoredTokensNote = (env: NodeJS.ProcessEnv, signsTokens: boolean): string | null =>
  signsTokens && givenTokenFiles(env, '/') !== null
    ? 'RIDELINE_TOKENS is ignored: the tokens of this run are signed with the keys of the deployment'
    : null;

export const journalDirOf = (work: string): string => join(work, 'journal');

/** Users of each generator: equal, the first ones with one more. */
function sharesOf(users: number, generators: number): number[] {
  return Array.from(
    { length: generators },
    (_, index) => Math.floor(users / generators) + (index < users % generators ? 1 : 0),
  );
}

/** Variables that change a scenario without being one of the runner's options. */
const OVERRIDES = [
  'RIDELINE_FIRST_USER',
  'RIDELINE_CENTRE',
  'RIDELINE_CONNECTS_PER_SECOND',
  'RIDELINE_RIDE_SECONDS',
  'RIDELINE_UPLOAD_BYTES',
  'RIDELINE_ACK_TIMEOUT_SECONDS',
  'RIDELINE_HTTP_TIMEOUT_SECONDS',
] as const;
const MOST_VALUE = 200;

/** Those that are set: the report has them, because a run with others measures something else. */
export const scenarioOverrides = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value.slice(0, MOST_VALUE)]];
    }),
  );
