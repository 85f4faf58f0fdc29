/** Where a server comes from; the order is in docs/design/design.md, "Servers on one machine". */
export type ServerKind = 'environment' | 'path' | 'package' | 'stand-in';

/** One place where a server may be found. */
export type ServerSource<T> = {
  readonly kind: ServerKind;
  /** What this source needs, for `doctor`: `MONGODB_URI`, `mongod on the PATH`. */
  readonly describes: string;
  /**
   * Null when this source does not have it. May install or build, reported through the launcher's progress lines.
   * @throws LaunchError when the search must stop here
   */
  readonly find: () => Promise<T | null>;
};

export type Chosen<T> = { readonly kind: ServerKind; readonly found: T };

/** The first source that has the server; null when none has. Later ones are not asked. */
export async function chooseServer<T>(sources: readonly ServerSource<T>[]): Promise<Chosen<T> | null> {
  for (const source of sources) {
    const found = await source.find();
    if (found !== null) return { kind: source.kind, found };
  }
  return null;
}
