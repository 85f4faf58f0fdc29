import type { RestClient } from '@rideline/sdk/rider';

/** The server's clock: in a replay it is far from now and runs faster. */
export interface ServerTime {
  /** ms of the server's clock in a ms. */
  readonly rate: number;
  /** The server's clock now, epoch ms. */
  now(): number;
}

export const REAL_TIME: ServerTime = { rate: 1, now: () => Date.now() };

/** A device's clock may be wrong by hours, or by a wrong date of yesterday or tomorrow; a recorded day is further away. */
const SAME_TIME_MS = 2 * 86_400_000;

/** Whether the server plays a recorded day: at another rate, or at another time. */
export function isReplay({ rate, now }: ServerTime, deviceNow = Date.now()): boolean {
  return rate !== 1 || Math.abs(now() - deviceNow) > SAME_TIME_MS;
}

/** @throws TypeError without a network */
export async function readServerTime(rest: RestClient): Promise<ServerTime> {
  const sentMs = performance.now();
  const { data } = await rest.GET('/v1/time');
  if (data === undefined) return REAL_TIME;
  const { domainMs, rate } = data;
  // The server read its clock somewhere between request and answer.
  const readMs = (sentMs + performance.now()) / 2;
  return { rate, now: () => domainMs + (performance.now() - readMs) * rate };
}
