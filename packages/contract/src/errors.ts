import { z } from 'zod';
import { type CommandEffect, ERRORS, type ErrorCode, type Refusal } from './error-codes.ts';

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
export const errorCodeSchema = z.enum(codes);

/** See `CommandEffect`. */
export const commandEffectSchema = z.enum(['none', 'unknown']) satisfies z.ZodType<CommandEffect>;

const retryAfterMs = z
  .int()
  .nonnegative()
  .optional()
  .describe(
    'how long to wait before a repeat, ms; absent: by your own schedule, if the code allows a repeat',
  );

const conflictFields = {
  version: z
    .int()
    .optional()
    .describe(
      'of CONFLICT, and of ILLEGAL_TRANSITION on a trip: the current version, to read and decide again; otherwise absent',
    ),
  effect: commandEffectSchema
    .optional()
    .describe(
      'of a command on a trip that may be repeated: `none`, it did nothing; `unknown`, it may have taken effect, and a repeat under its `commandId` tells. Otherwise absent',
    ),
} as const;

/** See `Refusal`. */
export const refusalSchema = z.object({
  ok: z.literal(false).describe('always false: an acceptance has true'),
  code: errorCodeSchema.describe('why, from the closed list; it decides what to do'),
  retryAfterMs,
  detail: z
    .string()
    .optional()
    .describe(
      'a text for developers: not for people, not to be parsed. Of VALIDATION it begins with the path of the first fault. Absent: the code says it all',
    ),
  min: z
    .int()
    .optional()
    .describe('PROTOCOL_UNSUPPORTED: the lowest protocol version that the server speaks; otherwise absent'),
  max: z.int().optional().describe('PROTOCOL_UNSUPPORTED: the highest one; otherwise absent'),
  ...conflictFields,
}) satisfies z.ZodType<Refusal>;

/** RFC 9457 problem details: the shape of every REST error. */
export const problemSchema = z.object({
  type: z.string().describe('address of the code in the list of codes: `/v1/errors#NOT_FOUND`'),
  title: z.string().describe('what the code means, in English'),
  status: z.int().describe('the HTTP status, again'),
  code: errorCodeSchema.describe('why, from the closed list; it decides what to do'),
  detail: z
    .string()
    .optional()
    .describe(
      'what was wrong with this request: a text for developers, not to be parsed; absent: the title says it all',
    ),
  requestId: z.string().describe('id of the request, as in `X-Request-Id`; name it in a support ticket'),
  retryAfterMs,
  issues: z
    .array(
      z.object({
        path: z.string().describe('where, for example `body.pickup.lat`'),
        message: z.string().describe('what is wrong, in English'),
      }),
    )
    .optional()
    .describe('VALIDATION: each fault that was found; otherwise absent'),
  ...conflictFields,
});
export type Problem = z.infer<typeof problemSchema>;
