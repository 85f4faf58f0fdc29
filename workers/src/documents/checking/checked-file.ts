import type { DocumentRejection } from '@rideline/contract';

export type DocumentFormat = 'jpeg' | 'png' | 'webp' | 'pdf';

/** Metadata of a document. Never the location of a picture. */
export interface DocumentMetadata {
  readonly format: DocumentFormat;
  /** Pictures: pixels, after rotation. */
  readonly width?: number;
  readonly height?: number;
  /** ISO 8601 without a zone, as cameras write it; absent when the file does not say. */
  readonly capturedAt?: string;
  /** PDF. */
  readonly pages?: number;
}

/** Request to a checker: two paths and the formats. It gets nothing else of the product. */
export interface CheckRequest {
  /** The uploaded bytes. */
  readonly path: string;
  /** Empty folder for the checker's output. */
  readonly folder: string;
  readonly accepts: readonly DocumentFormat[];
}

export interface CleanFile {
  readonly outcome: 'clean';
  readonly contentType: string;
  readonly extension: string;
  /** In the folder of the request. */
  readonly cleanPath: string;
  /** A JPEG; null for a PDF. */
  readonly thumbnailPath: string | null;
  readonly metadata: DocumentMetadata;
}

export interface RejectedFile {
  readonly outcome: 'rejected';
  readonly code: DocumentRejection;
}

export type CheckedFile = CleanFile | RejectedFile;

/** Reply of a child to one request: a result, or a failure that is not the file's fault. */
export type CheckerReply = CheckedFile | { readonly outcome: 'failed'; readonly reason: string };

/** Thrown inside a checker: the file is refused. */
export class FileRejected extends Error {
  readonly code: DocumentRejection;
  constructor(code: DocumentRejection, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/**
 * Limits of an accepted file. A picture of 40 Mpx decodes to 120–320 MB at worst, which the child's own cap bounds; sharp's default
 * (268 Mpx) would let a PNG of 0.6 MB decode to 690 MB.
 */
export const FILE_LIMITS = {
  pixels: 40_000_000,
  /** Shorter side of the smallest readable picture. */
  leastEdgePixels: 32,
  /** Longest side of the clean copy: a page at 300 dpi is 3,508. */
  cleanEdgePixels: 4096,
  thumbnailPixels: 320,
  pdfPages: 50,
  /** Objects in a PDF. */
  pdfObjects: 50_000,
} as const;
