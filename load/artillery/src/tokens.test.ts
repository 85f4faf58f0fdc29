import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCredentials } from './tokens.ts';

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rl-tokens-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'tokens.csv');
  await writeFile(path, text);
  return path;
}

it('LOAD-6: tokens and accounts are read by role, in the order of the files', async () => {
  const tokens = await fileOf('role,id,token\ndriver,d-1,aaa\r\nrider,r-1,bbb\n\ndriver,d-2,ccc\n');
  const accounts = await fileOf('\uFEFFrole,login,password\nrider,r@example.com,with, a comma\n');
  expect(await readCredentials([tokens, accounts])).toEqual({
    driver: [
      { kind: 'token', id: 'd-1', token: 'aaa' },
      { kind: 'token', id: 'd-2', token: 'ccc' },
    ],
    rider: [
      { kind: 'token', id: 'r-1', token: 'bbb' },
      { kind: 'account', login: 'r@example.com', password: 'with, a comma' },
    ],
  });
  expect(await readCredentials([])).toEqual({ driver: [], rider: [] });
});

it.each([
  ['', 'is empty'],
  ['token\naaa\n', 'must begin with the line role,id,token'],
  ['role,id,token\noperator,o,aaa\n', 'line 2'],
  ['role,id,token\ndriver,d\n', 'line 2'],
  ['role,id,token\ndriver,d,a,b\n', 'line 2'],
])('LOAD-6: %j is refused with its line, and without its token', async (text, problem) => {
  const failure = await readCredentials([await fileOf(text)]).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message).toContain(problem);
  expect((failure as Error).message).not.toContain('aaa');
});

it('LOAD-6: a file that is not there is named', async () => {
  await expect(readCredentials(['/nowhere/tokens.csv'])).rejects.toThrow(
    '/nowhere/tokens.csv cannot be read (ENOENT)',
  );
});
