import { z } from 'zod';
import { documentRejectionSchema } from './document-rejections.ts';
import { documentIdSchema, type Role, userIdSchema } from './ids.ts';
import { isoTime } from './iso-time.ts';
import { LIMITS } from './limits.ts';
import { pageQuery } from './query.ts';

// ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const DOCUMENT_CONTENT_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export const documentContentTypeSchema = z.enum(DOCUMENT_CONTENT_TYPES);
export type DocumentContentType = z.infer<typeof documentContentTypeSchema>;

/** Ending of an object's key, by what it holds. */
export const EXTENSION_OF: Readonly<Record<DocumentContentType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

const MIB = 1024 * 1024;
const PICTURES = ['image/jpeg', 'image/png', 'image/webp'] as const;

interface DocumentTypeEntry {
  /** Whose it is. */
  readonly roles: readonly Role[];
  readonly contentTypes: readonly DocumentContentType[];
  readonly maxBytes: number;
  /** Valid until a day that whoever approves it gives: without it there is no approval. */
  readonly expires: boolean;
  /** A person looks at it; otherwise it is approved when it has been checked. */
  readonly reviewed: boolean;
}

/** What can be handed in. `docs/reference/documents.md` repeats the table and a test compares the two. */
export const DOCUMENT_TYPES = {
  driving_licence: {
    roles: ['driver'],
    contentTypes: DOCUMENT_CONTENT_TYPES,
    maxBytes: 10 * MIB,
    expires: true,
    reviewed: true,
  },
  vehicle_registration: {
    roles: ['driver'],
    contentTypes: DOCUMENT_CONTENT_TYPES,
    maxBytes: 10 * MIB,
    expires: true,
    reviewed: true,
  },
  insurance: {
    roles: ['driver'],
    contentTypes: DOCUMENT_CONTENT_TYPES,
    maxBytes: 10 * MIB,
    expires: true,
    reviewed: true,
  },
  background_check: {
    roles: ['driver'],
    contentTypes: DOCUMENT_CONTENT_TYPES,
    maxBytes: 10 * MIB,
    expires: true,
    reviewed: true,
  },
  profile_photo: {
    roles: ['driver', 'rider'],
    contentTypes: PICTURES,
    maxBytes: 5 * MIB,
    expires: false,
    reviewed: true,
  },
} as const satisfies Record<string, DocumentTypeEntry>;

export type DocumentType = keyof typeof DOCUMENT_TYPES;
export const DOCUMENT_TYPE_NAMES = Object.keys(DOCUMENT_TYPES) as [DocumentType, ...DocumentType[]];
export const documentTypeSchema = z.enum(DOCUMENT_TYPE_NAMES);
/** Largest of all types. */
export const DOCUMENT_BYTES_MOST = 10 * MIB;

export function documentTypeEntry(type: DocumentType): DocumentTypeEntry {
  return DOCUMENT_TYPES[type];
}

// ── granting ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Life of a grant by default and at most, seconds. */
export const GRANT_SECONDS = 300;
export const GRANT_SECONDS_MOST = 3600;

