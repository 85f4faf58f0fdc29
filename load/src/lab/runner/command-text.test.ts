import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandText } from './command-text.ts';

test('plain words stay as they are', () => {
  const args = ['baseline', '--target', 'http://127.0.0.1:8080', '--variants', 'rest,rideline'];
  expect(commandText('./rideline load', args)).toBe(`./rideline load ${args.join(' ')}`);
});

test('a shell reads every word as it was given', () => {
  const args = ['', 'a b', "it's", '$HOME', '`x`', '*', 'a\nb', '\\', ';', '"', '~', 'ä'];
  const output = execFileSync('sh', ['-c', commandText(String.raw`printf '%s\0'`, args)], {
    encoding: 'utf8',
  });
  expect(output.split('\0').slice(0, -1)).toEqual(args);
});
