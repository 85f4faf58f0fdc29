import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How to tell that a started program is ready. Plain data: it is stored in the cluster file. */
export type Probe =
  /** A program without a port: it is ready as soon as it runs. */
  | { readonly kind: 'started' }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'redis'; readonly host: string; readonly port: number };

const ATTEMPT_MS = 1_000;
const INTERVAL_MS = 50;

async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Refused, reset and timed out all mean "not yet"; the caller's deadline bounds the wait.
    return false;
  }
}

/** Connects, sends `request` if there is one, and compares the first bytes of the response. */
function answersTcp(host: string, port: number, request?: string, expected?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (ok: boolean): void => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(ATTEMPT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('connect', () => (request === undefined ? finish(true) : socket.write(request)));
    socket.once('data', (bytes) => finish(expected !== undefined && bytes.toString().startsWith(expected)));
  });
}

/** One attempt. A Redis that still reads its append-only file responds with `-LOADING`, which is not ready. */
export async function answers(probe: Probe): Promise<boolean> {
  if (probe.kind === 'started') return true;
  if (probe.kind === 'http') return answersHttp(probe.url);
  if (probe.kind === 'redis') return answersTcp(probe.host, probe.port, 'PING\r\n', '+PONG');
  return answersTcp(probe.host, probe.port);
}

/**
 * Waits until `condition` holds.
 * @returns false when `timeoutMs` passed first.
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  intervalMs = INTERVAL_MS,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await delay(intervalMs);
  }
}
