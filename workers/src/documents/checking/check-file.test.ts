import { Buffer } from 'node:buffer';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { PDFDocument, PDFName, PDFString } from 'pdf-lib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFile } from './check-file.ts';
import type { CheckedFile, CleanFile, DocumentFormat } from './checked-file.ts';

const ALL: readonly DocumentFormat[] = ['jpeg', 'png', 'webp', 'pdf'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-check-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function check(bytes: Uint8Array, accepts = ALL): Promise<CheckedFile> {
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  return checkFile({ path, folder, accepts });
}

async function clean(bytes: Uint8Array): Promise<CleanFile & { bytes: Buffer }> {
  const checked = await check(bytes);
  if (checked.outcome !== 'clean') throw new Error(`rejected: ${checked.code}`);
  return { ...checked, bytes: await readFile(checked.cleanPath) };
}

function picture(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } });
}

/** 48° 8' N and a name, as a phone writes them into its pictures. */
const EXIF = {
  IFD0: { Make: 'Canary-Maker' },
  IFD2: { DateTimeOriginal: '2026:03:01 12:34:56' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 8/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '11/1 34/1 0/1',
  },
};

describe('pictures', () => {
  it.each(['jpeg', 'png', 'webp'] as const)(
    'DOC-40: a %s is re-encoded, with a thumbnail of 320 px',
    async (format) => {
      const checked = await clean(await picture(800, 600).toFormat(format).toBuffer());
      expect(checked).toMatchObject({
        contentType: `image/${format}`,
        metadata: { format, width: 800, height: 600 },
      });
      expect(await sharp(checked.bytes).metadata()).toMatchObject({ format, width: 800, height: 600 });
      expect(await sharp(checked.thumbnailPath ?? '').metadata()).toMatchObject({
        format: 'jpeg',
        width: 320,
        height: 240,
      });
    },
  );

  it('DOC-41: the copies have no location, camera or other metadata; the time of the picture is read before', async () => {
    const bytes = await picture(800, 600).jpeg().withMetadata({ orientation: 6, exif: EXIF }).toBuffer();
    expect(bytes.includes('Canary-Maker')).toBe(true);
    const checked = await clean(bytes);
    for (const copy of [checked.bytes, await readFile(checked.thumbnailPath ?? '')]) {
      const { exif, xmp, iptc, icc } = await sharp(copy).metadata();
      expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined]);
      expect(copy.includes('Canary-Maker')).toBe(false);
    }
    // Rotated upright by its EXIF orientation.
    expect(checked.metadata).toEqual({
      format: 'jpeg',
      width: 600,
      height: 800,
      capturedAt: '2026-03-01T12:34:56',
    });
  });

  it.each([
    '2026:02:31 12:00:00',
    '2026:13:45 25:61:00',
    '0000:00:00 00:00:00',
    '2099:01:01 00:00:00',
    '1970:01:01 00:00:00',
    'yesterday',
  ])(
    'DOC-41: a picture that says it was taken at %s is accepted, and the time is not believed',
    async (text) => {
      const exif = { IFD2: { DateTimeOriginal: text } };
      const checked = await clean(await picture(80, 60).jpeg().withExif(exif).toBuffer());
      expect(checked.metadata).toEqual({ format: 'jpeg', width: 80, height: 60 });
    },
  );

  it('DOC-40: a very large picture is scaled down', async () => {
    const checked = await clean(await picture(6000, 3000).jpeg().toBuffer());
    expect(await sharp(checked.bytes).metadata()).toMatchObject({ width: 4096, height: 2048 });
    expect(checked.metadata).toMatchObject({ width: 6000, height: 3000 });
  });

  it('DOC-42: 14,000² pixels in a file of a few kilobytes are refused by the header', async () => {
    expect(await check(pngOfSize(14_000, 14_000))).toEqual({ outcome: 'rejected', code: 'TOO_MANY_PIXELS' });
  });

  it('DOC-42: a truncated picture is refused', async () => {
    const noise = await sharp({
      create: {
        width: 600,
        height: 600,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
    expect(await check(noise.subarray(0, noise.length / 2))).toEqual({
      outcome: 'rejected',
      code: 'DAMAGED',
    });
    expect(await check(pngOfSize(600, 600))).toEqual({ outcome: 'rejected', code: 'DAMAGED' });
  });

  it('DOC-42: a picture too small to read is refused', async () => {
    expect(await check(await picture(20, 600).png().toBuffer())).toEqual({
      outcome: 'rejected',
      code: 'TOO_SMALL',
    });
  });

  it('DOC-41: data hidden behind a picture is not in its copy', async () => {
    const jpeg = await picture(300, 300).jpeg().toBuffer();
    const script = '<script>canary()</script>';
    const polyglot = Buffer.concat([jpeg, Buffer.from(script), Buffer.from('PK\x03\x04canary')]);
    const checked = await clean(polyglot);
    expect(checked.bytes.includes('canary')).toBe(false);
  });
});

describe('the first bytes decide the format', () => {
  it.each([
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'), 'UNKNOWN_FORMAT'],
    [
      'an ELF program',
      Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(200)]),
      'UNKNOWN_FORMAT',
    ],
    ['an archive', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(200)]), 'UNKNOWN_FORMAT'],
    [
      'EICAR',
      Buffer.from('X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'),
      'UNKNOWN_FORMAT',
    ],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'UNKNOWN_FORMAT'],
    ['nothing', Buffer.alloc(0), 'UNKNOWN_FORMAT'],
  ])('DOC-42: %s is refused, whatever it is called', async (_name, bytes, code) => {
    expect(await check(bytes)).toEqual({ outcome: 'rejected', code });
  });

  it('DOC-42: a picture of a format that is not accepted is refused', async () => {
    expect(await check(await picture(300, 300).gif().toBuffer())).toEqual({
      outcome: 'rejected',
      code: 'FORMAT_NOT_ACCEPTED',
    });
    const pdf = await (await pdfOf(1)).save();
    expect(await check(pdf, ['jpeg'])).toEqual({ outcome: 'rejected', code: 'FORMAT_NOT_ACCEPTED' });
  });
});

