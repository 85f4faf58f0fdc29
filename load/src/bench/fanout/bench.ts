import type { Bench } from '../bench.ts';
import { nothingLost } from './figures.ts';
import { fanoutJson, fanoutPlots, fanoutReport } from './report.ts';
import { benchFanout } from './run.ts';
import { trackingIsComplete } from './tracking-figures.ts';
import { trackingJson, trackingPlots, trackingReport } from './tracking-report.ts';
import { benchTracking } from './tracking-run.ts';

export const bench: Bench = {
  name: 'fanout',
  summary: 'cost and age of a position on its way to riders on another node; 3,000 tracking sessions',
  options: { tracking: 'only the tracking sessions; with --keep the kept file has only these' },
  async run(options) {
    const cost = options.flags.has('tracking') ? null : await benchFanout(options);
    const tracking = await benchTracking(options);
    return {
      text: [...(cost === null ? [] : [fanoutReport(cost), '']), trackingReport(tracking)].join('\n'),
      json: { ...(cost === null ? {} : fanoutJson(cost)), tracking: trackingJson(tracking) },
      ok: (cost === null || nothingLost(cost)) && trackingIsComplete(tracking),
      plots: [...(cost === null ? [] : fanoutPlots(cost)), ...trackingPlots(tracking)],
    };
  },
};
