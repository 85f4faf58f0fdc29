import type { Connection } from '../connection/connection.ts';
import type { Recorder } from '../diagnostics/recorder.ts';
import type { ClientStore } from '../storage/no-store.ts';
import type { SdkClock } from '../time/clock.ts';
import { type CommandOutcome, CommandQueue, type StoredCommand } from './command-queue.ts';

/** The queue of a driver or a rider: sends on their connection, logs how commands ended, and tells the app. */
export function clientCommands({
  clock,
  store,
  connection,
  recorder,
  onEnd,
  onUnconfirmed,
}: {
  readonly clock: SdkClock;
  readonly store: ClientStore;
  readonly connection: Connection;
  readonly recorder: Recorder;
  /** For the app. */
  readonly onEnd: (ended: { command: StoredCommand; outcome: CommandOutcome<object> }) => void;
  readonly onUnconfirmed: (sent: { command: StoredCommand }) => void;
}): CommandQueue {
  return new CommandQueue({
    clock,
    store,
    send: (event, body, timeoutMs) => connection.request(event, body, timeoutMs),
    isConnected: () => connection.connected,
    onEnd: (command, outcome) => {
      const code = outcome.ok ? undefined : outcome.code;
      recorder.log('command.ended', { call: command.event, code });
      onEnd({ command, outcome });
    },
    onUnconfirmed: (command) => {
      recorder.log('command.unconfirmed', { call: command.event });
      onUnconfirmed({ command });
    },
  });
}
