/*
 * The form of ids without their schemas: the SDK's package contains this file, and no zod (docs/decisions/0163-sdk-package.md).
 */

/** Ids from outside: usable without quoting as a path segment, a part of a Redis key, and a part of an S3 key. */
export const OUTSIDE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** A UUID, or an id that begins with one (an offer's: `<tripId>_<attempt>`). */
const UUID_LIKE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:_\d+)?$/i;

/** UUIDs are equal in any case (RFC 9562 section 4); Swift prints them in upper case. Other ids are compared exactly. */
export const inOneCase = (id: string): string => (UUID_LIKE.test(id) ? id.toLowerCase() : id);
