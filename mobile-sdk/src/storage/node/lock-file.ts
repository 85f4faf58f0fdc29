import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who holds the lock. `pid` 0: nobody. `started`: when the process started, where the system says so: a pid is used again. */
interface Holder {
  readonly pid: number;
  readonly started: string | null;
}

const NOBODY: Holder = { pid: 0, started: null };

/**
 * A lock for one process of this machine, as files `NAME.lock.N`: the one with the highest number holds it while its process lives. The number only
 * rises, so a process that was slow to look never takes the lock of one that came in between.
 * It cannot tell processes of other machines or of other containers apart: use no folder that they share. On systems without /proc a pid that was
 * given to another process keeps the lock until that process ends.
 */
export class LockFile {
  readonly #folder: string;
  readonly #prefix: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#prefix = `${name}.lock.`;
  }

  /** @returns the number of this holder; null while a process that lives has the lock */
  async take(): Promise<number | null> {
    const highest = await this.#highest();
    if (highest > 0 && (await isAlive(await this.#holderOf(highest)))) return null;
    return this.#add(highest + 1, { pid: process.pid, started: await startOf(process.pid) });
  }

  async isHeld(number: number): Promise<boolean> {
    return (await this.#highest()) === number;
  }

  async release(number: number): Promise<void> {
    await this.#writeThen(NOBODY, (path) => rename(path, this.#pathOf(number)));
  }

  /** Takes the lock from its holder and leaves it free. */
  async revoke(): Promise<void> {
    while ((await this.#add((await this.#highest()) + 1, NOBODY)) === null);
  }

  /** @returns null when another process was faster */
  async #add(number: number, holder: Holder): Promise<number | null> {
    try {
      // The file appears with its content: a reader never sees an empty one.
      await this.#writeThen(holder, (path) => link(path, this.#pathOf(number)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
      throw error;
    }
    const numbers = await this.#numbers();
    // A later holder has removed the numbers up to its own, this one among them, before it was added.
    const isOvertaken = numbers.some((other) => other > number);
    for (const old of numbers) if (old < number || (isOvertaken && old === number)) await this.#remove(old);
    return isOvertaken ? null : number;
  }

  async #writeThen(holder: Holder, place: (path: string) => Promise<void>): Promise<void> {
    const path = join(this.#folder, `${this.#prefix}${process.pid}-${Math.random().toString(36).slice(2)}`);
    await writeFile(path, JSON.stringify(holder), { mode: 0o600 });
    try {
      await place(path);
    } finally {
      await removeFile(path);
    }
  }

  async #numbers(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names
      .filter((name) => name.startsWith(this.#prefix) && /^\d+$/.test(name.slice(this.#prefix.length)))
      .map((name) => Number(name.slice(this.#prefix.length)));
  }

  async #highest(): Promise<number> {
    return Math.max(0, ...(await this.#numbers()));
  }

  async #holderOf(number: number): Promise<Holder> {
    try {
      return JSON.parse(await readFile(this.#pathOf(number), 'utf8')) as Holder;
    } catch (error) {
      // Removed by a later holder, or cut off with the machine's power.
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return NOBODY;
      throw error;
    }
  }

  #remove(number: number): Promise<void> {
    return removeFile(this.#pathOf(number));
  }

  #pathOf(number: number): string {
    return join(this.#folder, this.#prefix + number);
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === null || started === (await startOf(pid));
}

/** Start of a process in clock ticks since the machine's start: field 22 of /proc/PID/stat (proc_pid_stat(5)). */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses and may contain spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
