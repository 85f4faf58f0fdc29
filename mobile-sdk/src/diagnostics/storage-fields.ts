import type { StorageEvent } from '../storage/store-keeper.ts';
import type { LogFields } from './log-events.ts';

/** What the log says of an event of the storage: not its error, whose text may quote what was to be stored. */
export function storageFields(event: StorageEvent): LogFields {
  switch (event.kind) {
    case 'open':
      return { count: event.fixes + event.commands };
    case 'failed':
      return { reason: event.during, code: event.isFull ? 'STORE_FULL' : 'INTERNAL' };
    case 'waiting':
    case 'lost':
      return {};
  }
}
