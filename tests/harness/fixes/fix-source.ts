import { FixLog } from '@rideline/fleet/fixes/fix-log';
import type { FixRecord } from '@rideline/fleet/fixes/fix-record';
import type { WorkersHarness } from '../cluster/workers-harness.ts';
import { fixKey } from './fix-builders.ts';

/** Writes fixes to the streams as a gateway does, and records which were appended. */
export class FixSource {
  readonly appended = new Set<string>();
  readonly #log: FixLog<readonly string[]>;

  constructor(harness: Pick<WorkersHarness, 'log' | 'streams'>) {
    this.#log = new FixLog({
      redis: harness.log,
      streams: harness.streams,
      flushFixes: 500,
      flushMs: 5,
      bufferFixes: 1_000_000,
      onAppended: (keys) => {
        for (const key of keys) this.appended.add(key);
      },
    });
  }

  send(record: FixRecord): void {
    this.#log.append(
      record,
      record.fixes.map(({ seq }) => fixKey(record.driverId, record.boot, seq)),
    );
  }

  /** Resolves when everything is appended. @throws Error after the deadline */
  async flush(deadlineMs = 20_000): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    while (this.#log.held > 0) {
      if (Date.now() > deadline) throw new Error(`${this.#log.held} fixes were not appended in time`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
