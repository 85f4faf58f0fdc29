import { describe, expect, test } from 'vitest';
import { followedByRider } from '../stack/subject.ts';
import { aboveUnfollowed, fanoutFigures, fanoutTargets, lostOf } from './figures.ts';
import { idleNodeFigures } from './idle-node.ts';
import type { FanoutResult, FanoutRun, SubjectName, TrafficName } from './run.ts';

const run = (subject: SubjectName, traffic: TrafficName, more: Partial<FanoutRun>): FanoutRun => ({
  subject,
  traffic,
  round: 0,
  frames: 100,
  framesLate: 0,
  due: 0,
  delivered: 0,
  skipped: 0,
  agesMs: [1, 2, 3],
  cpu: new Map(),
  ...more,
});

const resultOf = (runs: readonly FanoutRun[], quiet: FanoutResult['quiet'] = []): FanoutResult => ({
  durationMs: 1000,
  warmUpMs: 1000,
  rounds: 1,
  loadBefore: 0,
  runs,
  quiet,
  ledgers: [],
});

describe('figures of a fan-out', () => {
  test('the cost of a position is separated from that of the frames that bring it', () => {
    const unfollowed = run('ours', '120 drivers, no rider', {
      frames: 100,
      cpu: new Map([['gateway-1', 5000]]),
    });
    const crowd = run('ours', '120 drivers, 5 riders each', {
      frames: 20,
      due: 100,
      delivered: 100,
      cpu: new Map([
        ['gateway-1', 2000],
        ['gateway-2', 1000],
        ['gateway-3', 700],
      ]),
    });
    expect(aboveUnfollowed(crowd, unfollowed, 'gateways')).toBe((3000 - 1000) / 100);
  });

  test('a position that was reported to a rider as skipped is not lost', () => {
    const held = run('ours', '600 drivers, 1 rider each', { due: 100, delivered: 97, skipped: 3 });
    expect(fanoutFigures(resultOf([held])).map(lostOf)).toEqual(fanoutFigures(resultOf([held])).map(() => 0));
    const lost = run('ours', '600 drivers, 1 rider each', { due: 100, delivered: 96, skipped: 3 });
    expect(fanoutTargets(resultOf([lost]))[0]).toMatchObject({ measured: '1', met: false });
  });

  test('the idle node is compared with its quiet run of the same round', () => {
    const loaded = (round: number, us: number) =>
      run('ours', '600 drivers, 1 rider each', {
        round,
        due: 100,
        delivered: 100,
        cpu: new Map([['gateway-3', us]]),
      });
    const quiet = [0, 1].map((round) => ({
      subject: 'ours' as const,
      round,
      idleNodeUs: 50_000 + round * 20_000,
    }));
    const figures = idleNodeFigures(resultOf([loaded(0, 60_000), loaded(1, 70_000)], quiet), 'ours');
    expect(figures.differenceMs).toEqual({ min: 0, median: 5, max: 10 });
    expect(figures.perPositionUs.max).toBe(100);
  });

  test("a crowd of riders is never on its driver's node", () => {
    const numbers = { drivers: 11, followed: 3, crowds: { drivers: 4, ridersEach: 3 } };
    const followed = followedByRider(numbers);
    expect(followed).toEqual([0, 1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6]);
    for (const [rider, driver] of followed.entries()) expect((rider + 1) % 2).not.toBe(driver % 2);
  });
});
