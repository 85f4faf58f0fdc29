import { readFileSync } from 'node:fs';

/** Of one process for everything but its users' connections. */
const RESERVED = 500;

/** The most files that this process may open, and its children after it; infinity where the system does not tell. */
export function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    // Node raises its own limit to the hard one when it starts; a child does the same.
    const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? [];
    return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Why `users` do not fit into one generator process; null when they do. */
export function openFilesProblem(users: number, limit = openFilesLimit()): string | null {
  const most = limit - RESERVED;
  if (users <= most) return null;
  return `one generator process may open ${limit} files: ${users} users with a connection each are more than the ${most} that fit. Raise the limit (ulimit -n) or give fewer --users`;
}
