import {
  driverIdSchema,
  type MissedItem,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  tripIdSchema,
} from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FollowState, type FollowStep } from './follow-state.ts';

const tripId = tripIdSchema.parse('trip-1');
const driverId = driverIdSchema.parse('cab-1');

function position(epoch: number, pos: number, skipped = 0): TrackPosition {
  return {
    driverId,
    tripId,
    lat: 1,
    lng: 2,
    speed: null,
    heading: null,
    timestamp: pos,
    epoch,
    pos,
    skipped,
    ageMs: 1,
  };
}

function event(version: number, state: TripEvent['state'] = 'in_progress'): TripEvent {
  return { tripId, version, type: 'test', state, at: version, actor: 'system', data: {} };
}

function answer(
  cursor: { version: number; epoch: number; pos: number },
  missed: MissedItem[] = [],
  recovered = false,
): TrackSubscribed {
  const snapshot = {
    tripId,
    state: 'in_progress' as const,
    version: cursor.version,
    driver: null,
    position: null,
  };
  return { ...cursor, snapshot, missed, recovered };
}

const kinds = (steps: FollowStep[]) => steps.map((step) => step.kind);

describe('follow state', () => {
  it('SDK-8: messages are held until the subscription is answered, and dropped when the answer contains them', () => {
    const state = new FollowState();
    expect(state.position(position(7, 4))).toEqual([]);
    expect(state.position(position(7, 5))).toEqual([]);
    expect(state.event(event(2))).toEqual([]);
    const steps = state.subscribed(answer({ version: 1, epoch: 7, pos: 4 }));
    expect(kinds(steps)).toEqual(['reset', 'position', 'event']);
    expect(state.since).toEqual({ version: 2, epoch: 7, pos: 5 });
    expect(state.counts.duplicates).toBe(1);
  });

  it('SDK-8: a hole in versions subscribes again and delivers nothing out of order', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 7, pos: 0 }));
    expect(kinds(state.event(event(3)))).toEqual(['resubscribe']);
    state.beginSubscribe();
    const missed: MissedItem[] = [
      { kind: 'event', event: event(2) },
      { kind: 'event', event: event(3) },
    ];
    expect(kinds(state.subscribed(answer({ version: 3, epoch: 7, pos: 0 }, missed, true)))).toEqual([
      'event',
      'event',
    ]);
  });

  it('SDK-8: omitted positions are accepted when announced, and a hole otherwise', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 7, pos: 3 }));
    expect(kinds(state.position(position(7, 6, 2)))).toEqual(['position']);
    expect(kinds(state.position(position(7, 9, 1)))).toEqual(['resubscribe']);
    expect(state.counts).toMatchObject({ skipped: 2, holes: 1 });
  });

  it('SDK-8: a recovered answer that lacks something counts as a hole', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 7, pos: 3 }));
    expect(kinds(state.subscribed(answer({ version: 1, epoch: 7, pos: 5 }, [], true)))).toEqual([
      'resubscribe',
    ]);
  });

  it('SDK-8: a reset is delivered and replaces the state', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 7, pos: 3 }));
    const steps = state.reset(answer({ version: 1, epoch: 8, pos: 0 }));
    expect(steps).toMatchObject([{ kind: 'reset', why: 'server' }]);
    expect(state.position(position(7, 4))).toEqual([]);
    expect(kinds(state.position(position(8, 1)))).toEqual(['position']);
  });

  it('SDK-8: the first epoch of a log after the start is not a reset', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 0, pos: 0 }));
    expect(kinds(state.position(position(1_795_000_000_000, 1)))).toEqual(['position']);
    expect(state.since).toEqual({ version: 1, epoch: 1_795_000_000_000, pos: 1 });
  });

  it('SDK-8: the end of the trip is recognised', () => {
    const state = new FollowState();
    state.subscribed(answer({ version: 1, epoch: 7, pos: 0 }));
    expect(state.ended).toBe(false);
    state.event(event(2, 'completed'));
    expect(state.ended).toBe(true);
  });

  it('SDK-8: with lost, duplicated and late messages versions are contiguous, positions rise, and every gap is reported', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const world = new Followed();
        for (const one of steps) world.apply(one);
        world.settle();
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

type Step =
  | { name: 'position' | 'event' | 'lose' | 'cut' | 'answer' | 'newEpoch' | 'repeat' }
  | { name: 'skip'; n: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Step>({ name: 'position' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ name: 'event' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ name: 'lose' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ name: 'repeat' }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }).map((n): Step => ({ name: 'skip', n })) },
  { weight: 2, arbitrary: fc.constant<Step>({ name: 'cut' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ name: 'answer' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ name: 'newEpoch' }) },
);

