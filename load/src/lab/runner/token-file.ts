import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';

const ROLES = ['driver', 'rider'] as const;
/** Signed at the same time: a signature takes some 50 µs of another thread. */
const AT_ONCE = 64;
const SAY_EVERY = 5000;

/**
 * Writes the tokens of a run as `role,id,token`, as `./rideline token --csv` does: as many of each role as there are users, since the
 * scenario decides who plays what. The file is for its owner alone.
 * @param prefix of the ids: two runs against one deployment have different users
 */
export async function writeTokenFile(options: {
  readonly file: string;
  readonly users: number;
  readonly prefix: string;
  readonly issue: TokenIssuer;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { file, users, prefix, issue, onProgress, signal } = options;
  const out = createWriteStream(file, { mode: 0o600 });
  out.write('role,id,token\n');
  for (const role of ROLES) {
    for (let first = 0; first < users; first += AT_ONCE) {
      signal.throwIfAborted();
      const ids = Array.from(
        { length: Math.min(AT_ONCE, users - first) },
        (_, index) => `${prefix}-${role}-${first + index + 1}`,
      );
      const tokens = await Promise.all(ids.map((id) => issue(role, id)));
      const lines = ids.map((id, index) => `${role},${id},${tokens[index]}\n`).join('');
      if (!out.write(lines)) await once(out, 'drain');
      if (first > 0 && first % SAY_EVERY < AT_ONCE) onProgress(`${first} of ${users} ${role}s have tokens`);
    }
  }
  out.end();
  await once(out, 'close');
}
