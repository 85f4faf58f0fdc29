import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a rival's server can be asked by the bench, over IPC. */
export interface RivalAnswers {
  /** Fixes that this server has finished with since it started, stored ones where it stores. */
  readonly handled: () => number;
  /** Stores at once what it collects. */
  readonly flush?: () => Promise<void>;
}

export type RivalQuestion = 'handled' | 'flush';
type RivalMessage = { readonly port: number } | { readonly handled: number };

const report = (message: RivalMessage) => process.send?.(message);

/** Listens on a free port, reports it, answers the bench's questions, and exits with the bench. */
export function serveBench(http: Server, { handled, flush }: RivalAnswers): void {
  process.on('message', async (question: RivalQuestion) => {
    if (question === 'flush') await flush?.();
    report({ handled: handled() });
  });
  process.on('disconnect', () => process.exit());
  http.listen(0, '127.0.0.1', () => report({ port: (http.address() as AddressInfo).port }));
}