/** `POST /v1/documents` */
export const requestDocumentSchema = z.strictObject({
  type: documentTypeSchema,
  /** Bytes, exactly. */
  size: z.int().min(1).max(DOCUMENT_BYTES_MOST),
  contentType: documentContentTypeSchema,
  /** Of the file, as `sha256sum` prints it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  expiresInSeconds: z.int().min(30).max(GRANT_SECONDS_MOST).default(GRANT_SECONDS),
});
export type RequestDocument = z.input<typeof requestDocumentSchema>;

/** A form to be posted: `fields` in any order, the file last, named `file`. */
export const documentGrantSchema = z.object({
  documentId: documentIdSchema,
  presignedUrl: z.url(),
  fields: z.record(z.string(), z.string()),
  key: z.string(),
  expiresAt: isoTime,
  /** One line that uploads ./FILE. */
  curl: z.string(),
});
export type DocumentGrant = z.infer<typeof documentGrantSchema>;

/** `POST /v1/documents/:documentId/complete` */
export const documentAcceptedSchema = z.object({
  documentId: documentIdSchema,
  jobId: z.string(),
  /** Jobs before it; 0: it is being worked on, or done. */
  queuePosition: z.int().nonnegative(),
  estimatedWaitMs: z.int().nonnegative(),
  /** SCALE_001 when the queue is deep. */
  code: z.literal('SCALE_001').optional(),
});
export type DocumentAccepted = z.infer<typeof documentAcceptedSchema>;

// ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────

/** granted: a form was handed out · uploaded: the file is there and waits · expired: nothing came in time. */
export const DOCUMENT_STATUSES = [
  'granted',
  'uploaded',
  'processing',
  'processed',
  'rejected',
  'expired',
] as const;
export const documentStatusSchema = z.enum(DOCUMENT_STATUSES);
export type DocumentStatus = z.infer<typeof documentStatusSchema>;

/** lapsed: it was approved and its validity has ended. */
export const REVIEW_STATES = ['pending', 'approved', 'rejected', 'lapsed'] as const;
export const reviewStateSchema = z.enum(REVIEW_STATES);
export type ReviewState = z.infer<typeof reviewStateSchema>;

/** What was read from the file: format, width, height, pages … */
export const documentFactsSchema = z.record(
  z.string().max(64),
  z.union([z.string().max(256), z.number(), z.boolean()]),
);
export type DocumentFacts = z.infer<typeof documentFactsSchema>;

export const documentViewSchema = z.object({
  documentId: documentIdSchema,
  userId: userIdSchema,
  type: documentTypeSchema,
  status: documentStatusSchema,
  version: z.int().positive(),
  size: z.int().positive(),
  contentType: documentContentTypeSchema,
  createdAt: isoTime,
  updatedAt: isoTime,
  /** granted only: until when the file may be sent. */
  expiresAt: isoTime.nullable(),
  /** rejected only. */
  rejection: z.object({ code: documentRejectionSchema, text: z.string() }).nullable(),
  /** processed only. */
  review: z
    .object({ state: reviewStateSchema, reason: z.string().nullable(), at: isoTime.nullable() })
    .nullable(),
  validUntil: isoTime.nullable(),
  facts: documentFactsSchema.nullable(),
});
export type DocumentView = z.infer<typeof documentViewSchema>;

/** `GET /v1/documents/:documentId`: with addresses of the cleaned copy, which work for some minutes. */
export const documentDetailSchema = documentViewSchema.extend({
  links: z.object({ file: z.url(), thumbnail: z.url().nullable(), expiresAt: isoTime }).nullable(),
});
export type DocumentDetail = z.infer<typeof documentDetailSchema>;

/** `GET /v1/documents`: one's own; staff may ask for anybody's. */
export const documentListQuerySchema = z.strictObject({
  ...pageQuery,
  userId: userIdSchema.optional(),
  type: documentTypeSchema.optional(),
  status: documentStatusSchema.optional(),
});
export const documentListSchema = z.object({
  documents: z.array(documentViewSchema),
  next: z.string().nullable(),
});
export type DocumentList = z.infer<typeof documentListSchema>;

// ── review ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/document-reviews`: oldest first. */
export const documentReviewListQuerySchema = z.strictObject({
  ...pageQuery,
  type: documentTypeSchema.optional(),
});
export const documentReviewListSchema = z.object({
  documents: z.array(documentViewSchema),
  next: z.string().nullable(),
});
export type DocumentReviewList = z.infer<typeof documentReviewListSchema>;

/** `POST /v1/documents/:documentId/review`. `version`: the one that was looked at. */
export const reviewDocumentSchema = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** What the owner reads; needed to reject. */
  reason: z.string().min(1).max(LIMITS.reasonLength).optional(),
  /** Needed to approve what expires. */
  validUntil: isoTime.optional(),
  version: z.int().positive(),
});
export type ReviewDocument = z.infer<typeof reviewDocumentSchema>;

// ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const JOB_STATUSES = ['waiting', 'active', 'completed', 'failed'] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;
/** Of a job: the id of the document that it is about. */
export const jobIdSchema = z.string().regex(/^(?!\d+$)[A-Za-z0-9_-]{1,128}$/);

/** `GET /v1/jobs/:jobId`. `waiting` is also one that waits for its next try. */
export const jobViewSchema = z.object({
  id: z.string(),
  type: z.string(),
  status: jobStatusSchema,
  attempts: z.int().nonnegative(),
  maxAttempts: z.int().positive(),
  createdAt: isoTime,
  processedAt: isoTime.nullable(),
  failedReason: z.string().nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

/** `GET /v1/jobs`: newest first. */
export const jobListQuerySchema = z.strictObject({
  queue: z
    .string()
    .regex(/^[a-z][a-z-]{0,63}$/)
    .default('document-processing'),
  status: jobStatusSchema.default('waiting'),
  ...pageQuery,
});
export const jobListSchema = z.object({ jobs: z.array(jobViewSchema), next: z.string().nullable() });
export type JobList = z.infer<typeof jobListSchema>;
