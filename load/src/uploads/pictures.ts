import sharp from 'sharp';

interface PictureKind {
  readonly width: number;
  readonly height: number;
  readonly quality: number;
}

/** A photo that an app has made small before it is sent: about 50 kB. Thousands of them fit a test machine. */
export const SMALL_PICTURES: readonly PictureKind[] = [{ width: 640, height: 480, quality: 78 }];
/**
 * What phones send of a document, in equal parts: made small by the app, by a messenger, a camera's 8 megapixels and its 12. From 0.2 MB
 * to 3.2 MB; the largest file that is accepted has 10 MiB.
 */
export const PHONE_PICTURES: readonly PictureKind[] = [
  { width: 1280, height: 960, quality: 80 },
  { width: 2048, height: 1536, quality: 80 },
  { width: 3264, height: 2448, quality: 85 },
  { width: 4032, height: 3024, quality: 90 },
];
/** A multiple of the number of kinds. */
const DIFFERENT = 16;
const COMMENT = 0xfe;
const START_OF_IMAGE_BYTES = 2;

/** Pictures of documents, each one different: no two people send the same file. */
export interface Pictures {
  of(user: number): Buffer;
}

/** Encodes some pictures of each kind in turn; the others are these with another JPEG comment, which makes different files at no cost. */
export async function makePictures(kinds: readonly PictureKind[]): Promise<Pictures> {
  const bases: Buffer[] = [];
  // One after the other: raw pictures of 12 megapixels take 36 MB each.
  for (let index = 0; index < DIFFERENT; index++)
    bases.push(await encode(index, kinds[index % kinds.length] as PictureKind));
  return {
    of(user) {
      const base = bases[user % DIFFERENT] as Buffer;
      return Buffer.concat([
        base.subarray(0, START_OF_IMAGE_BYTES),
        commentOf(`user ${user}`),
        base.subarray(START_OF_IMAGE_BYTES),
      ]);
    },
  };
}

function encode(index: number, { width, height, quality }: PictureKind): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 90 + index * 5, sigma: 9 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .jpeg({ quality })
    .toBuffer();
}

function commentOf(text: string): Buffer {
  const head = Buffer.from([0xff, COMMENT, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([head, Buffer.from(text)]);
}
