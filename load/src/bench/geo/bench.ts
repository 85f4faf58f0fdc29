import type { Bench } from '../bench.ts';
import { isRight } from './figures.ts';
import { geoJson, geoPlots, geoReport } from './report.ts';
import { benchGeo } from './run.ts';

export const bench: Bench = {
  name: 'geo',
  summary: 'the nearest 10 of 200,000 drivers, beside one GEOSEARCH, and over REST while drivers move',
  options: {},
  async run(options) {
    const result = await benchGeo(options);
    return { text: geoReport(result), json: geoJson(result), ok: isRight(result), plots: geoPlots(result) };
  },
};
