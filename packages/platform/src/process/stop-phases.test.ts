import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { StopSequence } from './stop-phases.ts';

it('OPS-50: a stop runs its phases in order, within a phase the last registered first, and continues after a failure', async () => {
  const stop = new StopSequence();
  const ran: string[] = [];
  const step = (name: string) => () => {
    ran.push(name);
  };
  stop.add('connections', 'redis', step('redis'));
  stop.add('observability', 'metrics', step('metrics'));
  stop.add('work', 'first', step('first'));
  stop.add('work', 'second', () => {
    ran.push('second');
    throw new Error('broken');
  });
  stop.add('admission', 'balancer', step('balancer'));
  expect(await stop.run(createLogger({ process: 'test', level: 'silent' }))).toBe(false);
  expect(ran).toEqual(['balancer', 'second', 'first', 'redis', 'metrics']);
  expect(stop.current).toBe('observability: metrics');
});
