import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFRawStream,
  PDFString,
} from 'pdf-lib';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFile } from './check-file.ts';
import type { CheckedFile } from './checked-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-check-pdf-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function check(bytes: Uint8Array): Promise<CheckedFile> {
  const path = join(folder, 'upload');
  await writeFile(path, bytes);
  return checkFile({ path, folder, accepts: ['pdf'] });
}

async function copyOf(bytes: Uint8Array): Promise<PDFDocument> {
  const checked = await check(bytes);
  if (checked.outcome !== 'clean') throw new Error(`rejected: ${checked.code}`);
  return PDFDocument.load(await readFile(checked.cleanPath), { updateMetadata: false });
}

/** A file of one page; its objects are 1 (catalogue), 2 (pages), 3 (page), and those of `more` from 4 on. */
function pdf({ catalog = '', page = '', more = [] as string[], before = '', after = '' } = {}): Buffer {
  const objects = [
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]${page}>>`,
    ...more,
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(
    `${before}%PDF-1.7\n${body}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n0\n%%EOF\n${after}`,
    'latin1',
  );
}

function stream(content: string, entries = ''): string {
  return `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`;
}

/** All that the page and the forms that it draws show, with hexadecimal strings as text. */
function shownOn(copy: PDFDocument): string {
  const { node } = copy.getPage(0);
  const contents = node.Contents();
  const streams =
    contents instanceof PDFArray
      ? contents.asArray().map((_ref, index) => contents.lookup(index))
      : [contents];
  const forms = node.Resources()?.lookupMaybe(PDFName.XObject, PDFDict);
  for (const key of forms?.keys() ?? []) streams.push(forms?.lookup(key) as PDFRawStream);
  return streams
    .filter((item) => item instanceof PDFRawStream)
    .map((item) => Buffer.from(decodePDFRawStream(item).decode()).toString('latin1'))
    .join('\n')
    .replaceAll(/<([0-9A-F]+)>/gi, (_all, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

const REFUSED = { outcome: 'rejected', code: 'PDF_ACTIVE_CONTENT' };

describe('active content', () => {
  it.each([
    'Launch',
    'SubmitForm',
    'GoToR',
    'GoToE',
    'ImportData',
    'ResetForm',
    'Hide',
    'SetOCGState',
    'Unknown',
    'JavaScript',
  ])('DOC-43: the action %s is refused, with its kind written out or behind references', async (kind) => {
    for (const more of [
      [`<</S/${kind}/F(calc.exe)>>`],
      [`<</S 5 0 R/F(calc.exe)>>`, `/${kind}`],
      [`<</S 5 0 R>>`, '6 0 R', `/${kind}`],
    ]) {
      expect(await check(pdf({ catalog: '/OpenAction 4 0 R', more }))).toEqual(REFUSED);
      const [action = '', ...rest] = more;
      expect(
        await check(
          pdf({ page: `/Annots[<</Type/Annot/Subtype/Link/A ${action}>>]`, more: ['null', ...rest] }),
        ),
      ).toEqual(REFUSED);
    }
  });

  it('DOC-43: an action is refused in a chain, by its type in any place, and in the trailer', async () => {
    for (const file of [
      pdf({
        catalog: '/OpenAction<</S/URI/URI(https://example.com)/Next[4 0 R]>>',
        more: ['<</S 5 0 R>>', '/Launch'],
      }),
      pdf({ page: '/Mine 4 0 R', more: ['<</Type 5 0 R/S 6 0 R>>', '/Action', '/Hide'] }),
      pdf({ catalog: '/OpenAction<</S(Launch)>>' }),
      pdf({ page: '/Annots[<</Subtype 4 0 R>>]', more: ['/FileAttachment'] }),
      Buffer.from(
        pdf().toString('latin1').replace('/Root 1 0 R', '/Root<</Type/Catalog/Pages 2 0 R/AA<<>>>>'),
        'latin1',
      ),
    ])
      expect(await check(file)).toEqual(REFUSED);
  });

  it('DOC-43: web addresses, places in the file and styles named /S are accepted, and no action is copied', async () => {
    const copy = await copyOf(
      pdf({
        catalog: '/OpenAction<</S/GoTo/D[3 0 R/Fit]>>/PageLabels<</Nums[0<</S/D>>]>>',
        page: '/Group<</S/Transparency>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/BS<</S/D>>/A<</S/URI/URI(https://example.com)>>/T(Canary)>>]',
      }),
    );
    const [annotation] = copy.getPage(0).node.Annots()?.asArray() ?? [];
    const link = copy.context.lookup(annotation, PDFDict);
    expect(link.keys().map(String).sort()).toEqual(['/BS', '/Rect', '/Subtype', '/Type']);
  });
});

describe('what a page shows', () => {
  const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
  const field = '/Type/Annot/Subtype/Widget/FT/Tx/T(policy)/Rect[20 150 280 190]/DA(/H 18 Tf 0 g)/F 4';
  const form = '/AcroForm<</Fields[4 0 R]/NeedAppearances true/DA(/H 18 Tf 0 g)/DR<</Font<</H 5 0 R>>>>>>';

  it('DOC-43: the value of a form field whose appearance is left to the viewer is drawn on the page', async () => {
    const more = [`<<${field}/V(POLICY 4711 VALID)>>`, font];
    for (const file of [
      pdf({ catalog: form, page: '/Annots[4 0 R]', more }),
      // A field that stands on the page only.
      pdf({ catalog: form.replace('[4 0 R]', '[]'), page: '/Annots[4 0 R]', more }),
    ]) {
      const copy = await copyOf(file);
      expect(shownOn(copy)).toContain('POLICY 4711 VALID');
      expect(copy.getPage(0).node.Annots()).toBeUndefined();
    }
  });

  it('DOC-43: an appearance that is older than its value is drawn again', async () => {
    const more = [
      `<<${field}/V(NEW VALUE)/AP<</N 6 0 R>>>>`,
      font,
      stream('BT (OLD VALUE) Tj ET', '/Subtype/Form/BBox[0 0 260 40]'),
    ];
    const shown = shownOn(await copyOf(pdf({ catalog: form, page: '/Annots[4 0 R]', more })));
    expect([shown.includes('NEW VALUE'), shown.includes('OLD VALUE')]).toEqual([true, false]);
  });

  it('DOC-43: a value that cannot be drawn keeps its appearance, and without one the file is refused', async () => {
    const value = '/V<FEFF041F043E043B04380441>';
    const appearance = stream('BT (GLYPHS) Tj ET', '/BBox[0 0 260 40]');
    const drawn = pdf({
      catalog: form,
      page: '/Annots[4 0 R]',
      more: [`<<${field}${value}/AP<</N 6 0 R>>>>`, font, appearance],
    });
    expect(shownOn(await copyOf(drawn))).toContain('GLYPHS');
    const bare = pdf({ catalog: form, page: '/Annots[4 0 R]', more: [`<<${field}${value}>>`, font] });
    expect(await check(bare)).toEqual({ outcome: 'rejected', code: 'PDF_FORM_UNREADABLE' });
  });

  it('DOC-43: choices, check boxes and radio buttons show what was chosen', async () => {
    const source = await PDFDocument.create();
    const page = source.addPage([300, 300]);
    const at = { x: 20, y: 20, width: 100, height: 60 };
    const list = source.getForm().createOptionList('list');
    list.setOptions(['first', 'second']);
    list.select('second');
    list.addToPage(page, at);
    const menu = source.getForm().createDropdown('menu');
    menu.setOptions(['red', 'blue']);
    menu.select('blue');
    menu.addToPage(page, at);
    const box = source.getForm().createCheckBox('box');
    box.addToPage(page, at);
    const empty = (await copyOf(await source.save())).getPage(0).node;
    box.check();
    const copy = await copyOf(await source.save());
    expect(copy.getPage(0).node.Annots()).toBeUndefined();
    expect(shownOn(copy)).toContain('second');
    expect(shownOn(copy)).toContain('blue');
    const forms = (node: typeof empty) => node.Resources()?.lookup(PDFName.XObject, PDFDict).entries().length;
    expect([forms(empty), forms(copy.getPage(0).node)]).toEqual([3, 3]);
  });

  /** Radio buttons as programs write them that leave their drawing to the viewer; `kids`: more entries of each. */
  const radio = (value: string, kids: readonly string[], more: readonly string[] = []) =>
    pdf({
      catalog: '/AcroForm<</Fields[4 0 R]/NeedAppearances true>>',
      page: `/Annots[${kids.map((_kid, index) => `${index + 5} 0 R`).join(' ')}]`,
      more: [
        `<</FT/Btn/Ff 49152/T(cover)${value}/Kids[${kids.map((_kid, index) => `${index + 5} 0 R`).join(' ')}]>>`,
        ...kids.map(
          (kid, index) =>
            `<</Type/Annot/Subtype/Widget/Parent 4 0 R/F 4/Rect[20 ${20 + 40 * index} 50 ${50 + 40 * index}]/MK<</BC[0]/CA(l)>>${kid}>>`,
        ),
        ...more,
      ],
    });
  /** For each drawing on the page, the bottom of its rectangle and whether something is filled in it: a dot. */
  function buttonsOn(copy: PDFDocument): Map<number, boolean> {
    const { node } = copy.getPage(0);
    const forms = node.Resources()?.lookup(PDFName.XObject, PDFDict);
    const drawn = shownOn(copy).matchAll(/1 0 0 1 20 (\d+) cm\s+\/(\S+) Do/g);
    return new Map(
      [...drawn].map(([, bottom, key = '']) => {
        const form = forms?.lookup(PDFName.of(key)) as PDFRawStream;
        return [
          Number(bottom),
          /\bf\b/.test(Buffer.from(decodePDFRawStream(form).decode()).toString('latin1')),
        ];
      }),
    );
  }
  const DOT = '/Subtype/Form/BBox[0 0 30 30]';

  it.each([
    ['states', '/V/B', ['/AS/Off', '/AS/B', '/AS/Off']],
    ['the number of an option', '/V/1/Opt[(a)(b)(c)]', ['', '', '']],
  ])(
    'DOC-43: radio buttons without appearances are drawn, the chosen one by %s',
    async (_how, value, kids) => {
      const copy = await copyOf(radio(value, kids));
      expect([...buttonsOn(copy)].sort()).toEqual(
        [
          [20, false],
          [60, true],
          [100, false],
        ].sort(),
      );
    },
  );

  it('DOC-43: a radio button with a drawing of its own keeps it beside one without', async () => {
    const own = '/AS/A/AP<</N<</A 7 0 R/Off 8 0 R>>>>';
    const drawings = [stream('0 0 9 9 re f (OWN) Tj', DOT), stream('(EMPTY) Tj', DOT)];
    const copy = await copyOf(radio('/V/A', [own, '/AS/Off'], drawings));
    expect(shownOn(copy)).toContain('OWN');
    expect([...buttonsOn(copy)].sort()).toEqual([
      [20, true],
      [60, false],
    ]);
  });

  it('DOC-43: an appearance that names a state without a drawing is drawn too', async () => {
    const copy = await copyOf(radio('/V/A', ['/AS/A/AP<</N<</A null>>>>', '/AS/Off']));
    expect([...buttonsOn(copy)].sort()).toEqual([
      [20, true],
      [60, false],
    ]);
  });

  it('DOC-43: of radio buttons without appearances and states nobody knows the chosen one; without a choice all are empty', async () => {
    expect(await check(radio('/V/B', ['', '']))).toEqual({
      outcome: 'rejected',
      code: 'PDF_FORM_UNREADABLE',
    });
    const copy = await copyOf(radio('', ['', '']));
    expect([...buttonsOn(copy)].sort()).toEqual([
      [20, false],
      [60, false],
    ]);
  });

  it('DOC-43: a stamp is drawn where its rectangle is, a hidden one is not drawn, and one of a layer stays in it', async () => {
    const appearance = stream('BT (PAID) Tj ET', '/BBox[0 0 200 40]/Matrix[1 0 0 1 10 0]');
    const copy = await copyOf(
      pdf({
        catalog: '/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]/Order[8 0 R]>>/Configs[<</Creator(Canary)>>]>>',
        page: '/Annots[4 0 R 5 0 R 7 0 R]',
        more: [
          '<</Type/Annot/Subtype/Stamp/Rect[20 100 120 140]/AP<</N 6 0 R>>>>',
          '<</Type/Annot/Subtype/Stamp/Rect[150 100 250 140]/AP<</N 6 0 R>>/F 2>>',
          appearance,
          '<</Type/Annot/Subtype/Stamp/Rect[20 100 120 140]/AP<</N 9 0 R>>/OC 8 0 R>>',
          '<</Type/OCG/Name(Drafts)/Usage<</CreatorInfo<</Creator(Canary)>>>>>>',
          appearance.replace('PAID', 'GONE'),
        ],
      }),
    );
    const shown = shownOn(copy);
    expect(shown).toContain('0.5 0 0 1 15 100 cm');
    expect(shown.match(/ Do/g)).toHaveLength(2);
    expect(shown).toMatch(/\/OC \/Layer-\d+ BDC[^Q]* Do\nEMC/);
    const layers = copy.catalog.lookup(PDFName.of('OCProperties'), PDFDict);
    const off = layers.lookup(PDFName.of('D'), PDFDict).lookup(PDFName.of('OFF'), PDFArray);
    const properties = copy.getPage(0).node.Resources()?.lookup(PDFName.of('Properties'), PDFDict);
    expect(properties?.values()).toEqual(off.asArray());
    expect((await readFile(join(folder, 'clean.pdf'))).includes('Canary')).toBe(false);
  });

  it('DOC-43: two pages with one list of contents are drawn on apart', async () => {
    const source = await PDFDocument.load(
      pdf({ page: '/Contents[4 0 R]', more: [stream('BT (BASE) Tj ET'), '[4 0 R]'] }),
    );
    const [first] = source.getPages();
    const second = source.addPage([300, 300]);
    const contents = source.context.register(source.context.obj([first?.node.get(PDFName.Contents) ?? '']));
    first?.node.set(PDFName.Contents, contents);
    second.node.set(PDFName.Contents, contents);
    const text = source.getForm().createTextField('only.first');
    text.setText('FIRST ONLY');
    if (first) text.addToPage(first, { x: 10, y: 10, width: 200, height: 30 });
    const copy = await copyOf(await source.save());
    expect(copy.getPage(1).node.Resources()?.lookupMaybe(PDFName.XObject, PDFDict)?.keys() ?? []).toEqual([]);
  });

  it('DOC-43: nothing of a page is copied but what it shows', async () => {
    const copy = await copyOf(
      pdf({
        page: '/Contents 4 0 R/Metadata 5 0 R/PieceInfo<<>>/B[5 0 R]/VP[<<>>]/AF[5 0 R]/Trans<<>>/Tabs/S/Rotate 90',
        more: [stream('q Q', '/PieceInfo<<>>/F(elsewhere.bin)'), stream('Canary')],
      }),
    );
    const { node } = copy.getPage(0);
    expect(node.keys().map(String).sort()).toEqual(['/Contents', '/MediaBox', '/Parent', '/Rotate', '/Type']);
    expect((node.Contents() as PDFRawStream).dict.keys().map(String)).toEqual(['/Length']);
  });
});

describe('pictures', () => {
  const canary = 'Canary 37.7749 N 122.4194 W';
  async function photo(): Promise<Buffer> {
    return sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .withExif({ IFD0: { Copyright: canary }, IFD3: { GPSLatitudeRef: 'N' } })
      .toBuffer();
  }
  const hex = (bytes: Uint8Array) => `${Buffer.from(bytes).toString('hex')}>`;
  /** A file with one picture; its bytes as text of one character a byte. */
  const withPicture = (bytes: Buffer, entries: string) =>
    pdf({
      page: '/Resources<</XObject<</P 4 0 R>>>>/Contents 5 0 R',
      more: [
        stream(
          bytes.toString('latin1'),
          `/Type/XObject/Subtype/Image/Width 40/Height 30/ColorSpace/DeviceRGB/BitsPerComponent 8${entries}`,
        ),
        stream('q 40 0 0 30 0 0 cm /P Do Q'),
      ],
    });

  it.each([
    ['nothing', (jpeg: Buffer) => jpeg, '/Filter/DCTDecode'],
    ['nothing, by its short name', (jpeg: Buffer) => jpeg, '/Filter/DCT'],
    [
      'Flate',
      (jpeg: Buffer) => deflateSync(jpeg),
      '/Filter[/FlateDecode/DCTDecode]/DecodeParms[null<</ColorTransform 1>>]',
    ],
    ['Flate, by short names', (jpeg: Buffer) => deflateSync(jpeg), '/Filter[/Fl/DCT]'],
    ['hexadecimal digits', (jpeg: Buffer) => Buffer.from(hex(jpeg)), '/Filter[/ASCIIHexDecode/DCTDecode]'],
    [
      'two other filters',
      (jpeg: Buffer) => Buffer.from(hex(deflateSync(jpeg))),
      '/Filter[/ASCIIHexDecode/FlateDecode/DCTDecode]',
    ],
  ])(
    'DOC-43: a JPEG packed with %s loses its EXIF and stays the same picture',
    async (_how, pack, entries) => {
      const jpeg = await photo();
      expect(jpeg.includes(canary)).toBe(true);
      const copy = await copyOf(withPicture(pack(jpeg), entries));
      const node = copy.getPage(0).node.Resources()?.lookup(PDFName.XObject, PDFDict);
      const picture = node?.lookup(PDFName.of('P')) as PDFRawStream;
      expect(picture.dict.lookup(PDFName.of('Filter'))?.toString()).toMatch(/^\/DCT(Decode)?$/);
      expect(picture.dict.lookup(PDFName.of('DecodeParms'))?.toString()).toBe(
        entries.includes('ColorTransform') ? '<<\n/ColorTransform 1\n>>' : undefined,
      );
      const kept = Buffer.from(picture.contents);
      expect([kept.includes(canary), kept.includes('Exif')]).toEqual([false, false]);
      const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer();
      expect(await pixels(kept)).toEqual(await pixels(jpeg));
    },
  );

  function pictureIn(copy: PDFDocument): Buffer {
    const pictures = copy.getPage(0).node.Resources()?.lookup(PDFName.XObject, PDFDict);
    const picture = pictures?.lookup(PDFName.of('P')) as PDFRawStream;
    return Buffer.from(picture.contents);
  }
  const after = (jpeg: Buffer, at: number, ...more: Uint8Array[]) =>
    Buffer.concat([jpeg.subarray(0, at), ...more, jpeg.subarray(at)]);
  const comment = Buffer.from(`\xff\xfe\x00${String.fromCharCode(canary.length + 2)}${canary}`, 'latin1');

  it.each([
    ['a second picture behind its end, as phones append it', (jpeg: Buffer) => Buffer.concat([jpeg, jpeg])],
    ['a film behind its end', (jpeg: Buffer) => Buffer.concat([jpeg, Buffer.from(`ftypmp42 ${canary}`)])],
    ['a line end before its start', (jpeg: Buffer) => Buffer.concat([Buffer.from('\r\n'), jpeg])],
    ['bytes between its segments', (jpeg: Buffer) => after(jpeg, 2, Buffer.from('stray'))],
    ['a marker without a length', (jpeg: Buffer) => after(jpeg, 2, Buffer.from([0xff, 0x01]))],
    ['fill bytes', (jpeg: Buffer) => after(jpeg, 2, Buffer.from([0xff, 0xff]))],
    ['a comment behind its scan', (jpeg: Buffer) => after(jpeg, jpeg.length - 2, comment)],
    ['no end', (jpeg: Buffer) => jpeg.subarray(0, -2)],
  ])('DOC-43: a JPEG with %s keeps its pixels and nothing else', async (what, alter) => {
    const jpeg = await photo();
    const kept = pictureIn(await copyOf(withPicture(alter(jpeg), '/Filter/DCTDecode')));
    expect([kept.includes(canary), kept.includes('Exif')]).toEqual([false, false]);
    const plain = pictureIn(await copyOf(withPicture(jpeg, '/Filter/DCTDecode')));
    expect(kept.equals(what === 'no end' ? plain.subarray(0, -2) : plain)).toBe(true);
  });

  it('DOC-43: scans of a progressive JPEG stay, with the tables between them', async () => {
    const jpeg = await sharp(await photo())
      .keepExif()
      .jpeg({ progressive: true })
      .toBuffer();
    const second = jpeg.indexOf(Buffer.from([0xff, 0xc4]), jpeg.indexOf(Buffer.from([0xff, 0xda])));
    const kept = pictureIn(await copyOf(withPicture(after(jpeg, second, comment), '/Filter/DCTDecode')));
    expect([kept.includes(canary), kept.includes('Exif')]).toEqual([false, false]);
    const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer();
    expect(await pixels(kept)).toEqual(await pixels(jpeg));
  });

  const box = (type: string, ...content: Buffer[]) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), ...content]);
    bytes.writeUInt32BE(bytes.length);
    return bytes;
  };
  /** Comments in both headers, one tile part of 29 + the comment's bytes, the end. */
  const codestream = (text: string) => {
    const note = Buffer.concat([Buffer.from([0xff, 0x64, 0, text.length + 4, 0, 1]), Buffer.from(text)]);
    const tile = Buffer.concat([
      Buffer.from([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 17 + note.length, 0, 1]),
      note,
      Buffer.from([0xff, 0x93, 0xaa, 0xbb, 0xcc]),
    ]);
    return Buffer.concat([Buffer.from([0xff, 0x4f]), note, tile, Buffer.from([0xff, 0xd9])]);
  };
  const blank = ' '.repeat(canary.length);
  const secret = Buffer.from(canary);
  const jp2 = (text: string, ...more: Buffer[]) => [
    box('jP  ', Buffer.from('\r\n\x87\n', 'latin1')),
    box('jp2h', box('ihdr', Buffer.alloc(14)), ...more),
    ...more,
    box('jp2c', codestream(text)),
    ...more,
  ];

  it.each([
    [
      'boxes',
      Buffer.concat(jp2(canary, box('uuid', secret), box('xml ', secret), box('free', secret))),
      Buffer.concat(jp2(blank)),
    ],
    ['comments', codestream(canary), codestream(blank)],
    ['bytes behind its end', Buffer.concat([codestream(blank), secret]), codestream(blank)],
  ])('DOC-43: a JPEG 2000 picture loses what it says in %s', async (_where, picture, clean) => {
    expect(pictureIn(await copyOf(withPicture(picture, '/Filter/JPXDecode')))).toEqual(clean);
    const packed = withPicture(deflateSync(picture), '/Filter[/FlateDecode/JPXDecode]');
    expect(pictureIn(await copyOf(packed))).toEqual(clean);
  });

  it.each(['DCTDecode', 'JPXDecode'])(
    'DOC-43: bytes for %s that are no picture are refused: other readers may find one in them',
    async (filter) => {
      for (const bytes of [secret, box('xml ', secret), Buffer.from([0xff, 0xd8, 0xff, 0xd9])])
        expect(await check(withPicture(bytes, `/Filter/${filter}`))).toEqual({
          outcome: 'rejected',
          code: 'DAMAGED',
        });
    },
  );

  it('DOC-43: a JPEG behind a filter that cannot be undone is refused: what it reveals cannot be seen', async () => {
    const jpeg = await photo();
    for (const entries of [
      '/Filter[/Crypt/DCTDecode]',
      '/Filter[/FlateDecode/DCTDecode]',
      '/Filter[/JBIG2Decode/DCTDecode]',
    ])
      expect(await check(withPicture(jpeg, entries))).toEqual({ outcome: 'rejected', code: 'DAMAGED' });
  });
});

describe('reading', () => {
  it.each([
    ['line ends', '\r\n\r\n'],
    ['the headers of a multipart answer', 'Content-Type: application/pdf\r\nContent-Length: 600\r\n\r\n'],
    ['a page of a broken server', '<?xml version="1.0"?><html></html>'],
  ])('DOC-42: a PDF behind %s is a PDF', async (_name, before) => {
    expect(await check(pdf({ before }))).toMatchObject({ outcome: 'clean', metadata: { pages: 1 } });
    expect(await check(pdf({ before: ' '.repeat(1100) + before }))).toEqual({
      outcome: 'rejected',
      code: 'UNKNOWN_FORMAT',
    });
  });

  it.each([
    ['blanks', ' '],
    ['line ends', '\n'],
    ['comments', '%'],
    ['digits', '1'],
    ['numbers', '1 0 '],
    ['letters', 'x'],
  ])(
    'DOC-45: two megabytes of %s behind the end or between objects take no longer than the file',
    async (_name, junk) => {
      const much = `\n<html>${junk.repeat(2_000_000 / junk.length)}`;
      const before = process.cpuUsage();
      expect(await check(pdf({ after: much }))).toMatchObject({ outcome: 'clean' });
      const between = pdf().toString('latin1').replace('endobj\n2 0 obj', `endobj${much}\n2 0 obj`);
      expect(await check(Buffer.from(between, 'latin1'))).toMatchObject({ outcome: 'clean' });
      const { user, system } = process.cpuUsage(before);
      // Of processors, in microseconds: on a busy machine the clock says nothing.
      expect(user + system).toBeLessThan(10_000_000);
    },
  );

  it.each([false, true])(
    'DOC-43: one with an owner password only is decrypted (object streams: %s)',
    async (useObjectStreams) => {
      const source = await PDFDocument.create();
      source.addPage([300, 300]).drawText('POLICY 4711');
      source.encrypt({ ownerPassword: 'owner', userPassword: '', permissions: { printing: false } });
      const bytes = await source.save({ useObjectStreams });
      expect(Buffer.from(bytes).includes('/Encrypt')).toBe(true);
      const copy = await copyOf(bytes);
      expect(copy.isEncrypted).toBe(false);
      expect(shownOn(copy)).toContain('POLICY 4711');
    },
  );

  it('DOC-43: one that needs a password is refused as such, a damaged one is not, and active content is found behind encryption', async () => {
    const source = await PDFDocument.create();
    source.addPage([300, 300]);
    source.encrypt({ ownerPassword: 'owner', userPassword: 'user' });
    expect(await check(await source.save())).toEqual({ outcome: 'rejected', code: 'PDF_ENCRYPTED' });
    const damaged = Buffer.from(
      pdf({ page: '/Note(/Encrypt)' })
        .toString('latin1')
        .replace('endobj\n3 0 obj\n<<', 'endobj\n3 0 obj\n<'),
      'latin1',
    );
    expect(await check(damaged)).toEqual({ outcome: 'rejected', code: 'DAMAGED' });
    const active = await PDFDocument.create();
    active.addPage([300, 300]);
    active.catalog.set(
      PDFName.of('OpenAction'),
      active.context.obj({ S: 'Launch', F: PDFString.of('calc.exe') }),
    );
    active.encrypt({ ownerPassword: 'owner', userPassword: '' });
    expect(await check(await active.save())).toEqual(REFUSED);
  });
});
