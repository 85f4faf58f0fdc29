import { type ErrorCode, LIMITS } from '@rideline/contract';
import { TokenBucket, type TokenRate, tokenRate } from '@rideline/platform/limits/token-bucket';
import { cutConnection, type EngineConnection } from '../wire/engine-connection.ts';
import type { ListenerContext } from './client-events.ts';
import { RefusalBudget } from './refusal-budget.ts';
import { VerificationQueue } from './verification-queue.ts';

/** Handshakes of one connection, successful ones too: a client joins each namespace once. */
const CONNECT_RATE: TokenRate = tokenRate(1, 10);
/** Handshakes of one connection that may be in progress: one for each namespace. */
const MAX_PENDING = 3;
/** Packets of a connection before its first successful handshake. An honest client sends a CONNECT packet, and maybe a pong. */
const MAX_PACKETS = 64;
/** First character of a Socket.IO CONNECT packet. */
const CONNECT = '0';

/** Refusals of a token that was genuine, or that had another cause than the client: they do not count against the client's network. */
const NOT_BY_NETWORK: ReadonlySet<ErrorCode> = new Set([
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'FORBIDDEN',
  'CONNECTION_LIMIT',
  'SCALE_003',
  'SCALE_006',
  'INTERNAL',
]);

interface Attempts {
  readonly network: string;
  readonly bucket: TokenBucket;
  packets: number;
  pending: number;
  /** Since the last success. */
  refused: number;
  succeeded: boolean;
  /** The connection is cut as soon as its refusal is written. */
  ending: boolean;
}

/**
 * Bounds what a client may do without a good token. A connection is closed after a few refused handshakes, unknown namespaces included. A
 * network has a budget of refusals; beyond it, each of its connections that has not shown a good token gets one handshake, verified in the
 * queue. So a good token always gets in, also behind a NAT shared with the attacker, and bad ones cost a bounded number of verifications.
 */
export class HandshakeAttempts {
  readonly #namespaces: ReadonlySet<string>;
  readonly #context: ListenerContext;
  readonly #attempts = new WeakMap<object, Attempts>();
  readonly #budget = new RefusalBudget();
  readonly #queue = new VerificationQueue();

  constructor(namespaces: readonly string[], context: ListenerContext) {
    this.#namespaces = new Set([...namespaces, '/']);
    this.#context = context;
  }

  /** Watches the packets of a new connection. Only packets that take the normal path arrive here, not the frames of fixes. */
  watch(connection: EngineConnection, network: string): void {
    const attempts: Attempts = {
      network,
      bucket: new TokenBucket(CONNECT_RATE),
      packets: 0,
      pending: 0,
      refused: 0,
      succeeded: false,
      ending: false,
    };
    this.#attempts.set(connection, attempts);
    connection.on('packet', ({ data }) => this.#onPacket(connection, attempts, data));
  }

  /** Resolves when the connection's token may be verified. @throws CodedError SCALE_003 when too many wait */
  async turn(connection: EngineConnection): Promise<void> {
    const attempts = this.#attempts.get(connection);
    if (attempts === undefined || attempts.succeeded) return;
    if (attempts.refused === 0 && !this.#isOverBudget(attempts)) return;
    const { gateway_handshakes_queued_total, gateway_handshakes_waiting } = this.#context.metrics;
    gateway_handshakes_queued_total.inc();
    try {
      const turn = this.#queue.turn(attempts.network);
      gateway_handshakes_waiting.set(this.#queue.size);
      await turn;
    } finally {
      gateway_handshakes_waiting.set(this.#queue.size);
    }
  }

  succeeded(connection: EngineConnection): void {
    const attempts = this.#attempts.get(connection);
    if (attempts === undefined) return;
    attempts.pending -= 1;
    attempts.refused = 0;
    attempts.succeeded = true;
  }

  refused(connection: EngineConnection, code: ErrorCode): void {
    this.#context.metrics.gateway_refused_total.inc({ stage: 'handshake', code });
    const attempts = this.#attempts.get(connection);
    if (attempts === undefined) return;
    attempts.pending -= 1;
    this.#countRefusal(connection, attempts, code);
  }

  #onPacket(connection: EngineConnection, attempts: Attempts, data: unknown): void {
    if (attempts.ending) connection.close();
    else if (!attempts.succeeded && ++attempts.packets > MAX_PACKETS)
      this.#refusePackets(connection, attempts, 'packets');
    else if (typeof data === 'string' && data.startsWith(CONNECT))
      this.#onConnect(connection, attempts, data);
  }

  #onConnect(connection: EngineConnection, attempts: Attempts, packet: string): void {
    const isKnown = this.#namespaces.has(namespaceOf(packet));
    if (!attempts.bucket.take(this.#context.wallMs()) || (isKnown && attempts.pending >= MAX_PENDING)) {
      this.#refusePackets(connection, attempts, 'connects');
      return;
    }
    if (isKnown) {
      if (namespaceOf(packet) !== '/') attempts.pending += 1;
      return;
    }
    this.#context.metrics.gateway_refused_total.inc({ stage: 'handshake', code: 'NOT_FOUND' });
    this.#countRefusal(connection, attempts, 'NOT_FOUND');
  }

  #countRefusal(connection: EngineConnection, attempts: Attempts, code: ErrorCode): void {
    attempts.refused += 1;
    if (!NOT_BY_NETWORK.has(code)) {
      this.#budget.spend(attempts.network, this.#context.wallMs());
      this.#context.metrics.gateway_refused_networks.set(this.#budget.size);
    }
    const most = this.#isOverBudget(attempts) ? 1 : LIMITS.refusedHandshakesPerSocket;
    if (attempts.refused >= most) this.#end(connection, attempts, 'refused');
  }

  #isOverBudget({ network, succeeded }: Attempts): boolean {
    return !succeeded && this.#budget.isSpent(network, this.#context.wallMs());
  }

  /** Engine.IO handles no further packet of a closing connection, also of those that it has already read. */
  #refusePackets(connection: EngineConnection, attempts: Attempts, reason: string): void {
    this.#end(connection, attempts, reason);
    connection.close();
  }

  /** Cuts the connection once the refusal is written. It does not wait for the client to read or to answer: it goes on sending meanwhile. */
  #end(connection: EngineConnection, attempts: Attempts, reason: string): void {
    if (attempts.ending) return;
    attempts.ending = true;
    this.#context.metrics.gateway_strangers_closed_total.inc({ reason });
    setImmediate(() => cutConnection(connection));
  }
}

/** `0/driver,{…}`: the namespace ends at the first comma; none is the root namespace. */
function namespaceOf(packet: string): string {
  if (packet[1] !== '/') return '/';
  const end = packet.indexOf(',');
  return end < 0 ? packet.slice(1) : packet.slice(1, end);
}
