import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, type ProcessIdentity, startOf } from './process-identity.ts';

/** A lock file that cannot be read (its disk was full, or another program wrote it) counts as abandoned after this. */
const TORN_MS = 2000;

/** A lock file as it was read. `key`: the same for the same content of the same file only. */
type SeenLock = { readonly key: string; readonly holder: ProcessIdentity | null; readonly ageMs: number };

function ownIdentity(): string {
  return JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
}

/** Creates the lock file of this process, whole or not at all. @returns false when there is one */
export function tryLock(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  const whole = `${file}.${randomUUID()}`;
  try {
    writeFileSync(whole, ownIdentity(), { flag: 'wx', mode: 0o600 });
    linkSync(whole, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Removes the lock file unless another process holds it by now. */
export function unlock(file: string): void {
  if (textOf(file) === ownIdentity()) rmSync(file, { force: true });
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function see(file: string): SeenLock | null {
  const text = textOf(file);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (text === null || stat === undefined) return null;
  const key = createHash('sha256').update(`${stat.ino} ${text}`).digest('hex').slice(0, 16);
  return { key, holder: parseHolder(text), ageMs: Math.max(0, Date.now() - stat.mtimeMs) };
}

function parseHolder(text: string): ProcessIdentity | null {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The process that holds the lock; null when there is none, or the file does not say. */
export function lockHolder(file: string): ProcessIdentity | null {
  return see(file)?.holder ?? null;
}

/**
 * Removes a lock whose holder no longer runs. Only the process that holds the lock of exactly this abandoned lock removes it, and
 * only if it is still there: of two that find it at the same time the second would otherwise remove the lock of the first.
 */
export function removeAbandoned(file: string, tornMs = TORN_MS): void {
  const seen = see(file);
  if (seen === null) return;
  const isAbandoned = seen.holder === null ? seen.ageMs >= tornMs : !isRunning(seen.holder);
  if (!isAbandoned) return;
  const removal = `${file}.${seen.key}`;
  if (!tryLock(removal)) {
    // Its holder was killed in the middle of the removal, or is about to finish it.
    removeAbandoned(removal, tornMs);
    return;
  }
  try {
    if (see(file)?.key === seen.key) rmSync(file, { force: true });
  } finally {
    unlock(removal);
  }
}
