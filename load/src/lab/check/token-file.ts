import { readFile } from 'node:fs/promises';
import { LaunchError } from '@rideline/infra/local/launch-error';

/** Read again for each call: a token that is renewed is written into the file. @throws LaunchError */
export async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new LaunchError(
      `cannot read the token file ${file} (${error.code})`,
      'Write an operator token into it',
    );
  });
  return text.trim();
}
