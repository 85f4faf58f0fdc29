import { parseMetrics } from '@rideline/load/cluster/prometheus';
import { makeKnownThings, subjectOf } from '@rideline/load/fuzz/known-things';
import { findSchemathesis, fuzzAs } from '@rideline/load/fuzz/schemathesis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminHarness, startAdminHarness } from '../harness/cluster/admin-harness.ts';

/** `./rideline fuzz` has many examples of every route, for each role. */
const FULL = process.env.TEST_MODE === 'faults';
const program = findSchemathesis();

let harness: AdminHarness;
beforeAll(async () => {
  if (program !== null) harness = await startAdminHarness({ gateways: 0, workers: 0, s3: true });
});
afterAll(() => harness?.stop());

it('ADM-60: no request that the description allows, or almost allows, gets a 500 or a response that the description does not declare', async (ctx) => {
  if (program === null) return ctx.skip('schemathesis is not installed: ./rideline fuzz installs it');
  const { apiUrl: url } = harness;
  const known = await makeKnownThings(url, harness.token);
  const lines: string[] = [];
  for (const role of FULL ? (['admin', 'rider', 'driver'] as const) : (['admin'] as const)) {
    const ok = await fuzzAs({
      program,
      url,
      token: await harness.token(role, subjectOf(role)),
      examples: FULL ? 20 : 1,
      seed: 1,
      coverage: FULL,
      known,
      signal: new AbortController().signal,
      onLine: (line) => lines.push(line),
    });
    expect(ok, lines.join('\n')).toBe(true);
  }
  const api = harness.cluster.processes.find(({ role }) => role === 'api');
  const metrics = parseMetrics(await (await fetch(`http://127.0.0.1:${api?.innerPort}/metrics`)).text());
  const answers = metrics.filter(({ name }) => name === 'rideline_http_request_seconds_count');
  expect(answers.filter(({ labels }) => labels.status === '500')).toEqual([]);
  expect(answers.length).toBeGreaterThan(50);
}, 900_000);
