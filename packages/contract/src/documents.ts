import { z } from 'zod';
import { documentRejectionSchema } from './document-rejections.ts';
import { documentIdSchema, type Role, userIdSchema } from './ids.ts';
import { fieldsOf, pageQuery } from './query.ts';
import { reasonText } from './text.ts';
import { isoTime, requestDay, requestTime } from './times.ts';

// ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const DOCUMENT_CONTENT_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
export const documentContentTypeSchema = z.enum(DOCUMENT_CONTENT_TYPES);
export type DocumentContentType = z.infer<typeof documentContentTypeSchema>;

/** File extension of an object's key, by content type. */
export const EXTENSION_OF: Readonly<Record<DocumentContentType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
};

const MIB = 1024 * 1024;
const PICTURES = ['image/jpeg', 'image/png', 'image/webp'] as const;

interface DocumentTypeEntry {
  /** Roles that may upload it. */
  readonly roles: readonly Role[];
  readonly contentTypes: readonly DocumentContentType[];
  readonly maxBytes: number;
  /** Whether it has an expiry date, which the reviewer must give to approve it. */
  readonly expires: boolean;
  /** Whether a person reviews it; otherwise it is approved once it is processed. */
  readonly reviewed: boolean;
}

/** The document types. `docs/reference/documents.md` repeats the table, and a test compares the two. */
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
/** Largest `maxBytes` of all types. */
export const DOCUMENT_MAX_BYTES = 10 * MIB;

export function documentTypeEntry(type: DocumentType): DocumentTypeEntry {
  return DOCUMENT_TYPES[type];
}

// ── granting ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Default and longest lifetime of a grant, seconds. */
export const GRANT_SECONDS = 300;
export const GRANT_MAX_SECONDS = 3600;

/** `POST /v1/documents` */
export const requestDocumentSchema = z.strictObject({
  type: documentTypeSchema,
  /** Exact size, bytes. */
  size: z.int().min(1).max(DOCUMENT_MAX_BYTES),
  contentType: documentContentTypeSchema,
  /** Digest of the file, as `sha256sum` prints it. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  expiresInSeconds: z.int().min(30).max(GRANT_MAX_SECONDS).default(GRANT_SECONDS),
});
export type RequestDocument = z.input<typeof requestDocumentSchema>;

/** The form to post: `fields` in any order, then the file as field `file`. */
export const documentGrantSchema = z.object({
  documentId: documentIdSchema,
  presignedUrl: z.url(),
  fields: z.record(z.string(), z.string()),
  key: z.string(),
  expiresAt: isoTime,
  /** A command line that uploads ./FILE. */
  curl: z.string(),
});
export type DocumentGrant = z.infer<typeof documentGrantSchema>;

/** `POST /v1/documents/:documentId/complete` */
export const documentAcceptedSchema = z.object({
  documentId: documentIdSchema,
  jobId: z.string(),
  /** Jobs ahead of it; 0: it is being processed or done. */
  queuePosition: z.int().nonnegative(),
  estimatedWaitMs: z.int().nonnegative(),
  /** SCALE_001 when the queue is deep. */
  code: z.literal('SCALE_001').optional(),
});
export type DocumentAccepted = z.infer<typeof documentAcceptedSchema>;

// ── documents as answered ─────────────────────────────────────────────────────────────────────────────────────────────────

/** granted: a form was issued · uploaded: the file is stored and waits for processing · expired: no file arrived in time. */
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

/** lapsed: the document was approved and its validity has ended. */
export const REVIEW_STATES = ['pending', 'approved', 'rejected', 'lapsed'] as const;
export const reviewStateSchema = z.enum(REVIEW_STATES);
export type ReviewState = z.infer<typeof reviewStateSchema>;

/** Facts read from the file: format, width, height, pages … */
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
  /** granted only: end of the time to send the file. */
  expiresAt: isoTime.nullable(),
  /** rejected only. */
  rejection: z.object({ code: documentRejectionSchema, text: z.string() }).nullable(),
  /** processed only. */
  review: z
    .object({ state: reviewStateSchema, reason: z.string().nullable(), at: isoTime.nullable() })
    .nullable(),
  validUntil: isoTime.nullable(),
  /** The last day of validity as the reviewer entered it; null when they gave a moment. */
  validUntilDay: z.iso.date().nullable(),
  facts: documentFactsSchema.nullable(),
});
export type DocumentView = z.infer<typeof documentViewSchema>;

/** `GET /v1/documents/:documentId`: with URLs of the clean copy that are valid for a few minutes. */
export const documentDetailSchema = documentViewSchema.extend({
  links: z.object({ file: z.url(), thumbnail: z.url().nullable(), expiresAt: isoTime }).nullable(),
  /** The IANA time zone in which a day that a reviewer enters ends: the region's, UTC until an admin sets one. */
  dayZone: z.string(),
});
export type DocumentDetail = z.infer<typeof documentDetailSchema>;

/** `GET /v1/documents`: the caller's own; staff may query any user's. */
export const documentListQuerySchema = z.strictObject({
  fields: fieldsOf(documentViewSchema),
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
/** The list when `fields` selects some of the fields. */
export const documentListAnswerSchema = z.object({
  documents: z.array(documentViewSchema.partial()),
  next: z.string().nullable(),
});

// ── review ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/document-reviews`: oldest first. */
export const documentReviewListQuerySchema = z.strictObject({
  fields: fieldsOf(documentViewSchema),
  ...pageQuery,
  type: documentTypeSchema.optional(),
});
export const documentReviewListSchema = z.object({
  documents: z.array(documentViewSchema),
  next: z.string().nullable(),
});
export type DocumentReviewList = z.infer<typeof documentReviewListSchema>;

/** `POST /v1/documents/:documentId/review`. `version`: the version that was reviewed. */
export const reviewDocumentSchema = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** Shown to the owner; required to reject. */
  reason: reasonText.optional(),
  /** Required to approve a document that expires: its last day, which ends in the zone of the region, or a moment. */
  validUntil: z.union([requestDay, requestTime]).optional(),
  version: z.int().positive(),
});
export type ReviewDocument = z.infer<typeof reviewDocumentSchema>;

// ── jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const JOB_STATUSES = ['waiting', 'active', 'completed', 'failed'] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;
/** A job's id is the id of its document. */
export const jobIdSchema = z.string().regex(/^(?!\d+$)[A-Za-z0-9_-]{1,128}$/);

/** `GET /v1/jobs/:jobId`. `waiting` includes jobs that wait for their next attempt. */
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
  fields: fieldsOf(jobViewSchema),
  ...pageQuery,
});
export const jobListSchema = z.object({ jobs: z.array(jobViewSchema), next: z.string().nullable() });
export type JobList = z.infer<typeof jobListSchema>;
/** The list when `fields` selects some of the fields. */
export const jobListAnswerSchema = z.object({
  jobs: z.array(jobViewSchema.partial()),
  next: z.string().nullable(),
});
