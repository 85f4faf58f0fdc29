import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders for files that are being checked, inside one of this process. */
export interface WorkFolders {
  /** The parent of all other folders. */
  readonly root: string;
  open(): Promise<string>;
  remove(folder: string): Promise<void>;
  close(): Promise<void>;
}

const PREFIX = 'rideline-documents-';
/** Folders of killed processes are removed after this, ms; before that they may belong to another machine that shares the disk. */
const LEFT_BEHIND_MS = 600_000;

/** Creates this process' folder and removes those of processes that are gone. */
export async function openWorkFolders(parent: string = tmpdir()): Promise<WorkFolders> {
  await removeLeftBehind(parent);
  const root = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
  let next = 0;
  return {
    root,
    async open() {
      next += 1;
      const folder = join(root, String(next));
      await mkdir(folder, { mode: 0o700 });
      return folder;
    },
    remove: (folder) => rm(folder, { recursive: true, force: true }),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

async function removeLeftBehind(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
