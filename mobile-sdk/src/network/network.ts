/**
 * What the platform says about the network. Only a hint: listeners report "offline" for minutes after the network is back
 * (react-native-netinfo issues 326, 615, 669), so the SDK dials sooner after good news and never waits because of bad news.
 */
export interface NetworkHint {
  /** null: not known. */
  readonly online: boolean | null;
  /** E.g. `wifi` or `cellular`; another kind means another address, on which an open connection is most likely dead. */
  readonly kind?: string;
}

/** A listener for the network. Without one the SDK dials by its own schedule. */
export interface NetworkSource {
  /** Calls the listener with each change, and possibly at once. Returns the function that removes it. */
  subscribe(listener: (hint: NetworkHint) => void): () => void;
}

/** Whether a hint is a reason to dial sooner, or to ask whether an open connection lives. */
export function isGoodNews(before: NetworkHint | undefined, now: NetworkHint): boolean {
  if (before === undefined || now.online === false) return false;
  return (
    before.online === false || (before.kind !== now.kind && now.kind !== undefined && now.kind !== 'none')
  );
}
