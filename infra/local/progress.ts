import type { WriteStream } from 'node:tty';

export type Progress = {
  /** A finished step; it stays on the screen. */
  readonly line: (text: string) => void;
  /** Ends the display; no line follows. */
  readonly end: () => void;
};

const REDRAW_MS = 500;
const PLAIN_EVERY_MS = 20_000;

/**
 * Shows progress. On a terminal the last line counts the seconds. Elsewhere a plain line is repeated every 20 s, so that a log
 * shows where a slow start is stuck.
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
