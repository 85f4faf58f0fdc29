import type { ServerTime } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';

/** What a phone estimates server time from. */
export function serverTime(clock: Clock): ServerTime {
  return { domainMs: clock.domainMs(), wallMs: clock.wallMs(), rate: clock.rate };
}
