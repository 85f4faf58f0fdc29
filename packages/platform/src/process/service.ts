import closeWithGrace from 'close-with-grace';
import type { Logger } from './logger.ts';

/** Registers a step of the orderly stop; steps run one after the other in the reverse order of registration. */
export type OnStop = (label: string, step: () => Promise<void> | void) => void;

async function runStopSteps(
  steps: { label: string; step: () => Promise<void> | void }[],
  log: Logger,
): Promise<boolean> {
  let clean = true;
  for (const { label, step } of steps.toReversed()) {
    try {
      await step();
    } catch (error) {
      clean = false;
      log.error({ err: error, step: label }, 'stop step failed');
    }
  }
  return clean;
}

/**
 * Runs a process: `start` wires it and registers what has to be stopped. SIGTERM and SIGINT stop it in order and exit 0; a second
 * signal, an overrun of `shutdownMs`, an uncaught error or a failed start exits 1.
 */
export async function runService(options: {
  log: Logger;
  shutdownMs: number;
  start: (onStop: OnStop) => Promise<void>;
}): Promise<void> {
  const { log } = options;
  const steps: { label: string; step: () => Promise<void> | void }[] = [];
  closeWithGrace({ delay: options.shutdownMs, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'uncaught error');
    else log.info({ signal }, 'stopping');
    const clean = await runStopSteps(steps, log);
    log.info({ clean }, 'stopped');
    if (!clean || err) process.exit(1);
  });
  try {
    await options.start((label, step) => steps.push({ label, step }));
  } catch (error) {
    log.fatal({ err: error }, 'start failed');
    await runStopSteps(steps, log);
    process.exit(1);
  }
}
