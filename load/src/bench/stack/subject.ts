import type { Accounted } from '../../process/process-cpu.ts';
import type { GeneratorPlan } from '../generator/generator-messages.ts';

/** How many sockets a bench opens. `followed`: drivers (from the first) on a trip that a rider on another node follows. */
export interface SocketNumbers {
  readonly drivers: number;
  readonly followed: number;
  /** The drivers after the followed ones, each followed by several riders. Must be even, or riders would be on their driver's node. */
  readonly crowds?: { readonly drivers: number; readonly ridersEach: number };
}

/** For each rider in the order of the plan, the driver that they follow. The generator puts a rider on the node after their driver's. */
export function followedByRider({ followed, crowds }: SocketNumbers): number[] {
  const { drivers, ridersEach } = crowds ?? { drivers: 0, ridersEach: 0 };
  if (drivers % 2 !== 0) throw new Error('crowds: an odd number of drivers');
  const crowded = Array.from({ length: drivers * ridersEach }, (_, n) => followed + (n % drivers));
  return [...Array.from({ length: followed }, (_, n) => n), ...crowded];
}

/** A stack under measurement: running servers, and what a generator must know to load them. */
export interface Subject {
  readonly programs: readonly Accounted[];
  /** The part of the plan that depends on the stack. */
  plan(numbers: SocketNumbers): Promise<Pick<GeneratorPlan, 'nodes' | 'drivers' | 'riders' | 'seen'>>;
  /** Whether phones receive that their fixes are durable, so that a run ends when all have. */
  readonly durable: boolean;
  /** For a rival: fixes that its servers have finished with since they started, stored ones where it stores. A run ends when all are. */
  handled?(): Promise<number>;
  /** For a rival: stores at once what its servers collect. */
  flush?(): Promise<void>;
  /**
   * Fixes of a boot in the database; null when the stack stores none. `onCounted` is called every few seconds with the fixes counted so
   * far.
   */
  stored(boot: string, onCounted?: (fixes: number) => void): Promise<number | null>;
  stop(): Promise<void>;
}
