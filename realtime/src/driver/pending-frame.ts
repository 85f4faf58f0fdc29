import type { BootProgress } from './boot-progress.ts';

/** Receives the result when a frame is in the log. */
export interface FrameOwner {
  onAppended(frame: PendingFrame): void;
}

/** A frame that was passed to the log and is not in it yet. */
export interface PendingFrame {
  readonly owner: FrameOwner;
  /** null for a record without fixes. */
  readonly received: {
    readonly progress: BootProgress;
    readonly from: number;
    readonly to: number;
    /** The seqs when they are not all from `from` to `to`. */
    readonly others: readonly number[] | null;
    readonly fixes: number;
    readonly refused: boolean;
  } | null;
  readonly ack: ((reply: object) => void) | null;
}
