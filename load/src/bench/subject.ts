import type { Accounted } from '../process-cpu.ts';
import type { GeneratorPlan } from './generator-messages.ts';

/** How many sockets a bench opens. `followed`: drivers (from the first) on a trip that a rider on another node follows. */
export interface SocketNumbers {
  readonly drivers: number;
  readonly followed: number;
}

/** A stack under measurement: running servers, and what a generator must know to load them. */
export interface Subject {
  readonly programs: readonly Accounted[];
  /** The plan's part that depends on the stack. */
  plan(numbers: SocketNumbers): Promise<Pick<GeneratorPlan, 'nodes' | 'drivers' | 'riders' | 'seen'>>;
  /** Whether fixes become durable, so that a run ends when all are. */
  readonly durable: boolean;
  /** Fixes of a boot in the database; null when the stack keeps none. */
  stored(boot: string): Promise<number | null>;
  stop(): Promise<void>;
}
