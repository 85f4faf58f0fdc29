import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../readiness.ts';

/** A download without a new byte for this long is given up: a network that blocks it often just drops packets. */
const STALLED_MS = 10_000;
/** The whole download (about 90 MB), on a slow line. */
const LONGEST_MS = 600_000;
/** Time before a download that was refused is tried again. */
export const REFUSAL_LASTS_MS = 7 * 24 * 3_600_000;

type Refusal = { readonly atMs: number; readonly reason: string };

function refusalFile(toolsDir: string): string {
  return join(toolsDir, 'mongod-refused.json');
}

/** The recorded refusal, unless it is too old at `nowMs`. `./rideline reset --tools` removes it. */
export function rememberedRefusal(toolsDir: string, nowMs: number): Refusal | null {
  const file = refusalFile(toolsDir);
  if (!existsSync(file)) return null;
  const refusal = JSON.parse(readFileSync(file, 'utf8')) as Refusal;
  return nowMs - refusal.atMs < REFUSAL_LASTS_MS ? refusal : null;
}

function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  let total = 0;
  for (const name of readdirSync(folder)) {
    // A partial file may be renamed between readdir and stat.
    total += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}

type FetchResult = { readonly path: string } | { readonly reason: string };

async function fetchInChild(folder: string): Promise<FetchResult> {
  const script = join(import.meta.dirname, 'fetch-mongod.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  let exit: number | null | undefined;
  child.stdout.on('data', (bytes: Buffer) => {
    out = (out + bytes.toString()).slice(-4096);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    err = (err + bytes.toString()).slice(-4096);
  });
  child.once('close', (code) => {
    exit = code;
  });

  let seenBytes = -1;
  let seenAt = performance.now();
  await waitUntil(
    () => {
      const bytes = bytesIn(folder);
      if (bytes !== seenBytes) {
        seenBytes = bytes;
        seenAt = performance.now();
      }
      return exit !== undefined || performance.now() - seenAt > STALLED_MS;
    },
    LONGEST_MS,
    200,
  );
  if (exit === undefined) {
    child.kill('SIGKILL');
    return { reason: `no byte arrived for ${STALLED_MS / 1000} s` };
  }
  const path = out.trim().split('\n').at(-1) ?? '';
  if (exit === 0 && existsSync(path)) return { path };
  return { reason: err.trim().split('\n').at(-1) ?? 'the download failed' };
}

/**
 * The `mongod` that mongodb-memory-server downloads, kept in the tools folder.
 * @returns null when it cannot be downloaded here; the refusal is remembered for a week
 */
export async function downloadedMongod(
  toolsDir: string,
  onProgress: (line: string) => void,
): Promise<string | null> {
  const folder = join(toolsDir, 'mongod');
  const refusal = rememberedRefusal(toolsDir, Date.now());
  if (refusal) {
    onProgress(
      `mongod: its download was refused on ${new Date(refusal.atMs).toISOString().slice(0, 10)} (${refusal.reason})`,
    );
    return null;
  }
  mkdirSync(folder, { recursive: true });
  onProgress('mongod: downloading it with mongodb-memory-server');
  const result = await fetchInChild(folder);
  if ('path' in result) return result.path;
  onProgress(`mongod: the download failed (${result.reason}); not tried again for a week`);
  writeFileSync(refusalFile(toolsDir), JSON.stringify({ atMs: Date.now(), reason: result.reason }));
  rmSync(folder, { recursive: true, force: true });
  return null;
}
