import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { LOG_EVENTS, type LogEntry } from './log-events.ts';
import { Recorder } from './recorder.ts';
import { SDK_NAME } from './sdk-name.ts';

function newRecorder(handler?: (entry: LogEntry) => void) {
  const clock = new TestClock(1000);
  const logged: LogEntry[] = [];
  const errors: unknown[] = [];
  const recorder = new Recorder(clock, handler ?? ((entry) => logged.push(entry)), (error) =>
    errors.push(error),
  );
  return { clock, recorder, logged, errors };
}

describe('SDK-71: the log', () => {
  it('docs/sdk-errors.md lists every event with its level', () => {
    const page = readFileSync(new URL('../../../docs/sdk-errors.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \| (\w+) \| /gm)].map(([, ...cells]) => cells);
    expect(rows).toEqual(Object.entries(LOG_EVENTS));
  });

  it('an entry has level, event, time and the fields that are known, in whole ms', () => {
    const { recorder, logged } = newRecorder();
    recorder.log('connection.waiting', { code: undefined, reason: 'ping timeout', waitMs: 12.6 });
    expect(logged).toEqual([
      { level: 'info', event: 'connection.waiting', at: 1000, reason: 'ping timeout', waitMs: 13 },
    ]);
  });

  it('what is no word of a code, a path or a transport is not logged', () => {
    const { recorder, logged } = newRecorder();
    for (const reason of ['Unexpected token "eyJhbGciOi', `x${'9'.repeat(60)}`, 'lat=37.1,lng=2', 'a\nb'])
      recorder.log('connection.stopped', { reason });
    expect(logged.map(({ reason }) => reason)).toEqual(Array(4).fill('unknown'));
  });

  it('an event that repeats with every fix or write is logged once in 10 s, with how many were left out', async () => {
    const { clock, recorder, logged } = newRecorder();
    for (let fix = 0; fix < 25; fix++) {
      recorder.log('fixes.dropped', { count: 1 });
      await clock.pass(1000);
    }
    expect(logged.map(({ at, leftOut }) => [at, leftOut])).toEqual([
      [1000, undefined],
      [11_000, 9],
      [21_000, 9],
    ]);
  });

  it('a handler that throws changes nothing, and its error is reported', () => {
    const { recorder, errors } = newRecorder(() => {
      throw new Error('disk full');
    });
    recorder.log('app.background', {});
    expect(errors).toMatchObject([{ message: 'disk full' }]);
  });
});

describe('SDK-72: what is kept for diagnostics', () => {
  it('is the last 20 transitions and the last 20 failures, with ages that include sleep', () => {
    const { clock, recorder } = newRecorder();
    for (let attempt = 0; attempt < 100; attempt++) {
      recorder.log('connection.connecting', { attempt });
      recorder.log('token.failed', { attempt, code: 'UNAVAILABLE' });
    }
    clock.sleep(150_000);
    const [transitions, failures] = [recorder.transitions(), recorder.failures()];
    expect([transitions.length, failures.length]).toEqual([20, 20]);
    expect(transitions[0]).toEqual({ event: 'connection.connecting', attempt: 80, ageMs: 150_000 });
    expect(failures.at(-1)).toEqual({
      event: 'token.failed',
      attempt: 99,
      code: 'UNAVAILABLE',
      ageMs: 150_000,
    });
  });

  it('names the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(SDK_NAME).toBe(`rideline-js/${version}`);
  });
});
