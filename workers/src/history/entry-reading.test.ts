import { EntryWriter, type FixRecord } from '@rideline/fleet/fixes/fix-record';
import { DEAD_LETTER_RAW_BYTES } from '@rideline/fleet/tracks/dead-letter';
import { expect, it } from 'vitest';
import { readStreamEntry } from './entry-reading.ts';

const ID = Buffer.from('1-1');
const raw = (payload: Buffer, field = 'e') => [ID, [Buffer.from(field), payload]] as [Buffer, Buffer[]];

function packed(...drivers: string[]): Buffer {
  const writer = new EntryWriter();
  for (const driverId of drivers) {
    writer.append({
      driverId,
      boot: 'b',
      bootIndex: 1,
      status: 'available',
      receivedAt: 1,
      lowest: 0,
      fixes: [],
    } as unknown as FixRecord);
  }
  return writer.take();
}

it('HIST-8: a damaged record goes to the dead letters alone', () => {
  const entry = packed('a', 'b');
  entry[12] = (entry[12] ?? 0) ^ 0xff;
  const read = readStreamEntry(raw(entry));
  expect(read).toMatchObject({
    kind: 'read',
    id: '1-1',
    records: [{ driverId: 'b' }],
    deadLetters: [{ v: 1, cause: 'record', entry: '1-1' }],
  });
});

it('HIST-8: an entry of a later version is parked, not dead-lettered', () => {
  const entry = packed('a');
  entry[0] = 2;
  expect(readStreamEntry(raw(entry))).toEqual({ kind: 'parked', id: '1-1', version: 2 });
});

it.each([
  ['text', raw(Buffer.from('{"driverId": "a"'))],
  ['nothing', raw(Buffer.alloc(0))],
  ['another field', raw(packed('a'), 'x')],
  ['no fields', [ID, []] as [Buffer, Buffer[]]],
])('HIST-8: an entry that is %s is dead-lettered as a whole', (_name, entry) => {
  expect(readStreamEntry(entry)).toMatchObject({
    kind: 'read',
    records: [],
    deadLetters: [{ cause: 'entry' }],
  });
});

it('HIST-8: the dead letter of a huge field keeps its beginning and its length', () => {
  const bytes = 10 * 1024 * 1024;
  const read = readStreamEntry(raw(Buffer.alloc(bytes, 'x')));
  if (read.kind !== 'read') throw new Error('not read');
  expect(read.deadLetters[0]?.rawBytes).toBe(bytes);
  expect(Buffer.from(read.deadLetters[0]?.raw ?? '', 'base64')).toHaveLength(DEAD_LETTER_RAW_BYTES);
});
