import type { Bench } from '../bench.ts';
import { oursIsStored } from './figures.ts';
import { ingestJson, ingestPlots, ingestReport } from './report.ts';
import { benchIngest } from './run.ts';

export const bench: Bench = {
  name: 'ingest',
  summary: 'CPU of each process for a frame and for a fix, beside bare Socket.IO and the textbook stack',
  options: {},
  async run(options) {
    const result = await benchIngest(options);
    return {
      text: ingestReport(result),
      json: ingestJson(result),
      ok: oursIsStored(result),
      plots: ingestPlots(result),
    };
  },
};
