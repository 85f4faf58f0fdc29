import { createHash, timingSafeEqual } from 'node:crypto';
import { CodedError } from '@rideline/contract';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { arrivalOf, type DocumentParts } from './document-parts.ts';

const MOST_RECORDS = 100;

/** Body of an S3 event notification. Only the object keys are read, and each object is looked up; other fields are ignored. */
const bucketEventSchema = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string().max(128).optional().describe('ignored: every object is looked up'),
        s3: z
          .object({
            object: z
              .object({ key: z.string().min(1).max(1024).describe('its key, URL-encoded as S3 sends it') })
              .describe('the object that arrived'),
          })
          .describe('what the event is about'),
      }),
    )
    .max(MOST_RECORDS)
    .describe('events of the bucket'),
});

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares digests, so that timing shows neither the length nor the position of a difference. */
function isSecret(given: string | undefined, secret: string): boolean {
  const token = /^Bearer (.{1,512})$/i.exec(given ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(token), digest(secret));
}

/** Object keys arrive form-encoded. */
function keyOf(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

async function takeKey(parts: DocumentParts, encoded: string): Promise<boolean> {
  const key = keyOf(encoded);
  const document =
    key === null ? null : await parts.mongo.read(() => parts.documentStore.documents.findByKey(key));
  if (document === null || document.state.name !== 'granted') return false;
  const arrival = await arrivalOf(parts, document);
  return arrival !== 'absent' && arrival.changed;
}

export function bucketEventRoutes(parts: DocumentParts): Route[] {
  const { eventSecret } = parts;
  if (eventSecret === undefined) return [];
  return [
    route({
      method: 'post',
      path: '/v1/bucket-events',
      operation: 'takeBucketEvents',
      summary:
        'Event notifications of the bucket for arrived objects, beside `complete`: the same check, the same write. Authorization: Bearer with the shared secret.',
      access: 'public',
      limit: 'none',
      body: bucketEventSchema,
      answer: z.object({
        filed: z
          .int()
          .nonnegative()
          .describe('how many of the objects were uploads that had waited for this'),
      }),
      problems: ['FORBIDDEN', 'UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body, header }) => {
        if (!isSecret(header('Authorization'), eventSecret)) throw new CodedError('FORBIDDEN');
        let filed = 0;
        for (const { s3 } of body.Records) if (await takeKey(parts, s3.object.key)) filed += 1;
        return { filed };
      },
    }),
  ];
}
