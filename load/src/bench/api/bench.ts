import type { Bench } from '../bench.ts';
import { everyReadAnswered } from './figures.ts';
import { apiJson, apiPlots, apiReport } from './report.ts';
import { benchApi } from './run.ts';

export const bench: Bench = {
  name: 'api',
  summary: 'signed upload forms, reads with caches and without, documents checked beside bare BullMQ',
  options: {},
  async run(options) {
    const result = await benchApi(options);
    // Rates depend on the machine. Every read must be answered with 200 on any machine.
    return {
      text: apiReport(result),
      json: apiJson(result),
      ok: everyReadAnswered(result),
      plots: apiPlots(result),
    };
  },
};
