import { crc32 } from 'node:zlib';
import {
  type BootId,
  bootIdSchema,
  type DriverId,
  type DriverStatusValue,
  driverIdSchema,
  VERDICTS,
  type Verdict,
} from '@rideline/contract';

/** A fix after hygiene, as the log, the live index and history hold it. Degrees, m/s, metres, epoch ms on the domain clock. */
export interface JudgedFix {
  seq: number;
  t: number;
  /** null when the phone's value was not finite or out of range: such a coordinate is not kept. */
  lat: number | null;
  lng: number | null;
  speed: number | null;
  heading: number | null;
  accuracy: number | null;
  flags: number;
  verdict: Verdict;
}

/** The fixes of one frame of one driver. A record without fixes reports a change of status. */
export interface FixRecord {
  driverId: DriverId;
  boot: BootId;
  /** Order in which the server first saw the driver's boots: decides which fix is newer. */
  bootIndex: number;
  status: DriverStatusValue;
  /** Wall ms at which the gateway received the frame. */
  receivedAt: number;
  /** The lowest seq that the phone still holds: missing seqs below it will never arrive. */
  lowest: number;
  fixes: JudgedFix[];
}

/** A record that could not be decoded. It goes to the dead letters alone; the other records of its entry are used. */
export interface BadRecord {
  reason: string;
  raw: Buffer;
}

/**
 * An entry of a fix stream: one version byte, then records. A record: u32 length of its body, u32 CRC-32 of the body, body. All numbers are
 * little-endian. The body: u8 length + driver id, u8 length + boot, u32 bootIndex, u8 status, f64 receivedAt, u32 lowest, u16 count, fixes.
 * A fix (28 bytes): u32 seq, f64 t, i32 lat and lng in 1e-7 degrees (11 mm), u16 speed in cm/s, u16 heading in 0.01 degrees,
 * u16 accuracy in dm, u8 flags, u8 verdict. The greatest value of a field means "none".
 */
const VERSION = 1;
const FIX_BYTES = 28;
const HEAD_BYTES = 8;
const NO_COORDINATE = 0x7fffffff;
const NO_VALUE = 0xffff;
const STATUSES = ['available', 'busy', 'offline'] as const satisfies readonly DriverStatusValue[];
const DEGREE = 1e7;
const INITIAL_BYTES = 64 * 1024;
/** Longest body that a reader accepts as a record: 200 fixes and two ids are under 6 KB. */
const MAX_BODY_BYTES = 64 * 1024;

/** Thrown for an entry of an unknown version: the entry stays pending until a reader that supports the version is deployed. */
export class UnknownEntryVersion extends Error {
  readonly version: number;
  constructor(version: number) {
    super(`fix entry version ${version} is not supported`);
    this.name = 'UnknownEntryVersion';
    this.version = version;
  }
}

/** Hundredths of a degree. */
const FULL_TURN = 36_000;

/** A value that does not fit is unknown: its nearest that fits is one that nobody measured. */
function packed(value: number | null, scale: number): number {
  if (value === null) return NO_VALUE;
  const rounded = Math.round(value * scale);
  return rounded < 0 ? 0 : Math.min(rounded, NO_VALUE);
}

/** 359.996° is 0°. */
const packedHeading = (heading: number | null) =>
  heading === null ? NO_VALUE : packed(heading, 100) % FULL_TURN;

