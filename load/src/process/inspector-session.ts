import { setTimeout as delay } from 'node:timers/promises';

/**
 * The inspector of a running Node process, opened by SIGUSR1: the process needs no code for it. `port` is the port that the process was
 * started with (`--inspect-port`), so that two inspected processes do not compete for Node's default 9229.
 */
export interface InspectorSession {
  /** Sends one command of the DevTools protocol. Rejects with the inspector's error, or when it does not answer in time. */
  send<Answer>(method: string, params?: object): Promise<Answer>;
  close(): void;
}

/**
 * Node's options for it. All processes of a cluster may get them: only the process that receives the signal listens. `http` keeps its
 * address off stderr.
 */
export const inspectable = (port: number): readonly string[] => [
  `--inspect-port=127.0.0.1:${port}`,
  '--inspect-publish-uid=http',
];

const OPEN_DEADLINE_MS = 10_000;
const RETRY_MS = 50;
const ANSWER_DEADLINE_MS = 30_000;

/** @throws Error when the inspector does not open in time, or belongs to another process */
export async function openInspector(options: {
  pid: number;
  port: number;
  signal: AbortSignal;
}): Promise<InspectorSession> {
  process.kill(options.pid, 'SIGUSR1');
  const session = await connect(await inspectorUrl(options.port, options.signal));
  const owner = await session.send<{ result: { value: number } }>('Runtime.evaluate', {
    expression: 'process.pid',
  });
  if (owner.result.value === options.pid) return session;
  session.close();
  throw new Error(`port ${options.port} belongs to process ${owner.result.value}, not to ${options.pid}`);
}

async function inspectorUrl(port: number, signal: AbortSignal): Promise<string> {
  const deadline = Date.now() + OPEN_DEADLINE_MS;
  let cause: unknown;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(`http://127.0.0.1:${port}/json/list`, {
        signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
      });
      const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch (error) {
      cause = error;
    }
    await delay(RETRY_MS, undefined, { signal });
  }
  throw new Error(`no inspector opened on port ${port}`, { cause });
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

async function connect(url: string): Promise<InspectorSession> {
  const socket = new WebSocket(url);
  const pending = new Map<number, Pending>();
  const settle = (id: number, finish: (waiting: Pending) => void) => {
    const waiting = pending.get(id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    pending.delete(id);
    finish(waiting);
  };
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Reply;
    settle(id ?? 0, ({ resolve, reject }) => (error ? reject(new Error(error.message)) : resolve(result)));
  });
  socket.addEventListener('close', () => {
    for (const id of pending.keys())
      settle(id, ({ reject }) => reject(new Error('the inspector closed the session')));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${url}`)), { once: true });
  });
  let last = 0;
  return {
    send: (method, params = {}) =>
      new Promise<never>((resolve, reject) => {
        const id = ++last;
        const onLate = () => settle(id, () => reject(new Error(`the inspector did not answer ${method}`)));
        pending.set(id, { resolve, reject, timer: setTimeout(onLate, ANSWER_DEADLINE_MS) });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}

/** Events have no id. */
interface Reply {
  readonly id?: number;
  readonly result: never;
  readonly error?: { readonly message: string };
}
