import type { TrackPosition, TrackSubscribed, TripEvent } from '@rideline/contract';
import type { FollowHandlers, ResetReason } from '@rideline/sdk';
import type { Journal } from '../journal-file.ts';

interface Run {
  readonly epoch: number;
  readonly first: number;
  readonly firstSkipped: number;
  last: number;
  count: number;
  skipped: number;
}

/** Writes down what one follower of one trip was shown, positions in runs. It judges nothing: that is the checker's part. */
export class FollowNotes {
  readonly #about: { readonly userId: string; readonly tripId: string; readonly follow: number };
  readonly #journal: Journal;
  #run: Run | null = null;
  #isOver = false;

  constructor(about: { userId: string; tripId: string; follow: number }, journal: Journal) {
    this.#about = about;
    this.#journal = journal;
  }

  /** Handlers for `rider.follow` that write down and then call these. */
  handlers(app: FollowHandlers): FollowHandlers {
    return {
      onPosition: (position) => {
        this.#onPosition(position);
        app.onPosition?.(position);
      },
      onEvent: (event) => {
        this.#onEvent(event);
        app.onEvent?.(event);
      },
      onReset: (subscribed, why) => {
        this.#onReset(subscribed, why);
        app.onReset?.(subscribed, why);
      },
      onEnd: (end) => {
        this.#end(end.code === undefined ? 'done' : 'refused', end.code ?? null);
        app.onEnd?.(end);
      },
    };
  }

  /** The app stopped following, or was killed. */
  left(): void {
    this.#end('left', null);
  }

  #onPosition({ epoch, pos, skipped }: TrackPosition): void {
    if (this.#isOver) return;
    const run = this.#run;
    if (run !== null && run.epoch === epoch && pos > run.last && pos - run.last - 1 <= skipped) {
      run.last = pos;
      run.count++;
      run.skipped += skipped;
      return;
    }
    this.#flush();
    this.#run = { epoch, first: pos, firstSkipped: skipped, last: pos, count: 1, skipped };
  }

  #onEvent({ version, type, state }: TripEvent): void {
    if (this.#isOver) return;
    this.#flush();
    this.#journal.note({ kind: 'follow.event', ...this.#about, version, type, state });
  }

  #onReset({ version, epoch, pos, snapshot }: TrackSubscribed, why: ResetReason): void {
    if (this.#isOver) return;
    this.#flush();
    this.#journal.note({
      kind: 'follow.reset',
      ...this.#about,
      why,
      version,
      epoch,
      pos,
      state: snapshot.state,
    });
  }

  #end(why: 'done' | 'refused' | 'left', code: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flush();
    this.#journal.note({ kind: 'follow.ended', ...this.#about, why, code });
  }

  #flush(): void {
    if (this.#run === null) return;
    this.#journal.note({ kind: 'follow.positions', ...this.#about, ...this.#run });
    this.#run = null;
  }
}
