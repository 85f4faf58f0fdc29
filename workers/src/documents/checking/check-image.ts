import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import readExif from 'exif-reader';
import sharp, { type Metadata, type Sharp } from 'sharp';
import {
  type CheckRequest,
  type CleanFile,
  type DocumentFormat,
  FILE_LIMITS,
  FileRejected,
} from './checked-file.ts';

type ImageFormat = Exclude<DocumentFormat, 'pdf'>;

const JPEG_QUALITY = 85;
const WEBP_QUALITY = 85;
const THUMBNAIL_QUALITY = 75;
/** Level of sharp: truncated and broken files are refused, harmless deviations of cameras are not. */
const FAIL_ON = 'error';

// One file at a time: no cache between files, and no more threads than the one core that a child should use.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a picture and encodes it again: upright, without metadata, no side longer than `cleanEdgePixels`, and a thumbnail. The copies
 * contain decoded pixels only, so anything hidden behind or between them (a second file, a script, a location) is gone.
 * @throws FileRejected
 */
export async function checkImage({ path, folder }: CheckRequest, format: ImageFormat): Promise<CleanFile> {
  const metadata = await readMetadata(path, format);
  const { autoOrient } = metadata;
  if (autoOrient.width * autoOrient.height > FILE_LIMITS.pixels) throw new FileRejected('TOO_MANY_PIXELS');
  if (Math.min(autoOrient.width, autoOrient.height) < FILE_LIMITS.leastEdgePixels)
    throw new FileRejected('TOO_SMALL');
  const extension = format === 'jpeg' ? 'jpg' : format;
  const cleanPath = join(folder, `clean.${extension}`);
  const thumbnailPath = join(folder, 'thumbnail.jpg');
  const clean = await decoded(() => {
    const edge = FILE_LIMITS.cleanEdgePixels;
    const upright = open(path).autoOrient().resize(edge, edge, { fit: 'inside', withoutEnlargement: true });
    return encoded(upright, format).toBuffer();
  });
  await writeFile(cleanPath, clean);
  await writeFile(thumbnailPath, await thumbnailOf(clean));
  const capturedAt = capturedAtOf(metadata);
  return {
    outcome: 'clean',
    contentType: `image/${format}`,
    extension,
    cleanPath,
    thumbnailPath,
    metadata: {
      format,
      width: autoOrient.width,
      height: autoOrient.height,
      ...(capturedAt === null ? {} : { capturedAt }),
    },
  };
}

function open(path: string): Sharp {
  return sharp(path, {
    limitInputPixels: FILE_LIMITS.pixels,
    failOn: FAIL_ON,
    sequentialRead: true,
    animated: false,
  });
}

/** Reads the header only; no pixel is decoded. */
async function readMetadata(path: string, format: ImageFormat): Promise<Metadata> {
  // No limit here, so that too many pixels are distinguished from damage; reading the header is cheap.
  const metadata = await decoded(() => sharp(path, { limitInputPixels: false, failOn: FAIL_ON }).metadata());
  // Polyglot files rely on two readers that disagree about the format.
  if (metadata.format !== format) throw new FileRejected('DAMAGED');
  return metadata;
}

/** Without `keepMetadata` sharp writes none: no EXIF, XMP, IPTC, and colours as sRGB instead of a profile. */
function encoded(image: Sharp, format: ImageFormat): Sharp {
  const plain = image.toColourspace('srgb');
  if (format === 'jpeg') return plain.jpeg({ quality: JPEG_QUALITY });
  if (format === 'webp') return plain.webp({ quality: WEBP_QUALITY });
  return plain.png();
}

/** Made from the clean copy, so that the upload is decoded once. Transparent areas become white, as on the page that shows it. */
function thumbnailOf(clean: Buffer): Promise<Buffer> {
  const edge = FILE_LIMITS.thumbnailPixels;
  return sharp(clean, { limitInputPixels: FILE_LIMITS.pixels, sequentialRead: true })
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
}

/** Writes nothing, so that every error is a fault of the file. */
async function decoded<Result>(decode: () => Promise<Result>): Promise<Result> {
  try {
    return await decode();
  } catch (error) {
    throw new FileRejected(
      /pixel limit/i.test((error as Error).message) ? 'TOO_MANY_PIXELS' : 'DAMAGED',
      error,
    );
  }
}

/** Cameras did not exist before; a clock that was never set says 1970 or 2000. */
const EARLIEST_PICTURE_MS = Date.UTC(1990, 0, 1);
/** Times in pictures have no zone: in the first one on earth it is this much later than in UTC. */
const AHEAD_OF_UTC_MS = 14 * 3_600_000;

/** The time of a picture, if the file says a possible one: not in the future, and not a date that no calendar has. */
function capturedAtOf({ exif }: Metadata): string | null {
  if (exif === undefined) return null;
  const at = readCaptureTime(exif)?.getTime();
  if (at === undefined || !(at >= EARLIEST_PICTURE_MS && at <= Date.now() + AHEAD_OF_UTC_MS)) return null;
  const text = new Date(at).toISOString().slice(0, 19);
  // The reader turns 31 February into 3 March: a day that exists stands in the file as it is read.
  return exif.includes(text.replaceAll('-', ':').replace('T', ' ')) ? text : null;
}

function readCaptureTime(exif: Buffer): Date | undefined {
  try {
    const { Photo, Image } = readExif(exif);
    const at = Photo?.DateTimeOriginal ?? Photo?.DateTimeDigitized ?? Image?.DateTime;
    return at instanceof Date ? at : undefined;
  } catch {
    // The time of a picture is optional; broken EXIF is stripped like any other.
    return undefined;
  }
}
