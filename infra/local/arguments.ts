import { parseArgs } from 'node:util';
import { UsageError } from './launch-error.ts';
import { MAX_SCALE, PROCESS_ROLES, type ProcessRole, type Scale } from './process-specs.ts';
import type { AppendFsync } from './servers/managed-server.ts';

const HELP = 'See ./rideline help';

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

/**
 * Node's `parseArgs`, with its errors as usage errors.
 * @param maxPositionals how many arguments besides options the command takes at most
 * @throws UsageError for an unknown option, a missing value, an argument too many
 */
export function parseOptions<const O extends NonNullable<Options>>(
  args: readonly string[],
  options: O,
  maxPositionals = 0,
) {
  try {
    const parsed = parseArgs({
      args: [...args],
      options,
      allowPositionals: maxPositionals > 0,
      strict: true,
    });
    if (parsed.positionals.length > maxPositionals)
      throw new Error(`unexpected argument '${parsed.positionals[maxPositionals]}'`);
    return parsed;
  } catch (error) {
    const [firstSentence = ''] = (error as Error).message.split('. ');
    const problem = `${firstSentence.charAt(0).toLowerCase()}${firstSentence.slice(1)}`;
    throw new UsageError(problem.replace(/\.$/, ''), HELP);
  }
}

/** A TCP port to listen on. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new UsageError(`'${text}' is not a port`, 'Give a number from 1 to 65535');
  return port;
}

/** `gateway=3,api=2` (also `gateways=3`). */
export function parseScale(text: string): Partial<Scale> {
  const scale: Partial<Record<ProcessRole, number>> = {};
  for (const part of text.split(',')) {
    const [name = '', count = ''] = part.trim().split('=');
    const role = PROCESS_ROLES.find((known) => known === name || `${known}s` === name);
    if (!role)
      throw new UsageError(
        `there is no role '${name}' to scale`,
        `The roles are ${PROCESS_ROLES.join(', ')}`,
      );
    if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > MAX_SCALE) {
      throw new UsageError(`'${part.trim()}' is not a scale`, `Give ${role}=1 to ${role}=${MAX_SCALE}`);
    }
    scale[role] = Number(count);
  }
  return scale;
}

export function parseFsync(text: string): AppendFsync {
  if (text === 'everysec' || text === 'always') return text;
  throw new UsageError(`'${text}' is not a flush mode`, 'Give --fsync everysec or --fsync always');
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30s`, `15m`, `12h`, `7d` or plain seconds. */
export function parseSeconds(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  const seconds = match ? Number(match[1]) * (UNIT_SECONDS[match[2] || 's'] ?? 1) : 0;
  if (seconds < 1) throw new UsageError(`'${text}' is not a duration`, 'Give 30s, 15m, 12h or 7d');
  return seconds;
}

/** A whole number from `least` to `most`. @param option named in the error: `--count` */
export function parseWholeNumber(
  option: string,
  text: string,
  least = 1,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new UsageError(`${option}: '${text}' is not a valid number`, `Give a whole number, ${range}`);
}

/** A number above 0, fractions allowed. @param option named in the error: `--speed` */
export function parsePositive(option: string, text: string, most = Number.MAX_VALUE): number {
  const number = Number(text);
  if (number > 0 && number <= most) return number;
  const range = most === Number.MAX_VALUE ? 'above 0' : `above 0, at most ${most}`;
  throw new UsageError(`${option}: '${text}' is not a valid number`, `Give a number ${range}`);
}
