import { randomUUID } from 'node:crypto';
import type { DriverAction, OfferAnswer, TripStatus } from '@rideline/contract';
import type { JournalNote } from '../../src/simulation/journal.ts';
import { OperationFailed } from './codes.ts';
import type { Connection } from './connection.ts';
import type { Lab } from './lab.ts';
import { untilFinal } from './repeat.ts';

/** A command that the server cannot answer is repeated for so long. */
const COMMAND_MS = 120_000;
/** An answer to an offer is of no use after the offer's window. */
const ANSWER_MS = 20_000;
/** The trip has changed meanwhile: another driver was faster, or the rider cancelled. */
const OVERTAKEN = ['GONE', 'CONFLICT', 'ILLEGAL_TRANSITION', 'NOT_FOUND'];

/** A driver's commands: each has an id that is made once, and is repeated under it until the answer is final. */
export class DriverCommands {
  readonly #lab: Lab;
  readonly #driverId: string;
  readonly #connection: Connection;

  constructor(lab: Lab, driverId: string, connection: Connection) {
    this.#lab = lab;
    this.#driverId = driverId;
    this.#connection = connection;
  }

  /** @throws OperationFailed */
  async answerOffer(offer: { offerId: string; tripId: string }, dueMs: number): Promise<TripStatus> {
    const { recorder, nowMs, settings } = this.#lab;
    const commandId = randomUUID();
    this.#given(commandId, 'accept', offer.tripId, offer.offerId);
    recorder.count('operations.sent');
    const body = { commandId, offerId: offer.offerId, accept: true } as unknown as OfferAnswer;
    const status = await this.#run(commandId, () =>
      untilFinal(
        {
          operation: 'offer.answer',
          recorder,
          nowMs,
          untilMs: dueMs + ANSWER_MS,
          connection: this.#connection,
          expected: OVERTAKEN,
        },
        () => this.#connection.call<TripStatus>('offer:answer', body, settings.ackTimeoutMs),
      ),
    );
    recorder.observe('offer.answer', nowMs() - dueMs);
    return status;
  }

  /** @throws OperationFailed; ILLEGAL_TRANSITION also while a queued trip is not the driver's ride yet */
  async onTrip(tripId: string, action: DriverAction, dueMs: number): Promise<TripStatus> {
    const { recorder, nowMs, settings, clock } = this.#lab;
    const commandId = randomUUID();
    this.#given(commandId, action === 'cancel' ? 'driver_cancel' : action, tripId, null);
    recorder.count('operations.sent');
    const body = { commandId, tripId, action, at: Math.round(clock.domainAt(dueMs)) };
    const status = await this.#run(commandId, () =>
      untilFinal(
        {
          operation: 'trip.command',
          recorder,
          nowMs,
          untilMs: dueMs + COMMAND_MS,
          connection: this.#connection,
          expected: OVERTAKEN,
        },
        () => this.#connection.call<TripStatus>('trip:command', body, settings.ackTimeoutMs),
      ),
    );
    recorder.observe('command.ack', nowMs() - dueMs);
    return status;
  }

  static isOvertaken(error: unknown): boolean {
    return error instanceof OperationFailed && OVERTAKEN.includes(error.code);
  }

  async #run(commandId: string, command: () => Promise<TripStatus>): Promise<TripStatus> {
    const about = { kind: 'command.ended', userId: this.#driverId, commandId } as const;
    try {
      const { state, version, ...rest } = await command();
      this.#lab.note({ ...about, outcome: { ok: true, status: null, state, version } });
      return { state, version, ...rest };
    } catch (error) {
      if (error instanceof OperationFailed) {
        const { code, effect } = error;
        this.#lab.note({ ...about, outcome: { ok: false, status: null, code, effect } });
      }
      throw error;
    }
  }

  #given(
    commandId: string,
    action: Extract<JournalNote, { kind: 'command.given' }>['action'],
    tripId: string,
    offerId: string | null,
  ): void {
    this.#lab.note({
      kind: 'command.given',
      userId: this.#driverId,
      commandId,
      action,
      tripId,
      offerId,
      via: 'socket',
    });
  }
}
