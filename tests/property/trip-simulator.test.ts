import { expect, it } from 'vitest';
import { CityRun, type Planted } from '../simulator/city-run.ts';

/** T1 of docs/design/reliability.md, "Test programme": 10,000 seeds with `test --faults`, fewer in the ordinary run. */
const SEEDS = process.env.TEST_MODE === 'faults' ? 10_000 : 1000;
/** Seeds within which a planted bug has to be found. */
const FIND_WITHIN = 400;

it(`MATCH-41: ${SEEDS} seeds of crashes, lost responses, reordering and stale reads: no one is on two trips, nothing is stuck, nothing happens twice`, async () => {
  const startedAt = performance.now();
  const sums = { steps: 0, crashes: 0, lost: 0, refusals: 0 };
  const ends: Record<string, number> = {};
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = await new CityRun(seed).run();
    expect([seed, result.violations]).toEqual([seed, []]);
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += result[name];
    for (const [end, count] of Object.entries(result.ends)) ends[end] = (ends[end] ?? 0) + count;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(
    `simulator: ${SEEDS} seeds in ${seconds.toFixed(1)} s (${(SEEDS / seconds).toFixed(0)}/s); ${JSON.stringify(sums)} ${JSON.stringify(ends)}\n`,
  );
  // A run whose faults left no trace proves nothing.
  for (const count of Object.values(sums)) expect(count).toBeGreaterThan(0);
  for (const end of ['completed', 'cancelled', 'no_drivers']) expect(ends[end]).toBeGreaterThan(0);
}, 600_000);

it('MATCH-42: the same seed gives the same run, to the last decision', async () => {
  for (const seed of [3, 77, 4096]) {
    const [one, other] = [await new CityRun(seed).run(), await new CityRun(seed).run()];
    expect(one).toEqual(other);
  }
  expect((await new CityRun(3).run()).trace).not.toBe((await new CityRun(4).run()).trace);
});

it('MATCH-43: safety does not depend on claims: with every claim granted no rule is violated', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const { violations } = await new CityRun(seed, { claimsLie: true }).run();
    expect([seed, violations]).toEqual([seed, []]);
  }
}, 120_000);

const forgetful = () => {
  let calls = 0;
  return () => {
    calls += 1;
    return calls % 5 === 0;
  };
};
const BUGS: Readonly<Record<string, [() => Planted, RegExp]>> = {
  'no unique index': [() => ({ noUniqueIndex: true, claimsLie: true }), /on two trips/],
  'no version check': [() => ({ noVersionCheck: true }), /versions|two drivers|after its end|open offers/],
  'acknowledged before it was written': [() => ({ forgets: forgetful() }), /answered and is lost/],
  'no sweeper': [() => ({ noSweeper: true }), /stuck in/],
  'a new id for each repeat': [() => ({ newIdPerRepeat: true }), /two answers/],
};
it.each(Object.keys(BUGS))(
  'OPS-68: the simulator finds a planted bug: %s',
  async (bug) => {
    const [planted, expected] = BUGS[bug] as [() => Planted, RegExp];
    for (let seed = 1; seed <= FIND_WITHIN; seed += 1) {
      const { violations } = await new CityRun(seed, planted()).run();
      if (violations.some((violation) => expected.test(violation))) return;
    }
    throw new Error(`not found within ${FIND_WITHIN} seeds`);
  },
  120_000,
);
