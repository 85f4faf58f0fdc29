import { type BootId, LIMITS, type LocationAck } from '@rideline/contract';
import type { AnySocket } from '../socket/socket-data.ts';
import { directEvent, sendDirectly } from '../wire/direct-send.ts';
import type { AckDue } from './ack-wheel.ts';
import type { BootProgress } from './boot-progress.ts';
import type { DriverBoots } from './driver-boots.ts';
import type { DriverContext } from './driver-context.ts';
import type { FrameOwner, PendingFrame } from './pending-frame.ts';

/** Acknowledges a driver's fixes: a frame's own acknowledgement after its append, and the cumulative `location:ack`. */
export class FixAcknowledgements implements AckDue, FrameOwner {
  ackScheduled = false;
  /** Frames passed to the log that are not in it yet; the intake counts up, `onAppended` counts down. */
  framesInFlight = 0;
  readonly #socket: AnySocket;
  readonly #context: DriverContext;
  readonly #boots: DriverBoots;

  constructor(socket: AnySocket, context: DriverContext, boots: DriverBoots) {
    this.#socket = socket;
    this.#context = context;
    this.#boots = boots;
  }

  /** The acknowledgement of the newest boot, null before one is known. */
  get newest(): LocationAck | null {
    return this.#boots.ack();
  }

  /** The frame is in the log. */
  onAppended({ received, ack }: PendingFrame): void {
    if (received !== null || ack !== null) this.framesInFlight--;
    if (received !== null) {
      const { progress, from, to, others } = received;
      progress.receive(from, to, others);
      progress.unacked += received.fixes;
    }
    if (!this.#socket.connected) return;
    ack?.({ ok: true });
    if (received === null) return;
    if (received.refused || received.progress.unacked >= LIMITS.ackEveryFixes) this.send(received.progress);
    else this.#context.ackWheel.schedule(this);
  }

  /**
   * The log was restarted and may have lost its end, or the driver hash was lost and with it what was durable above the prefix: acknowledges
   * only what is durable, so that the phone sends the rest again.
   */
  acknowledgeOnlyDurable(): void {
    if (!this.#socket.connected) return;
    for (const progress of this.#boots.seen) {
      progress.forgetLogged();
      this.send(progress);
    }
  }

  ackDue(): void {
    if (!this.#socket.connected) return;
    for (const progress of this.#boots.seen) if (progress.unacked > 0) this.send(progress);
  }

  /** More of a boot is in MongoDB: the next acknowledgement carries it. @returns false when that was known */
  onDurable(boot: BootId, durable: number): boolean {
    const progress = this.#boots.find(boot);
    if (!progress?.raiseDurable(durable)) return false;
    progress.unacked ||= 1;
    this.#context.ackWheel.schedule(this);
    return true;
  }

  send(progress: BootProgress): void {
    progress.unacked = 0;
    this.#context.counters.acks++;
    sendDirectly(this.#socket, directEvent(this.#socket.nsp.name, 'location:ack', progress.ack()));
  }
}
