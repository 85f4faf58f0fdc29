import type { StoreKeeper } from './store-keeper.ts';

/** What a client needs of its store. */
export type ClientStore = Pick<StoreKeeper, 'ready' | 'isOpen' | 'write' | 'reopen' | 'close'>;

/** The store of a client without a storage. */
export function noStore(): ClientStore {
  return {
    ready: Promise.resolve(),
    isOpen: false,
    write: () => Promise.resolve(undefined),
    reopen: () => undefined,
    close: () => Promise.resolve(),
  };
}