describe('PDF', () => {
  it('DOC-43: its pages are written into a new file without information about its author', async () => {
    const source = await pdfOf(3);
    source.setAuthor('Canary-Author');
    source.setTitle('Canary-Title');
    const checked = await clean(Buffer.concat([await source.save(), Buffer.from('Canary-behind')]));
    expect(checked).toMatchObject({
      contentType: 'application/pdf',
      thumbnailPath: null,
      metadata: { format: 'pdf', pages: 3 },
    });
    const copy = await PDFDocument.load(checked.bytes, { updateMetadata: false });
    expect([copy.getPageCount(), copy.getAuthor(), copy.getTitle()]).toEqual([3, undefined, undefined]);
    expect(checked.bytes.includes('Canary')).toBe(false);
  });

  it('DOC-43: pictures in it lose their location', async () => {
    const source = await pdfOf(1);
    const jpeg = await source.embedJpg(await picture(200, 200).jpeg().withExif(EXIF).toBuffer());
    source.getPage(0).drawImage(jpeg);
    const bytes = await source.save();
    expect(Buffer.from(bytes).includes('Canary-Maker')).toBe(true);
    const checked = await clean(bytes);
    expect(checked.bytes.includes('Canary-Maker')).toBe(false);
    expect(checked.bytes.length).toBeGreaterThan(500);
  });

  it('DOC-43: one with active content is refused, however its names are escaped', async () => {
    const action = (source: PDFDocument, kind: string) =>
      source.context.register(source.context.obj({ Type: 'Action', S: kind, F: PDFString.of('calc.exe') }));
    const doing: ((source: PDFDocument) => void)[] = [
      (source) => source.addJavaScript('main', 'app.alert(1)'),
      (source) => source.catalog.set(PDFName.of('OpenAction'), action(source, 'Launch')),
      (source) =>
        source.getPage(0).node.set(PDFName.of('AA'), source.context.obj({ O: action(source, 'URI') })),
      (source) =>
        source.getPage(0).node.set(PDFName.of('X'), source.context.obj([[{ '#4a#53': 'x' }], { JS: 'x' }])),
      (source) => source.catalog.set(PDFName.of('AcroForm'), source.context.obj({ XFA: [] })),
    ];
    for (const make of doing) {
      const source = await pdfOf(1);
      make(source);
      expect(await check(await source.save())).toEqual({ outcome: 'rejected', code: 'PDF_ACTIVE_CONTENT' });
    }
    const spelt = Buffer.from(await (await withLaunch()).save({ useObjectStreams: false }))
      .toString('latin1')
      .replace('/Launch', '/#4caunch');
    expect(await check(Buffer.from(spelt, 'latin1'))).toEqual({
      outcome: 'rejected',
      code: 'PDF_ACTIVE_CONTENT',
    });
  });

  it('DOC-43: one with an embedded file is refused', async () => {
    const source = await pdfOf(1);
    await source.attach(Buffer.from('MZ'), 'setup.exe');
    expect(await check(await source.save())).toEqual({ outcome: 'rejected', code: 'PDF_ACTIVE_CONTENT' });
  });

  it('DOC-43: one that needs a password is refused', async () => {
    const source = await pdfOf(1);
    source.context.trailerInfo.Encrypt = source.context.register(
      source.context.obj({ Filter: 'Standard', V: 4, R: 4 }),
    );
    expect(await check(await source.save())).toEqual({ outcome: 'rejected', code: 'PDF_ENCRYPTED' });
  });

  it('DOC-43: one with too many pages, with none, or broken, is refused', async () => {
    expect(await check(await (await pdfOf(51)).save())).toEqual({
      outcome: 'rejected',
      code: 'PDF_TOO_MANY_PAGES',
    });
    const bytes = await (await pdfOf(2)).save();
    expect(await check(bytes.subarray(0, 100))).toEqual({ outcome: 'rejected', code: 'DAMAGED' });
    expect(await check(Buffer.from('%PDF-1.7\nnothing'))).toEqual({ outcome: 'rejected', code: 'DAMAGED' });
  });
});

async function pdfOf(pages: number): Promise<PDFDocument> {
  const source = await PDFDocument.create();
  for (let page = 0; page < pages; page += 1)
    source.addPage([200, 200]).drawText(`page ${page}`, { size: 12 });
  return source;
}

async function withLaunch(): Promise<PDFDocument> {
  const source = await pdfOf(1);
  const action = source.context.obj({ Type: 'Action', S: 'Launch', F: PDFString.of('calc.exe') });
  source.catalog.set(PDFName.of('OpenAction'), source.context.register(action));
  return source;
}

/** A PNG that declares this size and contains almost no data. */
function pngOfSize(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    ['IHDR', header],
    ['IDAT', deflateSync(Buffer.alloc(1000))],
    ['IEND', Buffer.alloc(0)],
  ] as const;
  const parts: Buffer[] = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')];
  for (const [type, data] of chunks) {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    parts.push(length, body, sum);
  }
  return Buffer.concat(parts);
}
