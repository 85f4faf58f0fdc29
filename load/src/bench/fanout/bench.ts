import type { Bench } from '../bench.ts';
import { nothingLost } from './figures.ts';
import { fanoutJson, fanoutPlots, fanoutReport } from './report.ts';
import { benchFanout } from './run.ts';

export const bench: Bench = {
  name: 'fanout',
  summary: 'cost and age of a position on its way to riders on another node',
  options: {},
  async run(options) {
    const result = await benchFanout(options);
    return {
      text: fanoutReport(result),
      json: fanoutJson(result),
      ok: nothingLost(result),
      plots: fanoutPlots(result),
    };
  },
};
