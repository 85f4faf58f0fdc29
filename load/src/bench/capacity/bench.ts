import type { Bench } from '../bench.ts';
import { isComplete } from './figures.ts';
import { capacityJson, capacityPlots, capacityReport } from './report.ts';
import { benchCapacity } from './run.ts';

export const bench: Bench = {
  name: 'capacity',
  summary: 'the highest rate that one machine with everything on it holds for a minute, nothing lost',
  options: { pin: 'servers on one core, the load generator on the other' },
  async run({ flags, ...options }) {
    const result = await benchCapacity({ ...options, pin: flags.has('pin') });
    return {
      text: capacityReport(result),
      json: capacityJson(result),
      ok: result.kinds.every(({ ledgers }) => ledgers.every(isComplete)),
      plots: capacityPlots(result),
    };
  },
};
