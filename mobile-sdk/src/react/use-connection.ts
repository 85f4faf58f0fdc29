import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Driver } from '../driver/driver.ts';
import type { Rider } from '../rider/rider.ts';
import { clientStore, storeOfEach } from './client-store.ts';

const connectionStore = storeOfEach((client: Driver | Rider) =>
  clientStore<ConnectionState>(
    // Each client has its own type of `on`: a call needs to know which one it is.
    (listener) => ('setStatus' in client ? client.on('state', listener) : client.on('state', listener)),
    () => client.state,
  ),
);

/** The state of a client's connection. */
export function useConnection(client: Driver | Rider): ConnectionState {
  const { subscribe, read } = connectionStore(client);
  return useSyncExternalStore(subscribe, read, read);
}
