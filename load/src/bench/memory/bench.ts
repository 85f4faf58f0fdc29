import type { Bench } from '../bench.ts';
import { everyFixStored } from './figures.ts';
import { memoryJson, memoryPlots, memoryReport } from './report.ts';
import { benchMemory } from './run.ts';

export const bench: Bench = {
  name: 'memory',
  summary: "memory of a gateway for each of 5,000 drivers' connections at rest, beside bare Socket.IO",
  options: {},
  async run(options) {
    const result = await benchMemory(options);
    return {
      text: memoryReport(result),
      json: memoryJson(result),
      ok: everyFixStored(result),
      plots: memoryPlots(result),
    };
  },
};
