import { Agent, request } from 'node:http';
import { quantile } from '../spread.ts';

/** One call, prepared in full: a POST when it has a body, otherwise a GET. */
export interface PlannedCall {
  readonly path: string;
  readonly token: string;
  readonly body?: object;
}

/** The outcome of calls at one rate. Latencies count from when a call was due, not from when it was sent. */
export interface CallFigures {
  readonly ratePerSecond: number;
  readonly sent: number;
  /** By HTTP status, or `failed` when there was no answer. */
  readonly answers: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
  /** Parsed bodies of the answers below 300, in the calls' order; null for the others. */
  readonly bodies: readonly (Record<string, unknown> | null)[];
}

export interface Caller {
  /** Open loop: calls are due by the clock, whatever the server does. Resolves when all are answered. */
  call(calls: readonly PlannedCall[], ratePerSecond: number): Promise<CallFigures>;
  close(): void;
}

const TICK_MS = 5;
const ANSWER_MS = 15_000;
const SOCKETS = 512;

interface Answer {
  readonly status: string;
  readonly ms: number;
  readonly body: Record<string, unknown> | null;
}

export function createCaller(url: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  return {
    async call(calls, ratePerSecond) {
      const answers = await atRate(calls, ratePerSecond, (call, dueAt) => one(agent, url, call, dueAt));
      return figuresOf(answers, ratePerSecond);
    },
    close: () => agent.destroy(),
  };
}

function atRate(
  calls: readonly PlannedCall[],
  ratePerSecond: number,
  make: (call: PlannedCall, dueAt: number) => Promise<Answer>,
): Promise<Answer[]> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const made: Promise<Answer>[] = [];
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) * ratePerSecond) / 1000);
      while (made.length < Math.min(due, calls.length)) {
        const dueAt = startedAt + (made.length * 1000) / ratePerSecond;
        made.push(make(calls[made.length] as PlannedCall, dueAt));
      }
      if (made.length < calls.length) return;
      clearInterval(timer);
      resolve(Promise.all(made));
    }, TICK_MS);
  });
}

function one(agent: Agent, url: string, { path, token, body }: PlannedCall, dueAt: number): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (status: string, text: string | null) =>
      resolve({ status, ms: performance.now() - dueAt, body: text ? JSON.parse(text) : null });
    const content = body === undefined ? undefined : JSON.stringify(body);
    const call = request(url + path, {
      agent,
      method: content === undefined ? 'GET' : 'POST',
      timeout: ANSWER_MS,
      headers: {
        authorization: `Bearer ${token}`,
        ...(content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      },
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', () => end('failed', null));
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => end('failed', null));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        end(String(status), status < 300 ? Buffer.concat(chunks).toString() : null);
      });
    });
    call.end(content);
  });
}

function figuresOf(answers: readonly Answer[], ratePerSecond: number): CallFigures {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  const latencies = answers.map(({ ms }) => ms);
  return {
    ratePerSecond,
    sent: answers.length,
    answers: counts,
    p50Ms: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    p99Ms: quantile(latencies, 0.99),
    mostMs: quantile(latencies, 1),
    bodies: answers.map(({ body }) => body),
  };
}
