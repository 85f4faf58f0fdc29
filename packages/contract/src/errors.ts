import { z } from 'zod';
import { type CommandEffect, ERRORS, type ErrorCode, type Refusal } from './error-codes.ts';

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];
export const errorCodeSchema = z.enum(codes);

/** See `CommandEffect`. */
export const commandEffectSchema = z.enum(['none', 'unknown']) satisfies z.ZodType<CommandEffect>;

/** See `Refusal`. */
export const refusalSchema = z.object({
  ok: z.literal(false),
  code: errorCodeSchema,
  retryAfterMs: z.int().nonnegative().optional(),
  detail: z.string().optional(),
  /** PROTOCOL_UNSUPPORTED: the supported versions. */
  min: z.int().optional(),
  max: z.int().optional(),
  /** CONFLICT: the current version. */
  version: z.int().optional(),
  /** Of commands on trips, with the codes after which they can be repeated. */
  effect: commandEffectSchema.optional(),
}) satisfies z.ZodType<Refusal>;

/** RFC 9457 problem details: the shape of every REST error. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: errorCodeSchema,
  detail: z.string().optional(),
  requestId: z.string(),
  retryAfterMs: z.int().nonnegative().optional(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** CONFLICT: the current version. */
  version: z.int().optional(),
  /** Of commands on trips, with the codes after which they can be repeated. */
  effect: commandEffectSchema.optional(),
});
export type Problem = z.infer<typeof problemSchema>;
