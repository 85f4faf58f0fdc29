import { CodedError, type CommandEffect, type ErrorCode } from '@rideline/contract';
import { expect, it } from 'vitest';
import { untilConfirmed } from './confirmed-command.ts';

const refusal = (code: ErrorCode, effect?: CommandEffect) => new CodedError(code, undefined, { effect });

async function run(answers: readonly (CodedError | null)[]) {
  let tries = 0;
  let unconfirmed = 0;
  const outcome = await untilConfirmed({
    send: async () => {
      const answer = answers[Math.min(tries, answers.length - 1)];
      tries += 1;
      if (answer) throw answer;
    },
    onUnconfirmed: () => {
      unconfirmed += 1;
    },
    wait: async () => undefined,
  }).then(
    () => 'done',
    (error: CodedError) => `${error.code} ${error.effect}`,
  );
  return { outcome, tries, unconfirmed };
}

it('TRIP-59: the page repeats a command whose effect is unknown until the server says, also through refusals of a later try', async () => {
  const unknown = refusal('TIMEOUT', 'unknown');
  expect(await run([null])).toEqual({ outcome: 'done', tries: 1, unconfirmed: 0 });
  expect(await run([unknown, unknown, refusal('SCALE_004', 'none'), null])).toEqual({
    outcome: 'done',
    tries: 4,
    unconfirmed: 1,
  });
  // It was cancelled by another command meanwhile: the server says so, finally.
  expect(await run([unknown, refusal('ILLEGAL_TRANSITION')])).toEqual({
    outcome: 'ILLEGAL_TRANSITION undefined',
    tries: 2,
    unconfirmed: 1,
  });
});

it('TRIP-59: a command without effect is not repeated by itself; one that is never answered ends as unknown', async () => {
  expect(await run([refusal('SCALE_004', 'none')])).toEqual({
    outcome: 'SCALE_004 none',
    tries: 1,
    unconfirmed: 0,
  });
  const never = await run([refusal('UNAVAILABLE', 'unknown'), refusal('SCALE_004', 'none')]);
  expect(never).toEqual({ outcome: 'SCALE_004 unknown', tries: 60, unconfirmed: 1 });
});
