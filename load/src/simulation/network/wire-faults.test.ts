import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { ClientFrames, type ClientUnit, withoutAckId } from './client-frames.ts';
import { WireFaults } from './wire-faults.ts';

const HEAD = Buffer.from('GET /socket.io/?EIO=4 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');

function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([head, mask, masked]);
}

const update = (seq: number, ackId = '') =>
  frame(`42/driver,${ackId}["location:update",{"boot":"b","fixes":[[${seq},1,2,3]]}]`);
const unit = (bytes: Buffer, event: string | null): ClientUnit => ({ bytes, event });

describe('LOAD-48: frames on the wire', () => {
  test('are found whatever the pieces are that they arrive in', () => {
    const messages = [HEAD, frame('40/driver,{"token":"t"}'), update(1), frame('3'), update(2, '17')];
    messages.push(frame(`42/driver,["location:update",{"long":"${'x'.repeat(500)}"}]`));
    const whole = Buffer.concat(messages);
    const random = seededRandom(5);
    for (let round = 0; round < 200; round++) {
      const frames = new ClientFrames();
      const units: ClientUnit[] = [];
      for (let at = 0; at < whole.length; ) {
        const end = Math.min(whole.length, at + 1 + Math.floor(random() * 120));
        units.push(...frames.push(whole.subarray(at, end)));
        at = end;
      }
      expect(Buffer.concat(units.map(({ bytes }) => bytes))).toEqual(whole);
      // The head passes as it comes; each message after it is one unit.
      let headBytes = 0;
      const found = units.filter(({ bytes }) => {
        headBytes += bytes.length;
        return headBytes > HEAD.length;
      });
      expect(found.map(({ bytes }) => bytes.toString('hex'))).toEqual(
        messages.slice(1).map((bytes) => bytes.toString('hex')),
      );
      expect(found.map(({ event }) => event)).toEqual([
        null,
        'location:update',
        null,
        'location:update',
        'location:update',
      ]);
    }
  });

  test('a connection that is not a websocket passes byte by byte', () => {
    const request = Buffer.from(
      'POST /v1/documents HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\n\r\n',
    );
    const frames = new ClientFrames();
    const out = [...request].flatMap((byte) => frames.push(Buffer.from([byte])));
    expect(Buffer.concat(out.map(({ bytes }) => bytes))).toEqual(request);
    expect(out.every(({ event }) => event === null)).toBe(true);
  });

  test('a frame that is sent on another connection has no acknowledgement id', () => {
    const frames = new ClientFrames();
    frames.push(HEAD);
    const [copy] = frames.push(withoutAckId(update(4, '23')));
    const [plain] = frames.push(update(4));
    expect(copy?.event).toBe('location:update');
    expect(copy?.bytes.subarray(6).toString()).toBe(
      '42/driver,["location:update",{"boot":"b","fixes":[[4,1,2,3]]}]',
    );
    expect(copy?.bytes.length).toBe(plain?.bytes.length);
  });

  test('a message is repeated, swapped with the next one, or an older one is sent again; nothing is lost', () => {
    const faults = new WireFaults();
    const wire = faults.onConnection();
    const [a, b, c] = [update(1), update(2), update(3)];
    faults.arm('repeat');
    expect(wire.pass(unit(a, 'location:update'))).toEqual([a, a]);
    faults.arm('swap');
    expect(wire.pass(unit(b, 'location:update'))).toEqual([]);
    expect(wire.isHoldingBack).toBe(true);
    expect(wire.pass(unit(c, 'location:update'))).toEqual([c, b]);
    faults.arm('replay');
    const [, replayed] = wire.pass(unit(update(5), 'location:update'));
    expect(replayed?.subarray(6).toString()).toContain('[1,1,2,3]');
    expect(faults.counts).toEqual({ repeat: 1, swap: 1, replay: 1 });
  });

  test('a handshake, a ping and a subscription pass as they are', () => {
    const faults = new WireFaults();
    const wire = faults.onConnection();
    faults.arm('repeat');
    for (const event of [null, 'track:subscribe', 'time', 'sync']) {
      const bytes = frame('x');
      expect(wire.pass(unit(bytes, event))).toEqual([bytes]);
    }
    expect(faults.counts.repeat).toBe(0);
  });

  test('a message that is held back is not sent on another connection', () => {
    const faults = new WireFaults();
    const [socket, rest] = [faults.onConnection(), faults.onConnection()];
    faults.arm('swap');
    expect(socket.pass(unit(update(1), 'location:update'))).toEqual([]);
    const request = Buffer.from('GET / HTTP/1.1\r\n\r\n');
    expect(rest.pass(unit(request, null))).toEqual([request]);
    expect(socket.flush()).toHaveLength(1);
  });
});
