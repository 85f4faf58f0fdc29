import { connect } from 'node:net';

const ANSWER_MS = 3_000;
const ANSWER_BYTES = 1_000_000;

/**
 * Sends one command to HAProxy's admin socket.
 * @returns its answer (empty when the command says nothing)
 * @throws Error when the socket does not answer
 */
export function haproxyCommand(adminSocket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(adminSocket);
    let answer = '';
    socket.setTimeout(ANSWER_MS, () =>
      socket.destroy(new Error('HAProxy does not answer on its admin socket')),
    );
    socket.once('error', reject);
    socket.once('connect', () => socket.end(`${command}\n`));
    socket.on('data', (bytes) => {
      answer += bytes.toString();
      if (answer.length > ANSWER_BYTES) socket.destroy(new Error('the answer of HAProxy is too long'));
    });
    socket.once('end', () => resolve(answer.trim()));
  });
}

/** A server as `show stat` tells it. */
export type BackendStatus = { readonly name: string; readonly status: string; readonly sessions: number };

/** Reads the CSV of `show stat`: the lines of servers, not of front ends and totals. */
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

/** The process id of the worker that has the admin socket: it changes with every reload. */
export async function workerPid(adminSocket: string): Promise<number> {
  const info = await haproxyCommand(adminSocket, 'show info');
  return Number(/^Pid: (\d+)$/m.exec(info)?.[1] ?? 0);
}

/**
 * Takes a gateway out of the choice for new clients (those with its cookie stay), or back in.
 * @throws Error with HAProxy's own words when there is no such server
 */
export async function setDrain(adminSocket: string, gateway: string, drained: boolean): Promise<void> {
  const answer = await haproxyCommand(
    adminSocket,
    `set server gateways/${gateway} state ${drained ? 'drain' : 'ready'}`,
  );
  if (answer !== '') throw new Error(`HAProxy: ${answer}`);
}
