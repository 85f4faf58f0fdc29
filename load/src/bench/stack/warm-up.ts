import { untilAborted } from '../../command/until-aborted.ts';
import type { Load } from '../generator/generator-messages.ts';
import { type RunningStack, untilDurable } from './running-stack.ts';

/**
 * A gateway runs for weeks, but a process that has just started spends up to a third of its CPU on compiling itself (perf: 33 of 157 µs per
 * frame in V8's compiler after 15 s at 1,000 frames/s, 3 of 84 after a minute at 2,000). Every stack gets this long before it is measured.
 */
const WARM_UP_MS = { full: 45_000, quick: 15_000 } as const;

export const warmUpMs = (quick: boolean): number => (quick ? WARM_UP_MS.quick : WARM_UP_MS.full);

/** For a report's head or its small print. */
export const warmUpText = (ms: number): string => `each stack warmed up for ${ms / 1000} s`;

/** Runs a stack under a load that is not measured, and waits until its fixes are durable. */
export async function warmUp(stack: RunningStack, load: Load, signal: AbortSignal): Promise<void> {
  await untilAborted(stack.generator.send(load), signal);
  await untilDurable(stack, signal);
}
