import type { Bench } from '../bench.ts';
import { allStored } from './figures.ts';
import { historyJson, historyPlots, historyReport } from './report.ts';
import { benchHistory } from './run.ts';

export const bench: Bench = {
  name: 'history',
  summary: 'fixes from the log into MongoDB, beside insertMany and one mongoose document per fix',
  options: {},
  async run(options) {
    const result = await benchHistory(options);
    return {
      text: historyReport(result),
      json: historyJson(result),
      ok: allStored(result),
      plots: historyPlots(result),
    };
  },
};
