import { CodedError } from '@rideline/contract';
import { expect, it } from 'vitest';
import { refusalText } from './sign-in.tsx';

it('SEC-33: the page says for how long sign-ins are refused', () => {
  const refused = (retryAfterMs: number) =>
    refusalText(new CodedError('SCALE_003', undefined, { retryAfterMs }));
  expect(refused(840_001)).toBe('Too many attempts to sign in. Try again in 15 minutes.');
  expect(refused(900)).toBe('Too many attempts to sign in. Try again in a minute.');
  expect(refusalText(new CodedError('UNAUTHENTICATED', 'Name or password is wrong.'))).toBe(
    'Name or password is wrong.',
  );
});
