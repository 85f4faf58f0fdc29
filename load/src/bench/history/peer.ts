import { type ChildProcess, fork } from 'node:child_process';
import { endChild } from '../../process/end-child.ts';
import type { FromPeer, PeerWork } from './peer-process.ts';

type Done = Extract<FromPeer, { type: 'done' }>;

export interface HistoryPeer {
  /** Prepares the documents; `go` starts the writing. */
  prepare(work: PeerWork): Promise<void>;
  go(): Promise<Done>;
  close(): Promise<void>;
}

export async function startHistoryPeer(mongodbUri: string): Promise<HistoryPeer> {
  const child = fork(new URL('./peer-process.ts', import.meta.url), {
    detached: true,
    env: { ...process.env, MONGODB_URI: mongodbUri },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await answerOf(child, 'listening');
  return {
    async prepare(work) {
      const ready = answerOf(child, 'ready');
      child.send(work);
      await ready;
    },
    async go() {
      const done = answerOf(child, 'done');
      child.send('go');
      return done;
    },
    close: () =>
      endChild(child, () => {
        if (child.connected) child.disconnect();
      }),
  };
}

function answerOf<Type extends FromPeer['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromPeer, { type: Type }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<FromPeer, { type: Type }>>();
  const onMessage = (message: FromPeer) => {
    if (message.type === type) resolve(message as Extract<FromPeer, { type: Type }>);
    else if (message.type === 'failed') reject(new Error(message.reason));
  };
  const onExit = () => reject(new Error('the peer process exited'));
  child.on('message', onMessage);
  child.on('exit', onExit);
  return promise.finally(() => {
    child.off('message', onMessage);
    child.off('exit', onExit);
  });
}
