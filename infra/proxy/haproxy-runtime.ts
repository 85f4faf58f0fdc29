import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const ANSWER_BYTES = 1_000_000;

/**
 * Sends one command to HAProxy's admin socket.
 * @returns its response, empty for a command without one
 * @throws Error when the socket does not respond
 */
export function haproxyCommand(adminSocket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(adminSocket);
    let answer = '';
    socket.setTimeout(ANSWER_MS, () =>
      socket.destroy(new Error('HAProxy does not respond on its admin socket')),
    );
    socket.once('error', reject);
    socket.once('connect', () => socket.end(`${command}\n`));
    socket.on('data', (bytes) => {
      answer += bytes.toString();
      if (answer.length > ANSWER_BYTES) socket.destroy(new Error('the response of HAProxy is too long'));
    });
    socket.once('end', () => resolve(answer.trim()));
  });
}

/** The response; null before HAProxy has made its admin socket, which it does after the port answers, and while a reload replaces it. */
export async function nullWhileAway<T>(response: Promise<T>): Promise<T | null> {
  try {
    return await response;
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null;
    throw error;
  }
}

/** A server in the output of `show stat`. */
export type BackendStatus = { readonly name: string; readonly status: string; readonly sessions: number };

/** Parses the CSV of `show stat`: the lines of servers, without those of front ends and totals. */
export function parseStat(csv: string): BackendStatus[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.replace(/^# /, '').split(',');
  const at = (name: string): number => columns.indexOf(name);
  const [server, status, sessions] = [at('svname'), at('status'), at('scur')];
  return lines
    .map((line) => line.split(','))
    .filter((cells) => !['FRONTEND', 'BACKEND'].includes(cells[server] ?? ''))
    .map((cells) => ({
      name: cells[server] ?? '',
      status: cells[status] ?? '',
      sessions: Number(cells[sessions]),
    }));
}

export async function backendStatus(adminSocket: string): Promise<BackendStatus[]> {
  return parseStat(await haproxyCommand(adminSocket, 'show stat'));
}

/** Process id of the worker that serves the admin socket; it changes with every reload. */
export async function workerPid(adminSocket: string): Promise<number> {
  const info = await haproxyCommand(adminSocket, 'show info');
  return Number(/^Pid: (\d+)$/m.exec(info)?.[1] ?? 0);
}

/**
 * Stops sending new clients to a gateway (clients with its cookie stay), or starts again.
 * @throws Error with HAProxy's message when there is no such server
 */
export async function setDrain(adminSocket: string, gateway: string, drained: boolean): Promise<void> {
  const answer = await haproxyCommand(
    adminSocket,
    `set server gateways/${gateway} state ${drained ? 'drain' : 'ready'}`,
  );
  if (answer !== '') throw new Error(`HAProxy: ${answer}`);
}
