import type { ServerTime } from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';

/** Answer to `time`, from which a phone estimates the server's clocks. */
export function serverTime(clock: Clock): ServerTime {
  return { domainMs: clock.domainMs(), wallMs: clock.wallMs(), rate: clock.rate };
}
