import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * A log above this is set aside as `NAME.log.1`: at a start by renaming it, while the cluster runs by `rotate-logs.sh`. So a program has at
 * most two files of about this size.
 */
export const ROTATE_BYTES = 25_000_000;
const TAIL_BYTES = 16_384;

/** Opens a log for appending, after renaming a large old one. The caller closes the descriptor. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > ROTATE_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last `lines` lines of a log, out of its last 16 KB; none when the file does not exist. */
export function tailOf(file: string, lines: number): string[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
  } finally {
    closeSync(descriptor);
  }
}
