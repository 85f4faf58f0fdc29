import type { TrackPosition, TripEvent } from '@rideline/contract';
import type { FollowHandlers } from '@rideline/sdk';

/** What an app received of one trip, with a check that every gap was announced and nothing arrived twice. */
export class RiderLog {
  readonly positions: TrackPosition[] = [];
  readonly events: TripEvent[] = [];
  readonly resets: string[] = [];
  readonly silentGaps: string[] = [];
  end: string | undefined;
  #last = { epoch: 0, pos: 0 };
  #version = 0;

  readonly handlers: FollowHandlers = {
    onPosition: (position) => {
      this.positions.push(position);
      const { epoch, pos } = this.#last;
      const joins = (epoch === 0 || epoch === position.epoch) && position.pos === pos + 1 + position.skipped;
      if (!joins) this.silentGaps.push(`position ${pos} → ${position.pos}, skipped ${position.skipped}`);
      this.#last = position;
    },
    onEvent: (event) => {
      this.events.push(event);
      if (event.version !== this.#version + 1)
        this.silentGaps.push(`version ${this.#version} → ${event.version}`);
      this.#version = event.version;
    },
    onReset: (start, why) => {
      this.resets.push(why);
      this.#last = start;
      this.#version = start.version;
    },
    onEnd: ({ code }) => {
      this.end = code ?? 'ended';
    },
  };
}
