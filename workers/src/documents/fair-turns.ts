/** Turns at something that few can use at once, shared fairly among owners. */
export interface FairTurns {
  /**
   * Waits for a turn; owners are served round robin, each in their own order.
   * @returns ends the turn; further calls do nothing
   * @throws the error of `refused`: too many wait, or it was closed
   */
  take(owner: string): Promise<() => void>;
  /** Refuses all waiting calls and all later ones. */
  close(): void;
}

export interface FairTurnsOptions {
  /** Turns at once. */
  readonly most: number;
  /** Turns of one owner at once: what is left is for others, also when they come later. */
  readonly mostPerOwner: number;
  readonly mostWaiting: number;
  readonly refused: (why: 'full' | 'closed') => Error;
}

interface Waiting {
  readonly resolve: (release: () => void) => void;
  readonly reject: (error: Error) => void;
}

export function createFairTurns({ most, mostPerOwner, mostWaiting, refused }: FairTurnsOptions): FairTurns {
  const taken = new Map<string, number>();
  /** In the order in which owners are served; an owner is listed while a call of theirs waits. */
  const waiting = new Map<string, Waiting[]>();
  let [all, queued, closed] = [0, 0, false];

  function start(owner: string): () => void {
    all += 1;
    taken.set(owner, (taken.get(owner) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      all -= 1;
      const left = (taken.get(owner) ?? 1) - 1;
      if (left > 0) taken.set(owner, left);
      else taken.delete(owner);
      // An owner that had a turn goes to the end of the round.
      const line = waiting.get(owner);
      if (line !== undefined) {
        waiting.delete(owner);
        waiting.set(owner, line);
      }
      serve();
    };
  }

  function serve(): void {
    for (const [owner, line] of [...waiting]) {
      if (all >= most) return;
      if ((taken.get(owner) ?? 0) >= mostPerOwner) continue;
      const next = line.shift();
      queued -= 1;
      waiting.delete(owner);
      if (line.length > 0) waiting.set(owner, line);
      next?.resolve(start(owner));
    }
  }

  return {
    take(owner) {
      if (closed) return Promise.reject(refused('closed'));
      if (queued >= mostWaiting) return Promise.reject(refused('full'));
      const { promise, resolve, reject } = Promise.withResolvers<() => void>();
      const line = waiting.get(owner) ?? [];
      line.push({ resolve, reject });
      waiting.set(owner, line);
      queued += 1;
      serve();
      return promise;
    },
    close() {
      closed = true;
      const left = [...waiting.values()].flat();
      waiting.clear();
      queued = 0;
      for (const { reject } of left) reject(refused('closed'));
    },
  };
}
