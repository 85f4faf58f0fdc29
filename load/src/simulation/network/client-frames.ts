/** A whole unit that a client sends: the head of its HTTP request, a websocket frame, or bytes that are neither. */
export interface ClientUnit {
  readonly bytes: Buffer;
  /** The Socket.IO event of a text frame; null for everything else. */
  readonly event: string | null;
}

/** Longest incomplete frame that is collected: more than the servers take (`LIMITS.messageBytes`). */
const FRAME_MOST = 256 * 1024;
const HEAD_MOST = 16 * 1024;
const TEXT = 1;
/** Enough of a packet for its event's name. */
const NAME_BYTES = 128;
const EVENT = /^42\/(?:driver|rider),(\d*)\["([a-z:]{1,40})"/;

/**
 * Splits what a client sends on one connection into whole websocket frames, so that a proxy can send one twice or later. A connection that
 * is not upgraded (REST, polling) passes as it is.
 */
export class ClientFrames {
  /** What has passed of the request's head. */
  #head: Buffer = Buffer.alloc(0);
  /** An incomplete frame. */
  #rest: Buffer = Buffer.alloc(0);
  #mode: 'head' | 'frames' | 'bytes' = 'head';

  push(chunk: Buffer): ClientUnit[] {
    switch (this.#mode) {
      case 'bytes':
        return [{ bytes: chunk, event: null }];
      case 'head':
        return this.#takeHead(chunk);
      case 'frames':
        return this.#takeFrames(chunk);
    }
  }

  /** The head passes as it comes; what follows it depends on what it asks for. */
  #takeHead(chunk: Buffer): ClientUnit[] {
    const before = this.#head.length;
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#head.length > HEAD_MOST) this.#mode = 'bytes';
      return [{ bytes: chunk, event: null }];
    }
    const isUpgrade = /\r\nupgrade: *websocket/i.test(this.#head.toString('latin1', 0, end + 2));
    this.#head = Buffer.alloc(0);
    this.#mode = isUpgrade ? 'frames' : 'bytes';
    if (!isUpgrade) return [{ bytes: chunk, event: null }];
    const endInChunk = end + 4 - before;
    const units: ClientUnit[] = [{ bytes: chunk.subarray(0, endInChunk), event: null }];
    return [...units, ...this.#takeFrames(chunk.subarray(endInChunk))];
  }

  #takeFrames(chunk: Buffer): ClientUnit[] {
    const units: ClientUnit[] = [];
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let frame = frameAt(this.#rest); frame !== null; frame = frameAt(this.#rest)) {
      const bytes = this.#rest.subarray(0, frame.end);
      units.push({ bytes, event: eventOf(bytes, frame) });
      this.#rest = this.#rest.subarray(frame.end);
    }
    if (this.#rest.length <= FRAME_MOST) return units;
    this.#mode = 'bytes';
    units.push({ bytes: this.#rest, event: null });
    this.#rest = Buffer.alloc(0);
    return units;
  }
}

/**
 * The same packet without its acknowledgement id, as a frame of its own: sent on another connection, the server's answer to it would
 * otherwise be taken for the answer to another request.
 */
export function withoutAckId(bytes: Buffer): Buffer {
  const frame = frameAt(bytes);
  if (frame === null) return bytes;
  const text = unmask(bytes, frame, frame.end).toString('utf8');
  const match = EVENT.exec(text);
  if (match === null) return bytes;
  const id = match[1] ?? '';
  const at = text.indexOf(',') + 1;
  return textFrame(text.slice(0, at) + text.slice(at + id.length));
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly mask: Buffer | null;
  readonly start: number;
  readonly end: number;
}

/** RFC 6455 section 5.2; null: not complete yet. */
function frameAt(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  let length = second & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  const isMasked = (second & 0x80) !== 0;
  const end = start + (isMasked ? 4 : 0) + length;
  if (bytes.length < end) return null;
  return {
    opcode: first & 0x0f,
    isLast: (first & 0x80) !== 0,
    mask: isMasked ? bytes.subarray(start, start + 4) : null,
    start: isMasked ? start + 4 : start,
    end,
  };
}

function eventOf(bytes: Buffer, frame: Frame): string | null {
  if (frame.opcode !== TEXT || !frame.isLast) return null;
  const text = unmask(bytes, frame, Math.min(frame.end, frame.start + NAME_BYTES)).toString('latin1');
  return EVENT.exec(text)?.[2] ?? null;
}

function unmask(bytes: Buffer, { mask, start }: Frame, end: number): Buffer {
  const payload = Buffer.from(bytes.subarray(start, end));
  if (mask !== null)
    for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return payload;
}

/** A client's text frame. Its mask is zero, which leaves the payload as it is: masks protect proxies from scripts, not data. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x80 | TEXT;
  head[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
