import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchError } from './launch-error.ts';
import { isRunning, type ProcessIdentity, startOf } from './process-identity.ts';
import { waitUntil } from './readiness.ts';

const WAIT_MS = 600_000;
const POLL_MS = 100;
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
  writeFileSync(whole, ownIdentity(), { flag: 'wx', mode: 0o600 });
  try {
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

/**
 * Runs `work` while no other process holds the lock. A lock whose holder no longer runs is taken over.
 * @throws LaunchError after ten minutes of waiting
 */
export async function withFileLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  let isReported = false;
  const taken = await waitUntil(
    () => {
      if (tryLock(file)) return true;
      removeAbandoned(file);
      if (tryLock(file)) return true;
      if (!isReported) {
        isReported = true;
        onWait();
      }
      return false;
    },
    WAIT_MS,
    POLL_MS,
  );
  if (!taken)
    throw new LaunchError(`another launcher holds ${file}`, `If none is running, remove it: rm ${file}`);
  try {
    return await work();
  } finally {
    unlock(file);
  }
}
