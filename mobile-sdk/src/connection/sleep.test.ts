import { afterEach, expect, it } from 'vitest';
import { settle, TestClock } from '../../test/test-clock.ts';
import { Driver } from '../driver/driver.ts';
import { RidelineError } from '../errors/rideline-error.ts';

const SLEEP_MS = 150_000;
let driver: Driver;

afterEach(() => driver.close());

/** A driver whose token function fails as the test says; nobody listens on the port. */
function newDriver(clock: TestClock, fail: () => Promise<string>) {
  let asked = 0;
  const token = () => {
    asked++;
    return fail();
  };
  driver = new Driver({ url: 'http://127.0.0.1:9', token, clock });
  driver.connect();
  return { asked: () => asked };
}

it('SDK-76: a wait that a server asked for is over for a phone that slept through it, and for no other', async () => {
  const clock = new TestClock();
  const phone = newDriver(clock, () => Promise.reject(new RidelineError('SHED', { retryAfterMs: 60_000 })));
  await settle();
  expect([driver.state.kind, phone.asked()]).toEqual(['waiting', 1]);
  await clock.pass(5000);
  driver.wake();
  await settle();
  expect([driver.state.kind, phone.asked()]).toEqual(['waiting', 1]);
  clock.sleep(SLEEP_MS);
  driver.wake();
  await settle();
  expect([driver.state.kind, phone.asked()]).toEqual(['waiting', 2]);
  expect(driver.diagnostics().connection).toMatchObject({ code: 'SHED', failures: 2, ageMs: 0 });
});

it('SDK-73: a phone without a network tries at once when it wakes up, and its ages include the sleep', async () => {
  const clock = new TestClock();
  clock.randomValue = 0.999;
  const phone = newDriver(clock, () => Promise.reject(new Error('no network')));
  for (let attempt = 0; attempt < 8; attempt++) await clock.pass(30_000);
  const before = phone.asked();
  clock.sleep(SLEEP_MS);
  expect(driver.diagnostics().connection.ageMs).toBeGreaterThanOrEqual(SLEEP_MS);
  driver.wake();
  await settle();
  expect(phone.asked()).toBe(before + 1);
});

it('SDK-73: a listener that reports in a loop causes one attempt a second', async () => {
  const clock = new TestClock();
  clock.randomValue = 0.999;
  const phone = newDriver(clock, () => Promise.reject(new Error('no network')));
  for (let attempt = 0; attempt < 8; attempt++) await clock.pass(30_000);
  const before = phone.asked();
  for (let report = 0; report < 100; report++) {
    driver.wake();
    await clock.pass(100);
  }
  expect(phone.asked() - before).toBeLessThanOrEqual(11);
  expect(phone.asked() - before).toBeGreaterThanOrEqual(9);
});

it('SDK-144: only a code that ends the session stops the connection; whatever else a token function throws, it is asked again', async () => {
  for (const code of ['FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'VALIDATION', 'GONE'] as const) {
    const clock = new TestClock();
    const phone = newDriver(clock, () => Promise.reject(Object.assign(new Error('not now'), { code })));
    await settle();
    expect([code, driver.state.kind]).toEqual([code, 'waiting']);
    await clock.pass(60_000);
    expect(phone.asked()).toBeGreaterThan(1);
    await driver.close();
  }
});

it('SDK-144: a connection that has stopped for good needs no further tokens', async () => {
  let listeners = 0;
  const keeper = {
    token: () => Promise.reject(new RidelineError('TOKEN_REVOKED')),
    onToken: () => {
      listeners++;
      return () => void listeners--;
    },
  };
  driver = new Driver({ url: 'http://127.0.0.1:9', token: keeper, clock: new TestClock() });
  driver.connect();
  expect(listeners).toBe(1);
  await settle();
  expect([driver.state.kind, listeners]).toEqual(['stopped', 0]);
  driver.connect();
  expect(listeners).toBe(1);
  await driver.close();
  expect(listeners).toBe(0);
});
