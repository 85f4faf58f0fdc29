import type { Bench } from '../bench.ts';
import { matchingTargets } from './figures.ts';
import { matchingJson, matchingPlots, matchingReport } from './report.ts';
import { benchMatching } from './run.ts';

export const bench: Bench = {
  name: 'matching',
  summary: 'a recorded day of San Francisco: matched, waits, fairness, beside plain policies; then Redis',
  options: {},
  async run(options) {
    const result = await benchMatching(options);
    return {
      text: matchingReport(result),
      json: matchingJson(result),
      plots: matchingPlots(result),
      // With --quick there are two variants of the day, too few to fail a matcher by.
      ok: options.quick || matchingTargets(result).every(({ met }) => met),
    };
  },
};
