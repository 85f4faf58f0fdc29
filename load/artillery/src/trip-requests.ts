import { randomUUID } from 'node:crypto';
import type { Point, TripList, TripStateName, TripStatus } from '@rideline/contract';
import { OperationFailed } from './codes.ts';
import type { Lab } from './lab.ts';
import { untilFinal } from './repeat.ts';
import type { RestAnswer } from './rest.ts';
import type { Session } from './session.ts';

/** A call that the server cannot answer is repeated for so long. */
const CALL_MS = 30_000;

/** What one rider asks for over REST: trips, and the end of trips. Each is repeated under its id until the answer is final. */
export class TripRequests {
  readonly #lab: Lab;
  readonly #session: Session;

  constructor(lab: Lab, session: Session) {
    this.#lab = lab;
    this.#session = session;
  }

  /** @param isFirst of this rider in this run. @throws OperationFailed */
  async request(
    trip: { readonly tripId: string; readonly pickup: Point; readonly dropoff: Point },
    isFirst: boolean,
  ): Promise<void> {
    const { recorder, nowMs, rest } = this.#lab;
    const { tripId } = trip;
    const call = () =>
      rest.call({ method: 'POST', url: '/v1/trips', token: this.#session.token, body: trip });
    const options = { operation: 'trip.create', recorder, nowMs, untilMs: nowMs() + CALL_MS } as const;
    await this.#noted({ commandId: tripId, action: 'request', tripId }, () =>
      untilFinal(options, async () => {
        try {
          return await call();
        } catch (error) {
          if (!isFirst || !(await this.#cancelLeftOver(error))) throw error;
          return call();
        }
      }),
    );
  }

  /** The trip's state; null when it cannot be cancelled any more, or the server does not answer. */
  async cancel(tripId: string): Promise<TripStateName | null> {
    const { recorder, nowMs, rest } = this.#lab;
    const dueMs = nowMs();
    const commandId = randomUUID();
    recorder.count('operations.sent');
    const call = () =>
      rest.call({
        method: 'POST',
        url: `/v1/trips/${tripId}/cancel`,
        token: this.#session.token,
        body: { commandId, reason: 'the load test ends' },
      });
    // Expected: a driver has just begun the ride, or the search was over; then the trip goes on to its end.
    const expected = ['ILLEGAL_TRANSITION'];
    const options = {
      operation: 'trip.cancel',
      recorder,
      nowMs,
      untilMs: dueMs + CALL_MS,
      expected,
    } as const;
    try {
      const { state } = await this.#noted({ commandId, action: 'cancel', tripId }, () =>
        untilFinal(options, call),
      );
      recorder.observe('trip.cancel', nowMs() - dueMs);
      return state;
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      return null;
    }
  }

  /** A trip that an earlier run with the same tokens has left open: cancelled before this rider's first trip. */
  async #cancelLeftOver(error: unknown): Promise<boolean> {
    if (!(error instanceof OperationFailed) || error.code !== 'CONFLICT') return false;
    const { rest } = this.#lab;
    const token = this.#session.token;
    try {
      const { body } = await rest.call({ method: 'GET', url: '/v1/trips?open=true&limit=20', token });
      for (const { tripId } of (body as TripList).trips) {
        const url = `/v1/trips/${tripId}/cancel`;
        await rest.call({ method: 'POST', url, token, body: { commandId: randomUUID() } });
      }
    } catch (failure) {
      // Its ride has begun, and its driver has to end it: the request stays refused.
      if (failure instanceof OperationFailed) return false;
      throw failure;
    }
    return true;
  }

  async #noted(
    command: { readonly commandId: string; readonly action: 'request' | 'cancel'; readonly tripId: string },
    call: () => Promise<RestAnswer>,
  ): Promise<TripStatus> {
    const userId = this.#session.id;
    const { commandId } = command;
    this.#lab.note({ kind: 'command.given', userId, ...command, offerId: null, via: 'rest' });
    try {
      const { status, body } = await call();
      const answer = body as TripStatus;
      const { state, version } = answer;
      const outcome = { ok: true, status, state, version } as const;
      this.#lab.note({ kind: 'command.ended', userId, commandId, outcome });
      return answer;
    } catch (error) {
      if (error instanceof OperationFailed) {
        const { code, effect, status } = error;
        const outcome = { ok: false, status, code, effect } as const;
        this.#lab.note({ kind: 'command.ended', userId, commandId, outcome });
      }
      throw error;
    }
  }
}
