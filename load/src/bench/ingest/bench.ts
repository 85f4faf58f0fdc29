import type { Bench } from '../bench.ts';
import { oursIsStored } from './figures.ts';
import { ingestJson, ingestPlots, ingestReport } from './report.ts';
import { benchIngest } from './run.ts';

export const bench: Bench = {
  name: 'ingest',
  summary:
    'CPU and latency of a frame at equal rates, beside bare Socket.IO, the textbook stack and its variants',
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
