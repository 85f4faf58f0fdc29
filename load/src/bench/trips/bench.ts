import type { Bench } from '../bench.ts';
import { tripsJson, tripsPlots, tripsReport } from './report.ts';
import { benchTrips } from './run.ts';

export const bench: Bench = {
  name: 'trips',
  summary: 'trip requests at rising rates while fixes flow; a burst, a backlog, a minute without workers',
  options: {},
  async run(options) {
    const result = await benchTrips(options);
    return {
      text: tripsReport(result),
      json: tripsJson(result),
      plots: tripsPlots(result),
      // Rates depend on the machine. A trip that was answered 201 must exist and end on any machine.
      ok: result.found.missing === 0 && result.found.open === 0,
    };
  },
};
