import { cpuSince } from '../../process/process-cpu.ts';

/** What /proc said of each program, µs (`readCpu`). */
export interface CpuReadings {
  readonly before: ReadonlyMap<string, number>;
  /** When the frames, and what had to follow at once, were through. */
  readonly sent: ReadonlyMap<string, number>;
  /** When the last fix was durable; the same as `sent` where nothing is kept. */
  readonly durable: ReadonlyMap<string, number>;
}

/**
 * CPU µs of each program for a stretch: of `stores` until the last fix was durable, since blocks of history wait for seconds; of all others
 * while frames were sent, since an idle gateway's CPU is no frame's.
 */
export function runCpu({ before, sent, durable }: CpuReadings, stores: RegExp): Map<string, number> {
  const whileSent = cpuSince(sent, before);
  const untilDurable = cpuSince(durable, before);
  return new Map(
    [...untilDurable].map(([name, used]) => [name, stores.test(name) ? used : (whileSent.get(name) ?? 0)]),
  );
}
