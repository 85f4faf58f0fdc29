import type { Bench } from '../bench.ts';
import { uploadsJson, uploadsPlots, uploadsRoundsReport } from './report.ts';
import { benchUploads } from './run.ts';

export const bench: Bench = {
  name: 'uploads',
  summary: 'thousands of people upload a document at once: accepted, waits, estimates, nothing lost',
  options: {},
  async run(options) {
    const result = await benchUploads(options);
    return {
      text: uploadsRoundsReport(result),
      json: uploadsJson(result),
      plots: uploadsPlots(result),
      // Waits depend on the machine. A document that was accepted must end on any machine.
      ok: result.rounds.every(({ lost }) => lost === 0),
    };
  },
};
