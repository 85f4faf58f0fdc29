import { createFairTurns } from '../fair-turns.ts';
import type { CheckedFile, CheckRequest } from './checked-file.ts';
import {
  type CheckerCaps,
  CheckerFailure,
  type CheckerProcess,
  DEFAULT_CHECKER_CAPS,
  startCheckerProcess,
} from './checker-process.ts';

export interface CheckerPoolOptions {
  /** Most concurrent children; each is started when it is first needed. */
  readonly children: number;
  /** Parent of all requests' folders; children may read and write nothing outside of it. */
  readonly folder: string;
  readonly caps?: CheckerCaps;
  /** Files after which a child is replaced, which bounds leaks. */
  readonly filesPerChild?: number;
  /** Resident memory behind a file above which a child is replaced: the next file must not be judged by what this one left. */
  readonly keptBytes?: number;
  /** A child was killed or ended by itself. */
  readonly onFailure: (failure: CheckerFailure) => void;
}

export interface CheckerPool {
  /**
   * Waits for a free child, then for its answer. Files of one owner never take all children, and owners take turns.
   * @throws CheckerFailure
   */
  check(request: CheckRequest, owner: string): Promise<CheckedFile>;
  /** Kills all children; checks in progress fail. */
  close(): Promise<void>;
}

const FILES_PER_CHILD = 500;
const KEPT_BYTES = 256 * 2 ** 20;
/** Most files that wait for a child; there are never more concurrent jobs. */
const MOST_WAITING = 256;

interface Seat {
  process: CheckerProcess | null;
  files: number;
}

/** A bounded number of child processes, each with one file at a time. */
export function createCheckerPool(options: CheckerPoolOptions): CheckerPool {
  const {
    children,
    folder,
    caps = DEFAULT_CHECKER_CAPS,
    filesPerChild = FILES_PER_CHILD,
    keptBytes = KEPT_BYTES,
    onFailure,
  } = options;
  const seats: Seat[] = Array.from({ length: children }, () => ({ process: null, files: 0 }));
  // Last used first: a pool with little work uses one child and starts no other.
  const free = [...seats];
  const turns = createFairTurns({
    most: children,
    // With one child owners can only take turns.
    mostPerOwner: Math.max(1, children - 1),
    mostWaiting: MOST_WAITING,
    refused: (why) =>
      new CheckerFailure(
        'closed',
        why === 'full' ? 'too many files wait for a checker' : 'the checkers are closed',
      ),
  });
  let closed = false;

  /** Too much memory is the file's fault only in a child that had no file before. */
  async function checkFairly(seat: Seat, request: CheckRequest): Promise<CheckedFile> {
    const used = seat.process?.alive === true;
    try {
      return await checkOn(seat, request);
    } catch (error) {
      if (!(used && (error as CheckerFailure).why === 'memory')) throw error;
      return await checkOn(seat, request);
    }
  }

  async function checkOn(seat: Seat, request: CheckRequest): Promise<CheckedFile> {
    if (closed) throw new CheckerFailure('closed', 'the checkers are closed');
    if (!seat.process?.alive) {
      seat.process = startCheckerProcess(folder, caps);
      seat.files = 0;
    }
    seat.files += 1;
    try {
      return await seat.process.check(request);
    } catch (error) {
      const failure = closed
        ? new CheckerFailure('closed', 'the checkers were closed')
        : (error as CheckerFailure);
      onFailure(failure);
      await dismiss(seat);
      throw failure;
    } finally {
      if (seat.files >= filesPerChild || (await keepsMuch(seat, keptBytes))) await dismiss(seat);
    }
  }

  return {
    async check(request, owner) {
      const endTurn = await turns.take(owner);
      // There are as many seats as turns.
      const seat = free.pop() as Seat;
      try {
        return await checkFairly(seat, request);
      } finally {
        free.push(seat);
        endTurn();
      }
    },
    async close() {
      closed = true;
      turns.close();
      await Promise.all(seats.map(dismiss));
    },
  };
}

async function keepsMuch({ process }: Seat, keptBytes: number): Promise<boolean> {
  return process?.alive === true && (await process.residentBytes()) > keptBytes;
}

async function dismiss(seat: Seat): Promise<void> {
  const { process } = seat;
  seat.process = null;
  await process?.close();
}
