import { type ChildProcess, fork } from 'node:child_process';
import { endChild } from '../../process/end-child.ts';
import type {
  CommandCounts,
  CommandLoad,
  FromGenerator,
  GeneratorCounts,
  GeneratorPlan,
  Load,
  ToGenerator,
} from './generator-messages.ts';

/** The generator in a process of its own, so that its CPU is counted separately. */
export interface Generator {
  readonly pid: number;
  connect(plan: GeneratorPlan): Promise<void>;
  /** Resolves when all frames have been sent. */
  send(load: Load): Promise<GeneratorCounts>;
  /** Resolves when every command is answered and every follower has the state that it leads to, or half a minute after the last one. */
  command(load: CommandLoad): Promise<CommandCounts>;
  /** Resolves when every driver's last fix is durable, or at the deadline with fewer. */
  settle(deadlineMs: number): Promise<GeneratorCounts>;
  close(): Promise<void>;
}

export function startGenerator(): Generator {
  const child = fork(new URL('./generator-process.ts', import.meta.url), {
    // A process group of its own: CPU is counted by group.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const request = <Type extends FromGenerator['type']>(message: ToGenerator, answer: Type) => {
    const answered = awaitMessage(child, answer);
    child.send(message);
    return answered;
  };
  return {
    pid: child.pid ?? 0,
    connect: async (plan) => {
      await request({ type: 'connect', plan }, 'connected');
    },
    send: async (load) => (await request({ type: 'send', load }, 'sent')).counts,
    command: async (load) => (await request({ type: 'command', load }, 'commanded')).counts,
    settle: async (deadlineMs) => (await request({ type: 'settle', deadlineMs }, 'settled')).counts,
    close: () =>
      endChild(child, () => {
        if (child.connected) child.send({ type: 'close' } satisfies ToGenerator);
      }),
  };
}

function awaitMessage<Type extends FromGenerator['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromGenerator, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromGenerator) => {
      if (message.type === type) settle(() => resolve(message as Extract<FromGenerator, { type: Type }>));
      else if (message.type === 'failed') settle(() => reject(new Error(`generator: ${message.reason}`)));
    };
    const onExit = () => settle(() => reject(new Error('the generator exited')));
    const settle = (finish: () => void) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      finish();
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
