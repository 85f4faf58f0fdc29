import { cpuSince } from '../../process/process-cpu.ts';

/** CPU of each program at three times, µs (`readCpu`). */
export interface CpuReadings {
  readonly before: ReadonlyMap<string, number>;
  /** When all frames, and what had to follow at once, were through. */
  readonly sent: ReadonlyMap<string, number>;
  /** When the last fix was durable; the same as `sent` where nothing is stored. */
  readonly durable: ReadonlyMap<string, number>;
}

/**
 * CPU µs of each program for one run: of `stores` until the last fix was durable, because history blocks wait for seconds; of all others
 * while frames were sent, because an idle gateway's CPU is no frame's.
 */
export function runCpu({ before, sent, durable }: CpuReadings, stores: RegExp): Map<string, number> {
  const whileSent = cpuSince(sent, before);
  const untilDurable = cpuSince(durable, before);
  return new Map(
    [...untilDurable].map(([name, used]) => [name, stores.test(name) ? used : (whileSent.get(name) ?? 0)]),
  );
}
