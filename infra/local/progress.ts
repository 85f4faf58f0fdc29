import type { WriteStream } from 'node:tty';

export type Progress = {
  /** A finished step: stays on the screen. */
  readonly line: (text: string) => void;
  /** No more lines are coming. */
  readonly end: () => void;
};

const REDRAW_MS = 500;
const PLAIN_EVERY_MS = 20_000;

/**
 * Shows that something goes on. On a terminal the last line counts the seconds; elsewhere a plain line repeats now and
 * then, so that a log shows where a slow start hangs.
 */
export function createProgress(out: WriteStream | NodeJS.WriteStream, label: string): Progress {
  const startedAt = performance.now();
  const seconds = (): number => Math.floor((performance.now() - startedAt) / 1000);
  const live = out.isTTY === true;
  let last = label;
  const draw = (): void => {
    if (live) out.write(`\r\x1b[K${last} … ${seconds()} s`);
  };
  const timer = setInterval(
    () => (live ? draw() : out.write(`${last} … ${seconds()} s\n`)),
    live ? REDRAW_MS : PLAIN_EVERY_MS,
  );
  timer.unref();
  draw();
  return {
    line: (text) => {
      if (live) out.write('\r\x1b[K');
      out.write(`  ${text}\n`);
      last = label;
      draw();
    },
    end: () => {
      clearInterval(timer);
      if (live) out.write('\r\x1b[K');
    },
  };
}
