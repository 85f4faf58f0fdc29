import type { Logger } from './logger.ts';

/**
 * The phases of an orderly stop, in order.
 * admission: no new clients and no new work are sent here · drain: clients are sent elsewhere, open requests are answered · work: loops,
 * watches and timers end · flush: buffered data is written · connections: queues, caches, Redis, MongoDB, S3 · observability:
 * health and metrics, last.
 */
export const STOP_PHASES = ['admission', 'drain', 'work', 'flush', 'connections', 'observability'] as const;
export type StopPhase = (typeof STOP_PHASES)[number];

type Step = () => Promise<void> | void;

/** Registers a step of the stop. Within a phase steps run one after the other, the one registered last first. */
export type OnStop = (phase: StopPhase, name: string, step: Step) => void;

export class StopSequence {
  readonly #steps = new Map<StopPhase, { name: string; step: Step }[]>(
    STOP_PHASES.map((phase) => [phase, []]),
  );
  #current = 'none';

  readonly add: OnStop = (phase, name, step) => {
    this.#steps.get(phase)?.push({ name, step });
  };

  /** The running step, which the stop waits for. */
  get current(): string {
    return this.#current;
  }

  /** Runs every step, also after a failed one. @returns whether all succeeded */
  async run(log: Logger): Promise<boolean> {
    let clean = true;
    for (const [phase, steps] of this.#steps) {
      for (const { name, step } of steps.toReversed()) {
        this.#current = `${phase}: ${name}`;
        try {
          await step();
        } catch (error) {
          clean = false;
          log.error({ err: error, phase, step: name }, 'stop step failed');
        }
      }
    }
    return clean;
  }
}
