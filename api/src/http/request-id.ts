import { randomUUIDv7 } from 'node:crypto';

/** Format of a request id that is accepted from a client: short and plain, because log lines and a header repeat it. */
const WELL_FORMED = /^[A-Za-z0-9_-]{8,64}$/;

/** The id of a request in logs and problems: the client's, else a new UUIDv7. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && WELL_FORMED.test(header) ? header : randomUUIDv7();
}
