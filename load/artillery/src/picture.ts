import { crc32, deflateSync } from 'node:zlib';
import { seededRandom } from './random.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREY_8_BIT = Buffer.from([8, 0, 0, 0, 0]);
/** Noise of 64 shades takes about six bits a pixel when it is compressed. */
const SHADES = 64;
const BYTES_PER_PIXEL = 0.8;
const WIDTH_TO_HEIGHT = 4 / 3;
const DIFFERENT = 8;

/**
 * Pictures that a server can decode, of about the wanted size: greyscale PNG with noise. They are made here because no package that makes
 * pictures works without being installed.
 */
export class Pictures {
  readonly #bases: readonly Buffer[];

  constructor(bytes: number, seed: string) {
    this.#bases = Array.from({ length: DIFFERENT }, (_, index) =>
      pictureOf(bytes, `${seed} picture ${index}`),
    );
  }

  /** A file that no other user sends: one of the pictures with a text chunk of its own. */
  of(label: string): Buffer {
    const base = this.#bases[
      Math.abs(label.length + label.charCodeAt(label.length - 1)) % DIFFERENT
    ] as Buffer;
    const text = chunk('tEXt', Buffer.from(`Comment\0${label}`, 'latin1'));
    const afterHeader = SIGNATURE.length + 25;
    return Buffer.concat([base.subarray(0, afterHeader), text, base.subarray(afterHeader)]);
  }
}

function pictureOf(bytes: number, seed: string): Buffer {
  const pixels = bytes / BYTES_PER_PIXEL;
  const height = Math.max(16, Math.round(Math.sqrt(pixels / WIDTH_TO_HEIGHT)));
  const width = Math.max(16, Math.round(pixels / height));
  const random = seededRandom(seed);
  const rows = Buffer.alloc((width + 1) * height);
  // The first byte of each row stays 0: no filter.
  for (let row = 0; row < height; row++)
    for (let column = 1; column <= width; column++)
      rows[row * (width + 1) + column] = 96 + Math.floor(random() * SHADES);
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, GREY_8_BIT])),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk of a PNG (W3C Portable Network Graphics, section 5.3): length, type, data, CRC of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, crc]);
}
