import { allScenarios } from '@rideline/load/lab/scenarios/catalogue';
import { THRESHOLDS } from '@rideline/load/lab/scenarios/thresholds';

/** `docs/reference/load-scenarios.md`: the scenarios with their defaults, and what each of them is judged by. */
export const SCENARIO_HEAD = [
  'scenario',
  'what happens',
  'users',
  'minutes',
  'rate',
  'file in load/artillery',
  'thresholds',
];
export const THRESHOLD_HEAD = ['threshold', 'what', 'must be', 'measured by'];

const figure = (value: number): string => value.toLocaleString('en-GB');

const limitText = (limit: number, unit: string): string =>
  unit === 'share' ? `${figure(limit * 100)} %` : `${figure(limit)} ${unit}`;

export const scenarioRows = (): string[][] =>
  allScenarios().map(({ name, summary, defaults: { users, minutes, rate }, file, thresholds }) => [
    `\`${name}\``,
    summary,
    figure(users),
    figure(minutes),
    rate === null ? 'set by its users' : `${figure(rate)}/s`,
    `\`${file}\``,
    thresholds.map((id) => `\`${id}\``).join(', '),
  ]);

const SOURCES = { load: 'the generator', inside: "the servers' metrics" } as const;

export const thresholdRows = (): string[][] =>
  Object.entries(THRESHOLDS).map(([id, { what, unit, must, limit, source }]) => [
    `\`${id}\``,
    what,
    `${must} ${limitText(limit, unit)}`,
    SOURCES[source],
  ]);
