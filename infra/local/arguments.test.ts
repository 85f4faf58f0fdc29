import { describe, expect, test } from 'vitest';
import { parseFsync, parseOptions, parsePort, parseScale, parseSeconds } from './arguments.ts';
import { LaunchError } from './launch-error.ts';
import { parseTokenRequest } from './token.ts';

describe('arguments', () => {
  test('OPS-25: a scale is read by role, singular or plural', () => {
    expect(parseScale('gateway=3,api=2')).toEqual({ gateway: 3, api: 2 });
    expect(parseScale('gateways=1, workers=2')).toEqual({ gateway: 1, workers: 2 });
  });

  test.each(['gateway', 'gateway=', 'gateway=0', 'gateway=99', 'driver=1', 'gateway=1.5', ''])(
    'OPS-25: the scale %j is refused in one line',
    (text) => {
      expect(() => parseScale(text)).toThrow(LaunchError);
    },
  );

  test.each(['', '0', '65536', '80a', '-1', '8080.0'])('OPS-25: the port %j is refused', (text) => {
    expect(() => parsePort(text)).toThrow(LaunchError);
  });

  test('OPS-25: ports, durations and flush modes', () => {
    expect(parsePort('8080')).toBe(8080);
    expect(['30s', '15m', '12h', '7d', '90'].map(parseSeconds)).toEqual([30, 900, 43_200, 604_800, 90]);
    expect(() => parseSeconds('soon')).toThrow(LaunchError);
    expect(() => parseSeconds('0s')).toThrow(LaunchError);
    expect(parseFsync('always')).toBe('always');
    expect(() => parseFsync('never')).toThrow(LaunchError);
  });

  test('OPS-25: an unknown option and a word too many are refused with where to look', () => {
    const attempt = (args: string[]) => () => parseOptions(args, { port: { type: 'string' } });
    expect(attempt(['--prot', '1'])).toThrow(LaunchError);
    expect(attempt(['--port'])).toThrow(LaunchError);
    expect(attempt(['word'])).toThrow(LaunchError);
    expect(parseOptions(['a'], {}, 1).positionals).toEqual(['a']);
  });
});

describe('token request', () => {
  test('OPS-26: a count above 1 gives ID-1 to ID-N', () => {
    expect(parseTokenRequest(['--role', 'driver', '--id', 'd', '--count', '3', '--ttl', '1h'])).toEqual({
      role: 'driver',
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
    expect(() => parseTokenRequest(args)).toThrow(LaunchError);
  });
});
