import { expect, it } from 'vitest';
import { createMetrics } from '../metrics/metrics.ts';
import { createHealth } from './health.ts';

it('DEG-29: reasons that share a metric label are counted under it until the last is cleared; no id becomes a label', async () => {
  const { registry, metrics } = createMetrics('test');
  const health = createHealth({ process: 'test', metrics, lagMs: () => 0, lagLimitMs: 1000 });
  const shown = async () =>
    (await registry.metrics()).split('\n').filter((line) => /^rideline_degraded\{/.test(line));
  health.degraded('gateway-7f9c', 'silent', 'process');
  health.degraded('gateway-8a1b', 'silent', 'process');
  expect(health.answer().reasons.map(({ dependency }) => dependency)).toContain('gateway-7f9c');
  health.cleared('gateway-7f9c');
  expect(await shown()).toEqual([expect.stringMatching(/dependency="process".* 1$/)]);
  health.cleared('gateway-8a1b');
  expect(await shown()).toEqual([expect.stringMatching(/dependency="process".* 0$/)]);
});
