import { expect, it } from 'vitest';
import { loggedError } from './logged-error.ts';

it('SEC-6: an error is logged without the command that failed, coordinates or tokens', () => {
  const refused = Object.assign(new Error('ERR invalid longitude,latitude pair -122.419416,95.000000'), {
    command: { name: 'geosearch', args: ['-122.419416', '37.774929'] },
  });
  const wrapped = new TypeError('with eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln', { cause: refused });
  const text = JSON.stringify(loggedError(wrapped));
  expect(text).toContain('TypeError');
  expect(text).toContain('ERR invalid longitude');
  expect(text).toContain('logged-error.test.ts');
  expect(text).not.toMatch(/122\.41|37\.77|95\.0|eyJ|args/);
});

it('SEC-6: thrown values that are not errors are logged too, and a cycle of causes ends', () => {
  expect(loggedError('at 37.774929')).toEqual({ type: 'string', message: 'at [number]', stack: undefined });
  const one = new Error('one');
  const two = new Error('two', { cause: one });
  one.cause = two;
  expect(JSON.stringify(loggedError(one)).match(/"message"/g)?.length).toBe(5);
});
