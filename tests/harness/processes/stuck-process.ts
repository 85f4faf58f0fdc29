import { configPart } from '@rideline/platform/config/config';
import { openProcess } from '@rideline/platform/open-process';

/** A process with a stop step that never ends, configured by its environment. */
await openProcess(
  { kind: 'workers', config: configPart({}, () => ({})), metrics: () => ({}), lagLimitMs: 10_000 },
  async ({ onStop, log }) => {
    onStop('flush', 'a step that never ends', () => new Promise<void>(() => undefined));
    onStop('work', 'a step that fails', () => {
      throw new Error('this step fails');
    });
    onStop('admission', 'a step that ends', () => log.info('the first step has run'));
    log.info('ready to be stopped');
  },
);
