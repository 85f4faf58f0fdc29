import { decodeEntry, type FixRecord, UnknownEntryVersion } from '@rideline/fleet/fixes/fix-record';
import { type DeadLetter, rawDeadLetter } from '@rideline/fleet/tracks/dead-letter';

/** Redis' reply for one entry: `[id, [field, value, …]]`, as buffers. */
export type RawEntry = [id: Buffer, fields: Buffer[]];

/** Result of reading an entry. `parked`: a later version wrote it, so it stays pending for a worker that knows it. */
export type ReadEntry =
  | {
      readonly kind: 'read';
      readonly id: string;
      readonly records: FixRecord[];
      readonly deadLetters: DeadLetter[];
    }
  | { readonly kind: 'parked'; readonly id: string; readonly version: number };

const FIELD = 'e';
/** Versions are small numbers. A greater first byte is text or noise: no later version will ever read it. */
const HIGHEST_VERSION = 31;

/** Reads one entry. Never throws: unreadable parts, and only those, become dead letters. */
export function readStreamEntry([idBytes, fields]: RawEntry): ReadEntry {
  const id = idBytes.toString('latin1');
  const index = fields.findIndex((field, at) => at % 2 === 0 && field.toString('latin1') === FIELD);
  const payload = index < 0 ? undefined : fields[index + 1];
  if (payload === undefined) return unreadable(id, `no field ${FIELD}`, Buffer.concat(fields));
  try {
    const { records, bad } = decodeEntry(payload);
    const deadLetters = bad.map((record) => rawDeadLetter('record', record.reason, id, record.raw));
    return { kind: 'read', id, records, deadLetters };
  } catch (error) {
    if (error instanceof UnknownEntryVersion && error.version > 0 && error.version <= HIGHEST_VERSION) {
      return { kind: 'parked', id, version: error.version };
    }
    return unreadable(id, (error as Error).message, payload);
  }
}

function unreadable(id: string, reason: string, raw: Buffer): ReadEntry {
  return { kind: 'read', id, records: [], deadLetters: [rawDeadLetter('entry', reason, id, raw)] };
}
