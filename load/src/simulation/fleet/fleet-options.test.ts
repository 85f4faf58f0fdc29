import { expect, test } from 'vitest';
import { parseFleetOptions } from './fleet-options.ts';

const parse = (...args: string[]) => parseFleetOptions(args, () => 42);

test('LOAD-53: a run without a seed says which one repeats it', () => {
  expect(parse()).toMatchObject({ users: 100, minutes: 3, seed: 42, profile: 'mixed', target: null });
  expect(parse('--users', '5').command).toBe('./rideline load fleet --users 5 --seed 42');
  const again = parse('--users', '5', '--seed', '7', '--profile', 'subway', '--minutes', '0.5');
  expect(again).toMatchObject({ seed: 7, profile: 'subway', minutes: 0.5 });
  expect(again.command).toBe('./rideline load fleet --users 5 --seed 7 --profile subway --minutes 0.5');
});

test('LOAD-53: arguments that mean nothing are refused before anything is started', () => {
  expect(() => parse('--profile', '5g')).toThrow("there is no network profile '5g'");
  expect(() => parse('--users', '0')).toThrow('--users');
  expect(() => parse('--seed', '4294967296')).toThrow('--seed');
  expect(() => parse('--minutes', '500')).toThrow('--minutes');
  expect(() => parse('--target', 'https://fleet.example.com')).toThrow('is not a target');
  expect(() => parse('--rate', '5')).toThrow('--rate');
});
