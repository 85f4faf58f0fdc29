import { cpuSince } from '../process-cpu.ts';

/** Programs with work left when the last frame is out: history is read from the log and written in blocks that wait for seconds. */
const STORES = /^(workers|mongo|redis)/;

/** What /proc said of each program, µs (`readCpu`). */
export interface CpuReadings {
  readonly before: ReadonlyMap<string, number>;
  /** When the frames, and what had to follow at once, were through. */
  readonly sent: ReadonlyMap<string, number>;
  /** When the last fix was durable; the same as `sent` where nothing is kept. */
  readonly durable: ReadonlyMap<string, number>;
}

/** CPU µs of each program for a stretch: of those that store until the last fix was durable, of all others while frames were sent. */
export function stretchCpu({ before, sent, durable }: CpuReadings): Map<string, number> {
  const whileSent = cpuSince(sent, before);
  const untilDurable = cpuSince(durable, before);
  return new Map(
    [...untilDurable].map(([name, used]) => [name, STORES.test(name) ? used : (whileSent.get(name) ?? 0)]),
  );
}
