import { CallOrder } from './call-order.ts';
import {
  checkTexts,
  LOG_NAMES,
  type LogName,
  type OpenOptions,
  type RecordStore,
  type SdkStorage,
  StoreLostError,
} from './storage.ts';

/**
 * A storage that lasts as long as the object: for tests, and for an app that opens and closes clients without losing what waits.
 * The client that opens it last has it.
 */
export function memoryStorage(): SdkStorage {
  const logs = new Map<LogName, Map<number, string>>(LOG_NAMES.map((log) => [log, new Map()]));
  let nextId = 1;
  let holder: CallOrder | undefined;

  const recordsOf = (log: LogName) => logs.get(log) as Map<number, string>;
  const replaceHolder = (next: CallOrder | undefined) => {
    holder?.lost();
    holder = next;
  };

  function open({ onLost }: OpenOptions): RecordStore {
    const order = new CallOrder(onLost);
    replaceHolder(order);
    const run = <T>(call: () => T) =>
      order.run(() => {
        if (holder !== order) throw new StoreLostError();
        return call();
      });
    return {
      append: (log, texts) =>
        run(() => {
          checkTexts(texts);
          return texts.map((text) => {
            recordsOf(log).set(nextId, text);
            return nextId++;
          });
        }),
      read: (log, afterId, limit) =>
        run(() =>
          [...recordsOf(log)]
            .filter(([id]) => id > afterId)
            .slice(0, limit)
            .map(([id, text]) => ({ id, text })),
        ),
      delete: (log, ids) =>
        run(() => {
          for (const id of ids) recordsOf(log).delete(id);
        }),
      deleteUpTo: (log, upTo) =>
        run(() => {
          for (const id of recordsOf(log).keys()) if (id <= upTo) recordsOf(log).delete(id);
        }),
      close: () =>
        order.close(() => {
          if (holder === order) holder = undefined;
        }),
    };
  }

  return {
    open: async (options) => open(options),
    wipe: async () => {
      replaceHolder(undefined);
      for (const log of LOG_NAMES) recordsOf(log).clear();
    },
  };
}
