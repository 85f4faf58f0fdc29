import { expect, it } from 'vitest';
import { OperationFailed } from './codes.ts';
import { untilFinal } from './repeat.ts';

const options = {
  operation: 'trip.command',
  recorder: { failed: () => undefined } as unknown as Parameters<typeof untilFinal>[0]['recorder'],
  nowMs: () => 0,
  untilMs: 5000,
} as const;

/** The failure of an operation whose tries fail one after the other. */
async function failureOf(...failures: OperationFailed[]): Promise<OperationFailed> {
  const left = [...failures];
  try {
    await untilFinal(options, () => Promise.reject(left.shift() ?? new Error('one try too many')));
  } catch (error) {
    if (error instanceof OperationFailed && left.length === 0) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

it('LOAD-3: the effect of a repeated operation is unknown once that of any try is', async () => {
  const gone = new OperationFailed('GONE', { status: 410 });
  expect(await failureOf(new OperationFailed('ACK_TIMEOUT'), gone)).toMatchObject({
    code: 'GONE',
    status: 410,
    effect: 'unknown',
  });
  expect(await failureOf(new OperationFailed('BUSY', { effect: 'none' }), gone)).toMatchObject({
    code: 'GONE',
    effect: 'none',
  });
});
