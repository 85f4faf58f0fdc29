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
/** Of sharp's levels: a truncated file and a broken one are refused, a harmless oddity of a camera is not. */
const FAIL_ON = 'error';

// One file at a time: nothing to remember between files, and no more threads than the one core that a child is meant to take.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a picture and writes it anew: upright, without any metadata, no side longer than `cleanEdgePixels`; and a thumbnail. Only what a
 * decoder understood as pixels is in the copies, so what was hidden behind or between them (a second file, a script, a place) is gone.
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

/** The header alone: no pixel is decoded. */
async function readMetadata(path: string, format: ImageFormat): Promise<Metadata> {
  // Without the limit here, so that too many pixels are told apart from damage; the header costs nothing.
  const metadata = await decoded(() => sharp(path, { limitInputPixels: false, failOn: FAIL_ON }).metadata());
  // Two readers that disagree about what a file is are what a polyglot lives on.
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

/** From the clean copy, so that what was sent is decoded once. Clear parts become white, as on the page that shows it. */
function thumbnailOf(clean: Buffer): Promise<Buffer> {
  const edge = FILE_LIMITS.thumbnailPixels;
  return sharp(clean, { limitInputPixels: FILE_LIMITS.pixels, sequentialRead: true })
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
}

/** Nothing is written meanwhile, so that whatever goes wrong is the file's own fault. */
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

function capturedAtOf({ exif }: Metadata): string | null {
  if (exif === undefined) return null;
  const at = readCaptureTime(exif);
  return at === undefined || Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 19);
}

function readCaptureTime(exif: Buffer): Date | undefined {
  try {
    const { Photo, Image } = readExif(exif);
    const at = Photo?.DateTimeOriginal ?? Photo?.DateTimeDigitized ?? Image?.DateTime;
    return at instanceof Date ? at : undefined;
  } catch {
    // The time of a picture is a courtesy; broken EXIF is stripped like any other.
    return undefined;
  }
}
