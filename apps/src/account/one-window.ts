/**
 * One window of a browser runs the app: the refresh token is valid once, and stored commands must be sent by one sender. Another window may
 * take over; the one that loses is told.
 */
export interface OneWindow {
  /** Resolves to false when another window has the app. */
  readonly tryTake: () => Promise<boolean>;
  /** Takes the app from the other window. */
  readonly take: () => Promise<void>;
}

type Locks = Pick<LockManager, 'request'>;

/** @param onLost another window has taken the app over. Where the browser has no locks, or refuses them with its storage, every window runs it. */
export function oneWindow(
  name: string,
  onLost: () => void,
  locks: Locks | undefined = navigator.locks,
): OneWindow {
  if (locks === undefined) return { tryTake: async () => true, take: async () => undefined };
  // Held until the window is closed or the lock is stolen, which rejects the request.
  const hold = (options: LockOptions, onAnswer: (taken: boolean) => void) => {
    let isTaken = false;
    locks
      .request(name, options, (lock) => {
        isTaken = lock !== null;
        onAnswer(isTaken);
        return isTaken ? new Promise<never>(() => undefined) : undefined;
      })
      .catch(() => {
        if (isTaken) onLost();
        // Blocked cookies: there is nothing that two windows could share.
        else onAnswer(true);
      });
  };
  let first: Promise<boolean> | undefined;
  return {
    // Repeated by React's development mode: the window must not find itself in its way.
    tryTake: () => {
      first ??= new Promise((resolve) => hold({ ifAvailable: true }, resolve));
      return first;
    },
    take: () => new Promise((resolve) => hold({ steal: true }, () => resolve())),
  };
}