/** A server with a log of 30 positions, a lossy connection, and an app that checks each delivered step. */
class Followed {
  readonly #state = new FollowState();
  #version = 1;
  #epoch = 1;
  #pos = 0;
  #sentPos = 0;
  #connected = false;
  #wantsAnswer = true;
  #last: TrackPosition | undefined;
  #app: { version: number; epoch: number; pos: number } | undefined;

  apply(one: Step): void {
    switch (one.name) {
      case 'position':
        this.#pos++;
        this.#deliver(one.name);
        break;
      case 'skip':
        this.#pos += one.n;
        this.#deliver('position');
        break;
      case 'event':
        this.#version++;
        this.#deliver(one.name);
        break;
      case 'lose':
        this.#pos++;
        this.#version++;
        this.#sentPos = this.#pos;
        break;
      case 'repeat':
        if (this.#connected && this.#last !== undefined) this.#perform(this.#state.position(this.#last));
        break;
      case 'cut':
        this.#connected = false;
        this.#wantsAnswer = true;
        this.#state.beginSubscribe();
        break;
      case 'newEpoch':
        this.#epoch++;
        this.#pos = 0;
        this.#sentPos = 0;
        break;
      case 'answer':
        this.#answer();
        break;
    }
  }

  settle(): void {
    for (let i = 0; i < 5; i++) {
      this.#answer();
      this.apply({ name: 'position' });
      this.apply({ name: 'event' });
    }
    expect(this.#app).toEqual({ version: this.#version, epoch: this.#epoch, pos: this.#pos });
  }

  #answer(): void {
    if (!this.#wantsAnswer) return;
    this.#connected = true;
    this.#wantsAnswer = false;
    this.#sentPos = this.#pos;
    const since = this.#state.since;
    const cursor = { version: this.#version, epoch: this.#epoch, pos: this.#pos };
    const recovered = since !== undefined && since.epoch === this.#epoch && this.#pos - since.pos <= 30;
    const missed: MissedItem[] = [];
    if (recovered) {
      for (let v = since.version + 1; v <= this.#version; v++)
        missed.push({ kind: 'event', event: event(v) });
      for (let p = since.pos + 1; p <= this.#pos; p++)
        missed.push({ kind: 'position', position: position(this.#epoch, p) });
    }
    this.#perform(this.#state.subscribed(answer(cursor, missed, recovered)));
  }

  #deliver(name: 'position' | 'event'): void {
    if (name === 'event') {
      if (this.#connected) this.#perform(this.#state.event(event(this.#version)));
      return;
    }
    this.#last = position(this.#epoch, this.#pos, this.#pos - this.#sentPos - 1);
    this.#sentPos = this.#pos;
    if (this.#connected) this.#perform(this.#state.position(this.#last));
  }

  #perform(steps: FollowStep[]): void {
    for (const step of steps) {
      if (step.kind === 'resubscribe') {
        this.#wantsAnswer = true;
        this.#state.beginSubscribe();
      } else if (step.kind === 'reset') {
        const { version, epoch, pos } = step.subscribed;
        this.#app = { version, epoch, pos };
      } else this.#check(step);
    }
  }

  #check(step: Extract<FollowStep, { kind: 'position' | 'event' }>): void {
    const app = this.#app;
    if (app === undefined) throw new Error('step before the start');
    if (step.kind === 'event') {
      expect(step.event.version).toBe(app.version + 1);
      app.version = step.event.version;
      return;
    }
    expect(step.position.epoch).toBe(app.epoch);
    expect(step.position.pos).toBeGreaterThan(app.pos);
    expect(step.position.pos - app.pos - 1).toBeLessThanOrEqual(step.position.skipped);
    app.pos = step.position.pos;
  }
}
