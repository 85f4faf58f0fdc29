/** How far one step of a long command is. */
export interface StepProgress {
  readonly step: string;
  readonly unit: string;
  readonly done: number;
  /** null: not known. */
  readonly total: number | null;
  /** Items a second of this run; null while nothing was done. */
  readonly perSecond: number | null;
  /** null: not known. */
  readonly secondsLeft: number | null;
  readonly state: 'running' | 'done';
}

/** `before`: items that an earlier, interrupted run had done; they say nothing about the speed of this one. */
export function progressOf(step: {
  readonly step: string;
  readonly unit: string;
  readonly before: number;
  readonly done: number;
  readonly total: number | null;
  readonly elapsedMs: number;
  readonly ended: boolean;
}): StepProgress {
  const { before, done, total, elapsedMs, ended } = step;
  const perSecond = done > before && elapsedMs > 0 ? ((done - before) * 1000) / elapsedMs : null;
  const left = total === null ? null : Math.max(0, total - done);
  return {
    step: step.step,
    unit: step.unit,
    done,
    total,
    perSecond: perSecond === null ? null : Number(perSecond.toPrecision(3)),
    secondsLeft: ended ? 0 : left === null || perSecond === null ? null : Math.round(left / perSecond),
    state: ended ? 'done' : 'running',
  };
}

const grouped = (count: number) => Math.round(count).toLocaleString('en-US');

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `tracks: 12,000 of 124,283 documents (9 %), 1,030/s, about 1 min 49 s left` */
export function progressLine({ step, unit, done, total, perSecond, secondsLeft }: StepProgress): string {
  const share =
    total === null || total === 0 ? '' : ` (${Math.floor((100 * Math.min(done, total)) / total)} %)`;
  return [
    total === null
      ? `${step}: ${grouped(done)} ${unit} so far`
      : `${step}: ${grouped(done)} of ${grouped(total)} ${unit}${share}`,
    ...(perSecond === null ? [] : [`${grouped(perSecond)}/s`]),
    ...(secondsLeft === null ? [] : [`about ${duration(secondsLeft)} left`]),
  ].join(', ');
}

/** Counts the items of a running step. */
export interface StepCount {
  add(items: number): void;
}

export interface Reporter {
  /** Prints a line that stays. */
  say(line: string): void;
  /**
   * Reports while `work` runs, also while nothing moves: with millions of documents a step takes minutes, and silence looks like a command
   * that hangs. `before`: items that are done already.
   */
  step<Result>(
    step: { readonly name: string; readonly unit: string; readonly total?: number; readonly before?: number },
    work: (count: StepCount) => Promise<Result>,
  ): Promise<Result>;
}

/** A terminal's last line is drawn again; a log gets a line now and then; `--json` gets one JSON object a line. */
type Style = 'terminal' | 'plain' | 'json';
const EVERY_MS: Readonly<Record<Style, number>> = { terminal: 500, plain: 10_000, json: 1000 };

export function createReporter(
  out: { write(text: string): unknown; readonly isTTY?: boolean },
  { json }: { readonly json: boolean },
): Reporter {
  const style: Style = json ? 'json' : out.isTTY === true ? 'terminal' : 'plain';
  const clear = style === 'terminal' ? '\r\x1b[K' : '';
  const show = (progress: StepProgress) => {
    if (style === 'json') out.write(`${JSON.stringify(progress)}\n`);
    else out.write(`${clear}${progressLine(progress)}${style === 'terminal' ? '' : '\n'}`);
  };
  return {
    say: (line) =>
      out.write(style === 'json' ? `${JSON.stringify({ message: line })}\n` : `${clear}${line}\n`),
    async step({ name, unit, total = null, before = 0 }, work) {
      const startedAt = performance.now();
      let done = before;
      const now = (ended: boolean) => {
        const elapsedMs = performance.now() - startedAt;
        return progressOf({ step: name, unit, before, done, total, elapsedMs, ended });
      };
      const timer = setInterval(() => show(now(false)), EVERY_MS[style]);
      if (style !== 'plain') show(now(false));
      try {
        const result = await work({
          add: (items) => {
            done += items;
          },
        });
        if (style === 'json') show(now(true));
        return result;
      } finally {
        clearInterval(timer);
        if (style === 'terminal') out.write(clear);
      }
    },
  };
}
