import type { SdkClock } from '../time/clock.ts';
import type { Connection } from './connection.ts';

/** How long an open connection may take to show that it lives, ms. */
export const PROBE_MS = 2000;

/** What is needed of a connection. `heard` rises with everything that arrives. */
export type ProbedConnection = Pick<Connection, 'request' | 'heard'>;

/**
 * Asks the server something and waits `PROBE_MS` for an answer: after sleep a socket says "connected" although its other end is gone
 * (socket.io-client-swift issue 1513). Anything else that arrives meanwhile shows the same, on a network that is too slow for the answer.
 */
export function isAlive(connection: ProbedConnection, clock: SdkClock): Promise<boolean> {
  const heardBefore = connection.heard;
  return new Promise((resolve) => {
    const cancel = clock.after(PROBE_MS, () => resolve(connection.heard > heardBefore));
    void connection.request('time', {}, PROBE_MS).then(() => {
      if (connection.heard === heardBefore) return;
      cancel();
      resolve(true);
    });
  });
}
