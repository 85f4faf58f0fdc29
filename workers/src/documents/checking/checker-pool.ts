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
  /** A child was killed or ended by itself. */
  readonly onFailure: (failure: CheckerFailure) => void;
}

export interface CheckerPool {
  /** Waits for a free child, then for its answer. @throws CheckerFailure */
  check(request: CheckRequest): Promise<CheckedFile>;
  /** Kills all children; checks in progress fail. */
  close(): Promise<void>;
}

const FILES_PER_CHILD = 500;
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
    onFailure,
  } = options;
  const seats: Seat[] = Array.from({ length: children }, () => ({ process: null, files: 0 }));
  // Last used first: a pool with little work uses one child and starts no other.
  const free = [...seats];
  const waiting: { resolve: (seat: Seat) => void; reject: (error: Error) => void }[] = [];
  let closed = false;

  function takeSeat(): Promise<Seat> {
    if (closed) return Promise.reject(new CheckerFailure('closed', 'the checkers are closed'));
    const seat = free.pop();
    if (seat !== undefined) return Promise.resolve(seat);
    if (waiting.length >= MOST_WAITING)
      return Promise.reject(new CheckerFailure('closed', 'too many files wait for a checker'));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  }

  function giveBack(seat: Seat): void {
    const next = waiting.shift();
    if (next === undefined) free.push(seat);
    else next.resolve(seat);
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
      if (seat.files >= filesPerChild) await dismiss(seat);
    }
  }

  return {
    async check(request) {
      const seat = await takeSeat();
      try {
        return await checkOn(seat, request);
      } finally {
        giveBack(seat);
      }
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0))
        reject(new CheckerFailure('closed', 'the checkers were closed'));
      await Promise.all(seats.map(dismiss));
    },
  };
}

async function dismiss(seat: Seat): Promise<void> {
  const { process } = seat;
  seat.process = null;
  await process?.close();
}
