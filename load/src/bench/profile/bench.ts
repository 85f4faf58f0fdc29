import type { Bench } from '../bench.ts';
import { addsUp } from '../ledger.ts';
import { profileJson, profileReport, profileTrees } from './report.ts';
import { benchProfile } from './run.ts';

export const bench: Bench = {
  name: 'profile',
  summary: "where a gateway's CPU goes: by kind of code, package and function, with stacks for flame graphs",
  options: {},
  async run(options) {
    const result = await benchProfile(options);
    return {
      text: profileReport(result),
      json: profileJson(result),
      ok: addsUp(result.ledger),
      files: profileTrees(result),
    };
  },
};
