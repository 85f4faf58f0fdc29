import { Session, type SessionOptions } from './session.ts';

/** Continues a stored session: pass it to `createDriver` and `createRider` as `token`. `openSession` starts a new one. */
export function createSession(options: SessionOptions): Session {
  return new Session(options);
}
