import { type ProxiedConnection, startTcpProxy, type TcpProxy } from '@rideline/infra/proxy/tcp-proxy';
import { ClientFrames } from './client-frames.ts';
import { LinkDirection, linkModel } from './link-direction.ts';
import { Pipe } from './pipe.ts';
import type { InterruptionKind, NetworkProfileName } from './profiles.ts';
import { type WireConnection, WireFaults } from './wire-faults.ts';

export interface PhoneNetworkOptions {
  /** URL of the servers' front port. */
  readonly front: string;
  readonly profile: NetworkProfileName;
  /** Uniform in [0, 1); the delays follow from it and from what is sent. */
  readonly random: () => number;
}

export interface NetworkCounts {
  connections: number;
  /** Connections that ended because of the network. */
  broken: number;
  /** Connections that a server believes in and no phone has. */
  abandoned: number;
}

interface Connection extends ProxiedConnection {
  readonly up: Pipe;
  readonly down: Pipe;
  readonly wire: WireConnection;
  isAbandoned: boolean;
}

/** After the network is back, TCP's next try is up to as far away as the interruption was long (RFC 6298: the timeout doubles). */
const REPAIR_MOST_MS = 10_000;
/** A message that is held back for the next one is sent after this time at the latest. */
const HOLD_BACK_MS = 1000;
/** Connections without a phone that stay open until the server closes them; the oldest is closed beyond it. */
const ABANDONED_MOST = 8;

/**
 * The network of one phone: a TCP proxy on loopback in front of the servers, which the phone's app connects to. Differences from a real
 * one: the servers' kernels acknowledge at once what the proxy still holds, and the handshake of TCP itself is not lost (its round trip is
 * added to the first data).
 */
export class PhoneNetwork {
  readonly wire = new WireFaults();
  readonly counts: NetworkCounts = { connections: 0, broken: 0, abandoned: 0 };
  readonly #random: () => number;
  readonly #up: LinkDirection;
  readonly #down: LinkDirection;
  readonly #open = new Set<Connection>();
  #proxy: TcpProxy | undefined;
  #interruption: { readonly kind: InterruptionKind; readonly sinceMs: number } | null = null;
  #isSuspended = false;

  private constructor({ profile, random }: PhoneNetworkOptions) {
    this.#random = random;
    this.#up = new LinkDirection(linkModel(profile, 'up'), random);
    this.#down = new LinkDirection(linkModel(profile, 'down'), random);
  }

