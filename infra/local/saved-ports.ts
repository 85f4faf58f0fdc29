import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimPort, freePorts } from './ports.ts';

/**
 * The ports of one data folder, saved in it: a server gets the same port again after a kill, after `down` and `up`, and after
 * the loss of the cluster file. The members of a replica set know each other by port.
 */
export class SavedPorts {
  readonly #file: string;
  readonly #ports: Map<string, readonly number[]>;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'ports.json');
    const saved = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, number[]>)
      : {};
    this.#ports = new Map(Object.entries(saved));
  }

  saved(name: string): readonly number[] {
    return this.#ports.get(name) ?? [];
  }

  /**
   * The saved ports of `name`, or new ones when there are none or another program uses one.
   * @param ours whether `name` runs now, so that it is the one that uses its ports
   */
  async take(name: string, count: number, ours: boolean): Promise<readonly number[]> {
    const saved = this.saved(name);
    if (saved.length === count && (ours || (await claimAll(saved)))) return saved;
    const used = new Set([...this.#ports.values()].flat());
    const fresh = await freePorts(count, used);
    this.set(name, fresh);
    return fresh;
  }

  set(name: string, ports: readonly number[]): void {
    this.#ports.set(name, ports);
    writeFileSync(this.#file, `${JSON.stringify(Object.fromEntries(this.#ports), null, 2)}\n`);
  }
}

async function claimAll(ports: readonly number[]): Promise<boolean> {
  const claimed = await Promise.all(ports.map((port) => claimPort(port)));
  return claimed.every(Boolean);
}