/** Packs records into entries. One writer per shard; its buffer grows to the largest batch and is used again. */
export class EntryWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 1;
  #fixes = 0;

  /** Fixes appended since the last `take`. */
  get fixes(): number {
    return this.#fixes;
  }

  get empty(): boolean {
    return this.#length === 1;
  }

  append(record: FixRecord): void {
    const { fixes } = record;
    this.#reserve(HEAD_BYTES + record.driverId.length + record.boot.length + 21 + fixes.length * FIX_BYTES);
    const buffer = this.#buffer;
    const head = this.#length;
    let at = head + HEAD_BYTES;
    at = buffer.writeUInt8(record.driverId.length, at);
    at += buffer.write(record.driverId, at, 'latin1');
    at = buffer.writeUInt8(record.boot.length, at);
    at += buffer.write(record.boot, at, 'latin1');
    at = buffer.writeUInt32LE(record.bootIndex, at);
    at = buffer.writeUInt8(STATUSES.indexOf(record.status), at);
    at = buffer.writeDoubleLE(record.receivedAt, at);
    at = buffer.writeUInt32LE(record.lowest, at);
    at = buffer.writeUInt16LE(fixes.length, at);
    for (const fix of fixes) at = this.#writeFix(fix, at);
    buffer.writeUInt32LE(at - head - HEAD_BYTES, head);
    buffer.writeUInt32LE(crc32(buffer.subarray(head + HEAD_BYTES, at)), head + 4);
    this.#length = at;
    this.#fixes += fixes.length;
  }

  /** The packed entry, as a copy; the writer is empty afterwards. */
  take(): Buffer {
    this.#buffer[0] = VERSION;
    const entry = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 1;
    this.#fixes = 0;
    return entry;
  }

  #writeFix(fix: JudgedFix, start: number): number {
    const buffer = this.#buffer;
    let at = buffer.writeUInt32LE(fix.seq, start);
    at = buffer.writeDoubleLE(fix.t, at);
    at = buffer.writeInt32LE(fix.lat === null ? NO_COORDINATE : Math.round(fix.lat * DEGREE), at);
    at = buffer.writeInt32LE(fix.lng === null ? NO_COORDINATE : Math.round(fix.lng * DEGREE), at);
    at = buffer.writeUInt16LE(packed(fix.speed, 100), at);
    at = buffer.writeUInt16LE(packedHeading(fix.heading), at);
    at = buffer.writeUInt16LE(packed(fix.accuracy, 10), at);
    at = buffer.writeUInt8(fix.flags & 0xff, at);
    return buffer.writeUInt8(VERDICTS.indexOf(fix.verdict), at);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

const unpacked = (value: number, scale: number) => (value === NO_VALUE ? null : value / scale);
const coordinate = (value: number) => (value === NO_COORDINATE ? null : value / DEGREE);

function readFix(body: Buffer, at: number): JudgedFix {
  const verdict = VERDICTS[body.readUInt8(at + 27)];
  if (verdict === undefined) throw new RangeError('unknown verdict');
  return {
    seq: body.readUInt32LE(at),
    t: body.readDoubleLE(at + 4),
    lat: coordinate(body.readInt32LE(at + 12)),
    lng: coordinate(body.readInt32LE(at + 16)),
    speed: unpacked(body.readUInt16LE(at + 20), 100),
    heading: unpacked(body.readUInt16LE(at + 22), 100),
    accuracy: unpacked(body.readUInt16LE(at + 24), 10),
    flags: body.readUInt8(at + 26),
    verdict,
  };
}

function readId(body: Buffer, at: number): { id: string; next: number } {
  const next = at + 1 + body.readUInt8(at);
  return { id: body.toString('latin1', at + 1, next), next };
}

function readBody(body: Buffer): FixRecord {
  const driver = readId(body, 0);
  const boot = readId(body, driver.next);
  let at = boot.next;
  const bootIndex = body.readUInt32LE(at);
  const status = STATUSES[body.readUInt8(at + 4)];
  if (status === undefined) throw new RangeError('unknown status');
  const receivedAt = body.readDoubleLE(at + 5);
  const lowest = body.readUInt32LE(at + 13);
  const count = body.readUInt16LE(at + 17);
  at += 19;
  if (body.length !== at + count * FIX_BYTES) throw new RangeError('length and count of fixes differ');
  const fixes: JudgedFix[] = [];
  for (let index = 0; index < count; index++, at += FIX_BYTES) fixes.push(readFix(body, at));
  return {
    driverId: driverIdSchema.parse(driver.id),
    boot: bootIdSchema.parse(boot.id),
    bootIndex,
    status,
    receivedAt,
    lowest,
    fixes,
  };
}

/**
 * Decodes an entry. A damaged record is returned in `bad`, the others are decoded; when a length is out of bounds, the rest of the entry
 * is one bad record.
 * @throws UnknownEntryVersion
 */
export function decodeEntry(entry: Buffer): { records: FixRecord[]; bad: BadRecord[] } {
  const version = entry[0];
  if (version !== VERSION) throw new UnknownEntryVersion(version ?? -1);
  const records: FixRecord[] = [];
  const bad: BadRecord[] = [];
  let at = 1;
  while (at < entry.length) {
    const length = at + HEAD_BYTES <= entry.length ? entry.readUInt32LE(at) : Number.POSITIVE_INFINITY;
    const end = at + HEAD_BYTES + length;
    if (length > MAX_BODY_BYTES || end > entry.length) {
      bad.push({ reason: 'length out of bounds', raw: entry.subarray(at) });
      break;
    }
    const body = entry.subarray(at + HEAD_BYTES, end);
    try {
      if (crc32(body) !== entry.readUInt32LE(at + 4)) throw new RangeError('checksum differs');
      records.push(readBody(body));
    } catch (error) {
      bad.push({ reason: (error as Error).message, raw: entry.subarray(at, end) });
    }
    at = end;
  }
  return { records, bad };
}
