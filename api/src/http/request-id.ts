import { randomUUIDv7 } from 'node:crypto';

/** A caller's own request id, when it is short and plain: it goes into log lines and back into a header. */
const WELL_FORMED = /^[A-Za-z0-9_-]{8,64}$/;

/** The id that a request carries through logs and problems: the caller's, else a new UUIDv7. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && WELL_FORMED.test(header) ? header : randomUUIDv7();
}
