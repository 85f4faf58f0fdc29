import { describe, expect, test } from 'vitest';
import {
  parseFsync,
  parseOptions,
  parsePort,
  parsePositive,
  parseScale,
  parseSeconds,
  parseWholeNumber,
} from './arguments.ts';
import { UsageError } from './launch-error.ts';
import { parseTokenRequest } from './token.ts';

describe('arguments', () => {
  test('OPS-25: a scale is read by role, singular or plural', () => {
    expect(parseScale('gateway=3,api=2')).toEqual({ gateway: 3, api: 2 });
    expect(parseScale('gateways=1, workers=2')).toEqual({ gateway: 1, workers: 2 });
  });

  test.each(['gateway', 'gateway=', 'gateway=0', 'gateway=99', 'driver=1', 'gateway=1.5', ''])(
    'OPS-25: the scale %j is refused',
    (text) => {
      expect(() => parseScale(text)).toThrow(UsageError);
    },
  );

  test.each(['', '0', '65536', '80a', '-1', '8080.0'])('OPS-25: the port %j is refused', (text) => {
    expect(() => parsePort(text)).toThrow(UsageError);
  });

  test('OPS-25: ports, durations and flush modes', () => {
    expect(parsePort('8080')).toBe(8080);
    expect(['30s', '15m', '12h', '7d', '90'].map(parseSeconds)).toEqual([30, 900, 43_200, 604_800, 90]);
    expect(() => parseSeconds('soon')).toThrow(UsageError);
    expect(() => parseSeconds('0s')).toThrow(UsageError);
    expect(parseFsync('always')).toBe('always');
    expect(() => parseFsync('never')).toThrow(UsageError);
  });

  test('OPS-25: an unknown option, a missing value and an argument too many are usage errors', () => {
    const attempt = (args: string[]) => () => parseOptions(args, { port: { type: 'string' } });
    expect(attempt(['--prot', '1'])).toThrow(UsageError);
    expect(attempt(['--port'])).toThrow(UsageError);
    expect(attempt(['word'])).toThrow(UsageError);
    expect(parseOptions(['a'], {}, 1).positionals).toEqual(['a']);
  });
});

test('OPS-25: numbers have bounds, and the error names the option', () => {
  expect(parseWholeNumber('--count', '3')).toBe(3);
  expect(parseWholeNumber('--seed', '0', 0)).toBe(0);
  for (const text of ['', '0', '1.5', 'x', '11'])
    expect(() => parseWholeNumber('--count', text, 1, 10), text).toThrow(UsageError);
  expect(() => parseWholeNumber('--count', '11', 1, 10)).toThrow("--count: '11'");
  expect(parsePositive('--speed', '0.5')).toBe(0.5);
  for (const text of ['', '0', '-1', 'x', '101', 'Infinity'])
    expect(() => parsePositive('--speed', text, 100), text).toThrow(UsageError);
});

describe('token request', () => {
  test('OPS-26: a count above 1 gives ID-1 to ID-N', () => {
    expect(parseTokenRequest(['--role', 'driver', '--id', 'd', '--count', '3', '--ttl', '1h'])).toEqual({
      role: 'driver',
      csv: false,
      ids: ['d-1', 'd-2', 'd-3'],
      ttlSeconds: 3600,
    });
    expect(parseTokenRequest(['--role', 'rider', '--id', 'r']).ids).toEqual(['r']);
  });

  test.each([
    [['--role', 'king', '--id', 'x']],
    [['--role', 'driver']],
    [['--role', 'driver', '--id', 'a b']],
    [['--role', 'driver', '--id', 'a', '--count', '0']],
  ])('OPS-26: %j is refused', (args) => {
    expect(() => parseTokenRequest(args)).toThrow(UsageError);
  });
});
