import { describe, expect, test } from 'vitest';
import { positionFigures, stateFigures, trackingIsComplete, trackingTargets } from './tracking-figures.ts';
import { ACTS, type StateRun, TRACKING_SUBJECTS, type TrackingResult } from './tracking-run.ts';

const SESSIONS = 10;

function resultOf(
  ours: { delivered?: number; skipped?: number; finalDelivered?: number; refused?: number } = {},
) {
  const { delivered = 100, skipped = 0, finalDelivered = SESSIONS, refused = 0 } = ours;
  const states = TRACKING_SUBJECTS.flatMap((subject) =>
    ACTS.map((act): StateRun => {
      const isOurs = subject === 'ours';
      return {
        subject,
        act,
        commands: SESSIONS,
        acknowledged: SESSIONS,
        refused: isOurs ? refused : 0,
        repeats: 0,
        due: SESSIONS,
        delivered: isOurs && act === 'complete' ? finalDelivered : SESSIONS,
        latenciesMs: [5],
        cpu: new Map(),
      };
    }),
  );
  const result: TrackingResult = {
    sessions: SESSIONS,
    rounds: 1,
    durationMs: 1000,
    commandsPerSecond: 10,
    warmUpMs: 1000,
    loadBefore: 0,
    ledgers: [],
    states,
    runs: TRACKING_SUBJECTS.map((subject) => ({
      subject,
      round: 0,
      frames: 100,
      framesLate: 0,
      due: 100,
      delivered: subject === 'ours' ? delivered : 90,
      skipped: subject === 'ours' ? skipped : 0,
      agesMs: [1, 2, 3],
      ackLatenciesMs: [1],
      cpu: new Map([
        ['gateway-1', 3000],
        ['clients', 1000],
        ['generator', 5000],
      ]),
    })),
  };
  return result;
}

describe('SDK-128: figures of tracking sessions', () => {
  test('a follower without the final state, or a command that is refused, is what must never happen', () => {
    expect(trackingIsComplete(resultOf())).toBe(true);
    expect(trackingIsComplete(resultOf({ finalDelivered: SESSIONS - 1 }))).toBe(false);
    expect(trackingIsComplete(resultOf({ refused: 1 }))).toBe(false);
    expect(trackingTargets(resultOf({ finalDelivered: SESSIONS - 1 })).at(-1)).toMatchObject({ met: false });
    expect(stateFigures(resultOf({ finalDelivered: 9 })).at(-1)).toMatchObject({
      finalDue: 10,
      finalDelivered: 9,
    });
  });

  test('a skipped position was reported and is not lost; a rival may lose some', () => {
    expect(trackingIsComplete(resultOf({ delivered: 97, skipped: 3 }))).toBe(true);
    expect(trackingIsComplete(resultOf({ delivered: 97, skipped: 2 }))).toBe(false);
    expect(positionFigures(resultOf()).map(({ lost }) => lost)).toEqual([10, 0]);
  });

  test("the generator's share is that of its process among those that were measured, without the bench itself", () => {
    const [, ours] = positionFigures(resultOf());
    expect(ours?.generatorShare.median).toBe(0.25);
    expect(ours?.cpu.get('gateway-1')?.median).toBe(30);
  });
});
