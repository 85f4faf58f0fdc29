import { LaunchError } from '@rideline/infra/local/launch-error';

/** Aborted by Ctrl-C or SIGTERM: what runs stops everything that it started and reports nothing. */
export function stoppedBySignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort(new LaunchError('stopped before the end', 'Nothing was measured')));
  }
  return stop.signal;
}