  static async open(options: PhoneNetworkOptions): Promise<PhoneNetwork> {
    const network = new PhoneNetwork(options);
    const { hostname, port } = new URL(options.front);
    network.#proxy = await startTcpProxy(
      { host: hostname, port: Number(port) },
      (connection) => network.#relay(connection),
      { endsTogether: false },
    );
    return network;
  }

  /** What the app connects to. */
  get url(): string {
    return `http://127.0.0.1:${this.#proxy?.port ?? 0}`;
  }

  get isInterrupted(): boolean {
    return this.#interruption !== null;
  }

  /** What has been sent and has not arrived, bytes. */
  get bytesUnderway(): number {
    return [...this.#open].reduce((sum, { up, down }) => sum + up.bytes + down.bytes, 0);
  }

  setProfile(profile: NetworkProfileName): void {
    this.#up.setModel(linkModel(profile, 'up'));
    this.#down.setModel(linkModel(profile, 'down'));
  }

  /** Begins an interruption, which replaces the one before it. */
  interrupt(kind: InterruptionKind): void {
    this.#interruption = { kind, sinceMs: performance.now() };
    if (kind === 'cut') this.#abandonAll();
    this.#applyHolds(0);
  }

  /** The network is back. Connections that do not survive are reset at both ends. @param survive share of them, 0 to 1 */
  restore(survive: number): void {
    if (this.#interruption === null) return;
    const lastedMs = performance.now() - this.#interruption.sinceMs;
    this.#interruption = null;
    for (const connection of this.#live()) {
      if (this.#random() < survive) continue;
      this.counts.broken++;
      connection.up.discard();
      connection.down.discard();
      connection.breakConnection();
    }
    this.#applyHolds(this.#random() * Math.min(REPAIR_MOST_MS, lastedMs));
  }

  /** Every fault ends at once: nothing is lost, held or delayed from now on. */
  heal(): void {
    this.#interruption = null;
    this.#isSuspended = false;
    this.setProfile('direct');
    this.#applyHolds(0);
    for (const { up, down } of this.#live()) {
      up.hasten();
      down.hasten();
    }
  }

  /** The operating system suspends the app: it reads and sends nothing, and its connections stay open. */
  suspend(): void {
    this.#isSuspended = true;
    this.#applyHolds(0);
  }

  resume(): void {
    this.#isSuspended = false;
    this.#applyHolds(0);
  }

  /** The app is gone: the operating system sends what was written and closes its connections. */
  loseApp(): void {
    for (const { client, down } of this.#live()) {
      down.discard();
      client.destroy();
    }
  }

  /** The phone is gone: its connections end without a word. */
  losePhone(): void {
    this.#abandonAll();
  }

  async close(): Promise<void> {
    for (const { up, down } of this.#open) {
      up.discard();
      down.discard();
    }
    await this.#proxy?.close();
  }

  #relay(ends: ProxiedConnection): void {
    if (this.#interruption?.kind === 'cut') {
      ends.breakConnection();
      return;
    }
    const { client, target } = ends;
    for (const socket of [client, target]) socket.setNoDelay(true);
    const nowMs = performance.now();
    // The connection's own handshake: one round trip.
    const startMs = nowMs + (this.#up.arrivalMs(0, nowMs) - nowMs) + (this.#down.arrivalMs(0, nowMs) - nowMs);
    const connection: Connection = {
      ...ends,
      up: new Pipe({ from: client, to: target, link: this.#up, isHeld: this.#holdsUp, startMs }),
      down: new Pipe({ from: target, to: client, link: this.#down, isHeld: this.#holdsDown, startMs }),
      wire: this.wire.onConnection(),
      isAbandoned: false,
    };
    this.#open.add(connection);
    this.counts.connections++;
    this.#listen(connection);
  }

  #listen(connection: Connection): void {
    const { client, target, up, down, wire } = connection;
    const frames = new ClientFrames();
    client.on('data', (chunk) => {
      for (const unit of frames.push(chunk)) for (const bytes of wire.pass(unit)) up.take(bytes);
      if (!wire.isHoldingBack) return;
      setTimeout(() => {
        for (const bytes of wire.flush()) up.take(bytes);
      }, HOLD_BACK_MS);
    });
    target.on('data', (chunk) => down.take(chunk));
    client.on('close', () => {
      for (const bytes of wire.flush()) up.take(bytes);
      if (!connection.isAbandoned) up.takeEnd();
      down.discard();
    });
    target.on('close', () => {
      this.#open.delete(connection);
      down.takeEnd();
      up.discard();
    });
  }

  #abandonAll(): void {
    for (const connection of this.#live()) {
      connection.isAbandoned = true;
      connection.up.discard();
      connection.down.discard();
      connection.client.destroy();
      this.counts.broken++;
      this.counts.abandoned++;
    }
    const abandoned = [...this.#open].filter(({ isAbandoned }) => isAbandoned);
    for (const { target } of abandoned.slice(0, -ABANDONED_MOST)) target.destroy();
  }

  #live(): Connection[] {
    return [...this.#open].filter(({ isAbandoned }) => !isAbandoned);
  }

  get #holdsUp(): boolean {
    const kind = this.#interruption?.kind;
    return this.#isSuspended || kind === 'black_hole' || kind === 'uplink_lost';
  }

  get #holdsDown(): boolean {
    const kind = this.#interruption?.kind;
    return this.#isSuspended || kind === 'black_hole' || kind === 'downlink_lost';
  }

  #applyHolds(afterMs: number): void {
    for (const { up, down } of this.#live()) {
      if (this.#holdsUp) up.hold();
      else up.release(afterMs);
      if (this.#holdsDown) down.hold();
      else down.release(afterMs);
    }
  }
}
