/** Two values that a screen shows alike: the same, or lists or flat objects of the same members. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const members = new Map(Object.entries(other));
  const mine = Object.entries(one);
  return mine.length === members.size && mine.every(([name, value]) => Object.is(value, members.get(name)));
}

/** What `useSyncExternalStore` needs: a subscription, and a value that is the same object until something changes. */
export interface ClientStore<Value> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => Value;
}

/** @param compute the value now; a result with the same members as before is not a change */
export function clientStore<Value>(
  subscribe: ClientStore<Value>['subscribe'],
  compute: () => Value,
): ClientStore<Value> {
  let held: { readonly value: Value } | undefined;
  return {
    subscribe,
    read() {
      const value = compute();
      if (held === undefined || !isSame(held.value, value)) held = { value };
      return held.value;
    },
  };
}

/** One store for each client, made when the first component asks: as many as the app has clients, and gone with them. */
export function storeOfEach<Client extends object, Value>(
  make: (client: Client) => ClientStore<Value>,
): (client: Client) => ClientStore<Value> {
  const stores = new WeakMap<Client, ClientStore<Value>>();
  return (client) => {
    const known = stores.get(client);
    if (known !== undefined) return known;
    const made = make(client);
    stores.set(client, made);
    return made;
  };
}

/** Subscribes one listener to several events. */
export function onEach(subscriptions: readonly (() => void)[]): () => void {
  return () => {
    for (const end of subscriptions) end();
  };
}
