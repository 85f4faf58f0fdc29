import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export type Role = 'driver' | 'rider';

/** How a user proves who it is. */
export type Credential =
  | { readonly kind: 'token'; readonly id: string; readonly token: string }
  | { readonly kind: 'account'; readonly login: string; readonly password: string };

/** More rows than any run needs. */
const MOST_ROWS = 2_000_000;

/**
 * Reads credentials by role from CSV files with a header: `role,id,token` as `./rideline token --csv` prints it, or `role,login,password`
 * of accounts that sign in. Values have no commas and no quotes, except that a password may have commas, since it is the last column.
 * @throws Error that names the file and the line
 */
export async function readCredentials(paths: readonly string[]): Promise<Record<Role, Credential[]>> {
  const credentials: Record<Role, Credential[]> = { driver: [], rider: [] };
  for (const path of paths) {
    // A stream that cannot be opened would end the lines without an error.
    await access(path).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${path} cannot be read (${error.code})`);
    });
    const lines = createInterface({
      input: createReadStream(path, 'utf8'),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    let number = 0;
    let columns: 'token' | 'account' | null = null;
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      if (columns === null) {
        columns = columnsOf(line, path);
        continue;
      }
      if (number > MOST_ROWS) throw new Error(`${path} has more than ${MOST_ROWS} lines`);
      const row = rowOf(line, columns);
      if (row === null) throw new Error(`line ${number} of ${path} is not a row of its header`);
      credentials[row.role].push(row.credential);
    }
    if (columns === null) throw new Error(`${path} is empty`);
  }
  return credentials;
}

function columnsOf(header: string, path: string): 'token' | 'account' {
  const names = header.replace(/^\uFEFF/, '').trim();
  if (names === 'role,id,token') return 'token';
  if (names === 'role,login,password') return 'account';
  throw new Error(`${path} must begin with the line role,id,token or role,login,password`);
}

function rowOf(line: string, columns: 'token' | 'account'): { role: Role; credential: Credential } | null {
  const [role, second, ...rest] = line.split(',');
  const third = rest.join(',');
  if ((role !== 'driver' && role !== 'rider') || !second || third === '') return null;
  if (columns === 'account') return { role, credential: { kind: 'account', login: second, password: third } };
  return rest.length === 1 ? { role, credential: { kind: 'token', id: second, token: third } } : null;
}
