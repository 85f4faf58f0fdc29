import { expect, test } from 'vitest';
import { RiderAges } from '../simulation/riders/rider-ages.ts';
import { ageRows, agesJson } from './age-rows.ts';

test('OPS-98: the summary reports the age of what is shown first apart from the latency of what moves', () => {
  const riders = new RiderAges();
  riders.shownFirst(5100);
  for (let n = 0; n < 200; n++) riders.moved(4);
  const none = { p50: undefined, p99: undefined };
  const [fixAge, shownFirst] = ageRows({ gatewayAge: { p50: 2, p99: 8 }, durableAge: none }, riders);
  expect(fixAge?.text).toBe(
    'gateway p50 2.0 ms, p99 8.0 ms · rider p50 4.0 ms, p99 4.0 ms · mongo p50 –, p99 –',
  );
  expect(shownFirst?.text).toMatch(/^p50 5\.1 s, p99 5\.1 s old: /);
  expect(agesJson({ gatewayAge: { p50: 2, p99: 8 }, durableAge: none }, riders)).toMatchObject({
    rider: { p99: 4 },
    riderShownFirst: { p99: 5100 },
  });
});
