import { z } from 'zod';
import { documentRejectionSchema } from './document-rejections.ts';
import { documentIdSchema, type Role, userIdSchema } from './ids.ts';
import { fieldsOf, nextCursor, pageQuery } from './query.ts';
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
  type: documentTypeSchema.describe('which document it is'),
  size: z.int().min(1).max(DOCUMENT_MAX_BYTES).describe('exact size of the file, bytes'),
  contentType: documentContentTypeSchema.describe('format of the file'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('digest of the file, as `sha256sum` prints it'),
  expiresInSeconds: z
    .int()
    .min(30)
    .max(GRANT_MAX_SECONDS)
    .default(GRANT_SECONDS)
    .describe(`how long the form is good, seconds; absent: ${GRANT_SECONDS}`),
});
export type RequestDocument = z.input<typeof requestDocumentSchema>;

/** The form to post: `fields` in any order, then the file as field `file`. */
export const documentGrantSchema = z.object({
  documentId: documentIdSchema,
  presignedUrl: z.url().describe('where to post the form (multipart/form-data)'),
  fields: z
    .record(z.string(), z.string())
    .describe('its fields, in any order; after them the file as the field `file`'),
  key: z.string().describe('name of the object, for logs'),
  expiresAt: isoTime.describe('when the form expires: the upload must have begun'),
  curl: z.string().describe('a command line that uploads ./FILE'),
});
export type DocumentGrant = z.infer<typeof documentGrantSchema>;

/** `POST /v1/documents/:documentId/complete` */
export const documentAcceptedSchema = z.object({
  documentId: documentIdSchema,
  jobId: z.string().describe('for `GET /v1/jobs/{jobId}`'),
  queuePosition: z.int().nonnegative().describe('jobs ahead of it; 0: it is being processed or done'),
  estimatedWaitMs: z.int().nonnegative().describe('estimate until it is processed, ms'),
  code: z
    .literal('SCALE_001')
    .optional()
    .describe('the queue is deep: it takes longer than usual; absent: it is not'),
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
  userId: userIdSchema.describe('whose document it is'),
  type: documentTypeSchema.describe('which document it is'),
  status: documentStatusSchema.describe(
    '`granted`: a form was issued · `uploaded`: the file waits to be processed · `processing` · `processed`: a clean copy is filed · `rejected` · `expired`: no file arrived in time',
  ),
  version: z.int().positive().describe('rises with each change: send it with a review'),
  size: z.int().positive().describe('announced size, bytes'),
  contentType: documentContentTypeSchema.describe('announced format'),
  createdAt: isoTime.describe('when the form was issued'),
  updatedAt: isoTime.describe('when the document changed last'),
  expiresAt: isoTime.nullable().describe('`granted`: end of the time to send the file; null otherwise'),
  rejection: z
    .object({
      code: documentRejectionSchema.describe('why, from a closed list'),
      text: z.string().describe('what to do, for its owner, in English'),
    })
    .nullable()
    .describe('`rejected`: why; null otherwise'),
  review: z
    .object({
      state: reviewStateSchema.describe(
        '`pending`: waits for a person · `approved` · `rejected` · `lapsed`: was approved, and its validity has ended',
      ),
      reason: z.string().nullable().describe('why it was rejected, for its owner; null: no reason was given'),
      at: isoTime.nullable().describe('when it was decided; null: it is pending'),
    })
    .nullable()
    .describe('`processed`: how the review stands; null otherwise'),
  validUntil: isoTime.nullable().describe('end of its validity; null: it has none, or is not approved'),
  validUntilDay: z.iso
    .date()
    .nullable()
    .describe(
      'last day of its validity as the reviewer entered it; null: they gave a moment, or it has none',
    ),
  facts: documentFactsSchema
    .nullable()
    .describe('read from the file: format, width, height, pages …; null: not processed'),
});
export type DocumentView = z.infer<typeof documentViewSchema>;

/** `GET /v1/documents/:documentId`: with URLs of the clean copy that are valid for a few minutes. */
export const documentDetailSchema = documentViewSchema.extend({
  links: z
    .object({
      file: z.url().describe('address of the clean copy'),
      thumbnail: z.url().nullable().describe('address of a small picture; null: there is none'),
      expiresAt: isoTime.describe('when both addresses expire'),
    })
    .nullable()
    .describe('where the clean copy can be read; null: there is none'),
  dayZone: z
    .string()
    .describe(
      "the IANA time zone in which a day that a reviewer enters ends: the region's, UTC until an admin sets one",
    ),
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
  documents: z.array(documentViewSchema.partial()).describe('one page'),
  next: nextCursor,
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
  decision: z.enum(['approve', 'reject']).describe('the decision'),
  reason: reasonText.optional().describe('shown to the owner; required to reject'),
  validUntil: z
    .union([requestDay, requestTime])
    .optional()
    .describe(
      'required to approve a document that expires: its last day, which ends in the zone of the region, or a moment',
    ),
  version: z.int().positive().describe('version of the document that was reviewed; another one is CONFLICT'),
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
  id: z.string().describe('id of the job: that of its document'),
  type: z.string().describe('what it does'),
  status: jobStatusSchema.describe('`waiting` includes jobs that wait for their next attempt'),
  attempts: z.int().nonnegative().describe('how often it was tried'),
  maxAttempts: z.int().positive().describe('how often it may be tried'),
  createdAt: isoTime.describe('when it was queued'),
  processedAt: isoTime.nullable().describe('when the last attempt began; null: none has'),
  failedReason: z.string().nullable().describe('why the last attempt failed; null: it has not'),
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
  jobs: z.array(jobViewSchema.partial()).describe('newest first'),
  next: nextCursor,
});
