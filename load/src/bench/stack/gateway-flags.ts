import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';

/**
 * The V8 flags that a gateway runs with. Bare Socket.IO gets the same flags, so that the comparison shows what a gateway does and not a
 * flag (decisions 0034 and 0133).
 */
export function gatewayFlags(): readonly string[] {
  return JSON.parse(readFileSync(join(ROOT, 'realtime/v8-flags.json'), 'utf8')) as string[];
}
