import type { EntryOf } from '../journal.ts';
import type { Findings } from './findings.ts';

/** Follows that are open at a time; a follower beyond it is not examined. */
const MOST_OPEN = 100_000;

export type FollowEntry = EntryOf<'follow.reset' | 'follow.positions' | 'follow.event' | 'follow.ended'>;

interface Cursor {
  version: number;
  epoch: number;
  pos: number;
}

/**
 * Follows the cursors of all followers through the journals. State events rise by one; positions rise within an epoch, and those between
 * were announced as skipped; a new start is only at a reset, and never at an earlier version or epoch (docs/design/reliability.md, G6).
 */
export class FollowCheck {
  readonly #findings: Findings;
  readonly #cursors = new Map<string, Cursor>();
  #resets = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Gaps that were announced. */
  get resets(): number {
    return this.#resets;
  }

  /** @param journal which journal the entry is of: follows are numbered in each */
  take(entry: FollowEntry, journal: string): void {
    const key = `${journal} ${entry.userId} ${entry.tripId} ${entry.follow}`;
    const name = `${entry.userId} on trip ${entry.tripId}`;
    const cursor = this.#cursors.get(key);
    if (entry.kind === 'follow.ended') {
      this.#cursors.delete(key);
      return;
    }
    if (entry.kind === 'follow.reset') {
      if (entry.why !== 'start') this.#resets += 1;
      if (cursor) this.#checkReset(cursor, entry, name);
      this.#start(key, entry);
      return;
    }
    if (cursor === undefined) {
      if (this.#cursors.size < MOST_OPEN) this.#findings.violate(`${name}: no snapshot came first`);
      return;
    }
    if (entry.kind === 'follow.event') this.#takeEvent(cursor, entry, name);
    else this.#takePositions(cursor, entry, name);
  }

  #start(key: string, { version, epoch, pos }: Cursor): void {
    if (this.#cursors.size >= MOST_OPEN && !this.#cursors.has(key)) {
      this.#findings.obstruct(`more than ${MOST_OPEN} follows are open at a time`);
      return;
    }
    this.#cursors.set(key, { version, epoch, pos });
  }

  #checkReset(before: Cursor, after: Cursor, name: string): void {
    if (after.version < before.version)
      this.#findings.violate(`${name}: version ${after.version} after ${before.version}`);
    // Epoch 0: nothing is logged at that moment.
    if (after.epoch !== 0 && after.epoch < before.epoch)
      this.#findings.violate(`${name}: epoch ${after.epoch} after ${before.epoch}`);
  }

  #takeEvent(cursor: Cursor, { version }: EntryOf<'follow.event'>, name: string): void {
    this.#findings.examine();
    if (version <= cursor.version)
      this.#findings.violate(`${name}: version ${version} after ${cursor.version}`);
    else if (version > cursor.version + 1)
      this.#findings.violate(`${name}: nothing between version ${cursor.version} and ${version}`);
    cursor.version = Math.max(cursor.version, version);
  }

  #takePositions(cursor: Cursor, entry: EntryOf<'follow.positions'>, name: string): void {
    const { epoch, first, firstSkipped, last, count, skipped } = entry;
    this.#findings.examine(count);
    // The first epoch of a log is no reset.
    if (cursor.epoch === 0) cursor.epoch = epoch;
    const violate = (text: string) => this.#findings.violate(`${name}, epoch ${epoch}: ${text}`);
    if (epoch !== cursor.epoch) violate(`it follows epoch ${cursor.epoch} without a reset`);
    else if (first <= cursor.pos) violate(`position ${first} after ${cursor.pos}`);
    else if (first - firstSkipped - 1 > cursor.pos)
      violate(`nothing between position ${cursor.pos} and ${first}, ${firstSkipped} announced`);
    if (last - first > count - 1 + skipped - firstSkipped)
      violate(`${count} positions from ${first} to ${last}, ${skipped - firstSkipped} announced`);
    if (epoch < cursor.epoch) return;
    // From here on what came counts: one gap is one violation.
    cursor.pos = epoch > cursor.epoch ? last : Math.max(cursor.pos, last);
    cursor.epoch = epoch;
  }
}
