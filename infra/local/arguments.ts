import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error.ts';
import { MAX_SCALE, PROCESS_ROLES, type ProcessRole, type Scale } from './process-specs.ts';
import type { AppendFsync } from './servers/managed-server.ts';

const HELP = 'See ./rideline help';

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

/**
 * `parseArgs` of Node, with its complaints as launch errors.
 * @throws LaunchError for an unknown option, a missing value, too many words
 */
export function parseOptions<const O extends NonNullable<Options>>(
  args: readonly string[],
  options: O,
  words = 0,
) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: words > 0, strict: true });
    if (parsed.positionals.length > words)
      throw new Error(`there is no place for '${parsed.positionals[words]}'`);
    return parsed;
  } catch (error) {
    const [firstSentence = ''] = (error as Error).message.split('. ');
    throw new LaunchError(firstSentence.replace(/\.$/, ''), HELP);
  }
}

/** A TCP port to listen on. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new LaunchError(`'${text}' is no port`, 'Give a number from 1 to 65535');
  return port;
}

/** `gateway=3,api=2` (also `gateways=3`). */
export function parseScale(text: string): Partial<Scale> {
  const scale: Partial<Record<ProcessRole, number>> = {};
  for (const part of text.split(',')) {
    const [name = '', count = ''] = part.trim().split('=');
    const role = PROCESS_ROLES.find((known) => known === name || `${known}s` === name);
    if (!role)
      throw new LaunchError(`there is no role '${name}' to scale`, `There are ${PROCESS_ROLES.join(', ')}`);
    if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > MAX_SCALE) {
      throw new LaunchError(`'${part.trim()}' is no scale`, `Give ${role}=1 to ${role}=${MAX_SCALE}`);
    }
    scale[role] = Number(count);
  }
  return scale;
}

export function parseFsync(text: string): AppendFsync {
  if (text === 'everysec' || text === 'always') return text;
  throw new LaunchError(`'${text}' is no way to flush`, 'Give --fsync everysec or --fsync always');
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30s`, `15m`, `12h`, `7d` or plain seconds. */
export function parseSeconds(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  const seconds = match ? Number(match[1]) * (UNIT_SECONDS[match[2] || 's'] ?? 1) : 0;
  if (seconds < 1) throw new LaunchError(`'${text}' is no duration`, 'Give 30s, 15m, 12h or 7d');
  return seconds;
}
