import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Findings } from './findings.ts';
import { FollowCheck, type FollowEntry } from './follow-check.ts';

const who = { at: 1, userId: 'r', tripId: 't', follow: 0 };
type Reset = Extract<FollowEntry, { kind: 'follow.reset' }>;
const reset = (why: Reset['why'], version: number, epoch: number, pos: number): FollowEntry => ({
  kind: 'follow.reset',
  ...who,
  why,
  version,
  epoch,
  pos,
  state: 'accepted',
});
const event = (version: number): FollowEntry => ({
  kind: 'follow.event',
  ...who,
  version,
  type: 'arrived',
  state: 'arrived',
});
const position = (epoch: number, pos: number, skipped = 0): FollowEntry => ({
  kind: 'follow.positions',
  ...who,
  epoch,
  first: pos,
  firstSkipped: skipped,
  last: pos,
  count: 1,
  skipped,
});

function check(entries: readonly FollowEntry[]) {
  const findings = new Findings('follows', 'no gaps');
  const follows = new FollowCheck(findings);
  for (const entry of entries) follows.take(entry, 'a.jsonl');
  return findings.record();
}
const violations = (...entries: FollowEntry[]) => check(entries).violations;

it('LOAD-59: positions and events in order, with gaps that were announced, are right', () => {
  expect(
    check([
      reset('start', 3, 0, 0),
      position(7, 1),
      event(4),
      position(7, 5, 3),
      reset('unrecoverable', 6, 7, 90),
      position(7, 91),
      reset('server', 6, 8, 2),
      position(8, 4, 4),
      event(7),
    ]),
  ).toMatchObject({ verdict: 'holds', examined: 6 });
});

it('LOAD-59: a hole, a step back and another epoch are found unless a reset announced them', () => {
  const start = reset('start', 3, 7, 10);
  expect(violations(start, event(5))).toEqual(['r on trip t: nothing between version 3 and 5']);
  expect(violations(start, event(4), event(4))).toEqual(['r on trip t: version 4 after 4']);
  expect(violations(start, position(7, 13, 1))).toHaveLength(1);
  expect(violations(start, position(7, 10))).toHaveLength(1);
  expect(violations(start, position(8, 1))).toHaveLength(1);
  expect(violations(start, reset('server', 2, 8, 1))).toHaveLength(1);
  expect(violations(start, reset('server', 3, 6, 1))).toHaveLength(1);
  expect(violations(start, position(7, 11), position(7, 13))).toHaveLength(1);
  expect(violations(event(4))).toEqual(['r on trip t: no snapshot came first']);
});

it('LOAD-59: a hole inside a run of positions is found, and follows of two journals are not mixed', () => {
  const run = { ...position(7, 11), last: 20, count: 9 } as FollowEntry;
  expect(violations(reset('start', 3, 7, 10), run)).toHaveLength(1);
  const findings = new Findings('follows', 'no gaps');
  const follows = new FollowCheck(findings);
  for (const journal of ['a', 'b']) follows.take(reset('start', 3, 7, 10), journal);
  for (const journal of ['a', 'b']) follows.take(position(7, 11), journal);
  expect(findings.record().verdict).toBe('holds');
});

/** What one follower is sent of a log: `skip` positions left out before each. */
const deliveries = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('position' as const), skip: fc.nat(3) }),
    fc.record({ kind: fc.constant('event' as const), skip: fc.constant(0) }),
    fc.record({ kind: fc.constant('reset' as const), skip: fc.nat(5) }),
  ),
  { minLength: 1, maxLength: 60 },
);

it('LOAD-59: no sequence of announced gaps is flagged, and each delivery that is taken out is found', () => {
  fc.assert(
    fc.property(deliveries, fc.nat(), (steps, pick) => {
      const entries: FollowEntry[] = [reset('start', 1, 1, 0)];
      let [version, epoch, pos] = [1, 1, 0];
      for (const { kind, skip } of steps) {
        if (kind === 'event') entries.push(event(++version));
        else if (kind === 'position') {
          pos += skip + 1;
          entries.push(position(epoch, pos, skip));
        } else {
          epoch += 1;
          pos = skip;
          entries.push(reset('server', version, epoch, pos));
        }
      }
      // An end that is followed by nothing of its kind before a reset cannot be missed: only what has a successor can be found.
      entries.push(event(++version), position(epoch, ++pos));
      expect(check(entries).verdict).toBe('holds');
      const deleted = entries.findIndex(
        (entry, index) =>
          index >= pick % entries.length &&
          entry.kind !== 'follow.reset' &&
          entries.slice(index + 1).find(({ kind }) => kind === entry.kind || kind === 'follow.reset')
            ?.kind === entry.kind,
      );
      if (deleted === -1) return;
      expect(check(entries.toSpliced(deleted, 1))).toMatchObject({ verdict: 'violated', violationsTotal: 1 });
    }),
    { seed: 59, numRuns: 500 },
  );
});
