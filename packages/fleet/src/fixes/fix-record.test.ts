import { bootIdSchema, driverIdSchema, VERDICTS } from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEntry,
  EntryWriter,
  type FixRecord,
  type JudgedFix,
  UnknownEntryVersion,
} from './fix-record.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const orNull = (value: fc.Arbitrary<number>) => fc.option(value, { nil: null });
const fix: fc.Arbitrary<JudgedFix> = fc.record({
  seq: fc.nat(2 ** 32 - 1),
  t: fc.integer({ min: 0, max: 4e12 }),
  lat: orNull(fc.integer({ min: -90e7, max: 90e7 }).map((n) => n / 1e7)),
  lng: orNull(fc.integer({ min: -180e7, max: 180e7 }).map((n) => n / 1e7)),
  speed: orNull(fc.integer({ min: 0, max: 60_000 }).map((n) => n / 100)),
  heading: orNull(fc.integer({ min: 0, max: 35_999 }).map((n) => n / 100)),
  accuracy: orNull(fc.integer({ min: 0, max: 60_000 }).map((n) => n / 10)),
  flags: fc.nat(255),
  verdict: fc.constantFrom(...VERDICTS),
});
const record: fc.Arbitrary<FixRecord> = fc.record({
  driverId: id.map((text) => driverIdSchema.parse(text)),
  boot: id.map((text) => bootIdSchema.parse(text)),
  bootIndex: fc.nat(2 ** 32 - 1),
  status: fc.constantFrom('available', 'busy', 'offline'),
  receivedAt: fc.integer({ min: 0, max: 4e12 }),
  lowest: fc.nat(2 ** 32 - 1),
  fixes: fc.array(fix, { maxLength: 200 }),
});

function pack(records: readonly FixRecord[]): Buffer {
  const writer = new EntryWriter();
  for (const each of records) writer.append(each);
  return writer.take();
}

describe('fix-record', () => {
  it('FIX-1: a packed record is decoded to the same record', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        expect(decodeEntry(pack(records))).toEqual({ records, bad: [] });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('FIX-1: a value that does not fit into its field is read back as unknown, and a full turn as none', () => {
    const [odd] = fc.sample(record, { seed: 1, numRuns: 1 });
    const fixes = [{ speed: 700, heading: 359.996, accuracy: 1e308 }].map((values) => ({
      ...{ seq: 1, t: 1, lat: 1, lng: 1, flags: 0, verdict: 'ok' as const },
      ...values,
    }));
    const [read] = decodeEntry(pack([{ ...(odd as FixRecord), fixes }])).records;
    expect(read?.fixes).toMatchObject([{ speed: null, heading: 0, accuracy: null }]);
  });

  it('FIX-2: one damaged byte loses at most one record and is always detected', () => {
    const entries = fc.array(record, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, position, flip) => {
        const entry = pack(records);
        const bodies = records.map((each) => pack([each]).subarray(9));
        const at = 1 + (position % (entry.length - 1));
        let start = 1;
        const hit = bodies.findIndex((body) => {
          const inBody = at >= start + 8 && at < start + 8 + body.length;
          start += 8 + body.length;
          return inBody;
        });
        fc.pre(hit >= 0);
        entry[at] = (entry[at] ?? 0) ^ flip;
        const read = decodeEntry(entry);
        expect(read.bad).toHaveLength(1);
        expect(read.records).toEqual(records.filter((_, index) => index !== hit));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('FIX-2: a truncated entry yields the records before the cut and one bad record', () => {
    const records = fc.sample(record, { seed: 3, numRuns: 3 });
    const entry = pack(records);
    const read = decodeEntry(entry.subarray(0, entry.length - 1));
    expect(read.records).toEqual(records.slice(0, 2));
    expect(read.bad).toHaveLength(1);
  });

  it('FIX-2: an entry of an unknown version is not a bad record', () => {
    expect(() => decodeEntry(Buffer.from([9, 0]))).toThrow(UnknownEntryVersion);
  });

  it('FIX-1: a writer is empty after take()', () => {
    const [first, second] = fc.sample(record, { seed: 4, numRuns: 2 }) as [FixRecord, FixRecord];
    const writer = new EntryWriter();
    writer.append(first);
    writer.take();
    expect(writer.empty).toBe(true);
    writer.append(second);
    expect(decodeEntry(writer.take()).records).toEqual([second]);
  });
});
