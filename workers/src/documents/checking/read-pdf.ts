import { PDFDocument, PDFInvalidObject, PDFParser } from 'pdf-lib';
import { FileRejected } from './checked-file.ts';

/** Where reading goes on behind bytes that belong to no object: a section of the file's end, or the next object. */
const NEXT_SECTION = /xref|trailer|startxref|(?<![0-9])[0-9]{1,10}[\0\t\n\f\r ]+[0-9]{1,5}[\0\t\n\f\r ]+obj/g;

/** A stream that lists the objects' places. */
const XREF_STREAM = /^.{0,1000}?\/Type\s*\/XRef\b/s;
const STRICT = { throwOnInvalidObject: true, updateMetadata: false } as const;
const LENIENT = { throwOnInvalidObject: false, updateMetadata: false } as const;

/** The part of the parser that is replaced; its own types hide it. */
interface ParserInside {
  readonly bytes: { readonly bytes: Uint8Array; offset(): number; moveTo(offset: number): void };
  skipJibberish(): void;
  skipWhitespaceAndComments(): void;
}

/** The bytes of files as text of one character a byte, made when they are first searched. */
const texts = new WeakMap<Uint8Array, string>();

/**
 * Looks for the next section in one pass. The library's own loop tries to read an object at every character and skips all blanks each time:
 * its time grows with the square of the blanks (80 KB behind the end of a file took 50 s).
 */
(PDFParser.prototype as unknown as ParserInside).skipJibberish = function skipToNextSection(
  this: ParserInside,
) {
  this.skipWhitespaceAndComments();
  const text = textOf(this.bytes.bytes);
  NEXT_SECTION.lastIndex = this.bytes.offset();
  this.bytes.moveTo(NEXT_SECTION.exec(text)?.index ?? text.length);
};

function textOf(bytes: Uint8Array): string {
  const text =
    texts.get(bytes) ?? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  texts.set(bytes, text);
  return text;
}

/**
 * Parses a PDF. One that opens without a password is decrypted: banks and insurers encrypt theirs so that only printing or editing is
 * restricted (an owner password).
 * @throws FileRejected PDF_ENCRYPTED when it needs a password, or is encrypted in an unknown way; DAMAGED
 */
export async function readPdf(bytes: Buffer): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(bytes, { ...STRICT, password: '' });
  } catch (error) {
    if (!(await isEncrypted(bytes))) throw new FileRejected('DAMAGED', error);
    return await decrypted(bytes);
  }
}

/** By its trailer: the word `/Encrypt` may stand anywhere in a damaged file. */
async function isEncrypted(bytes: Buffer): Promise<boolean> {
  try {
    return (await PDFDocument.load(bytes, { ...LENIENT, ignoreEncryption: true })).isEncrypted;
  } catch {
    return false;
  }
}

/** The library reads the encrypted file once before it decrypts: object streams are then invalid, and must not end the reading. */
async function decrypted(bytes: Buffer): Promise<PDFDocument> {
  let source: PDFDocument;
  try {
    source = await PDFDocument.load(bytes, { ...LENIENT, password: '' });
  } catch (error) {
    throw new FileRejected('PDF_ENCRYPTED', error);
  }
  for (const [ref, object] of source.context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFInvalidObject)) continue;
    // What could not be parsed could not be checked. Only the table of objects may be lost: it is never encrypted, and was "decrypted" too.
    if (!XREF_STREAM.test(bytesOf(object))) throw new FileRejected('DAMAGED');
    source.context.delete(ref);
  }
  return source;
}

function bytesOf(object: PDFInvalidObject): string {
  const bytes = Buffer.alloc(object.sizeInBytes());
  object.copyBytesInto(bytes, 0);
  return bytes.toString('latin1');
}
