import { appendFile } from 'node:fs/promises';
import type { SingleProvider } from './push-provider.ts';

/** One line of JSON for each push, appended to a file that grows without limit: for development and the demo. */
export function createFileProvider(file: string): SingleProvider {
  return {
    name: 'file',
    reach: 'user',
    push: (message) => appendFile(file, `${JSON.stringify(message)}\n`, { mode: 0o600 }),
    close: async () => undefined,
  };
}
