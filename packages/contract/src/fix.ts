import { z } from 'zod';

/** Bits of a fix's `flags`. */
export const FIX_FLAGS = {
  /** The phone's operating system reports that the position comes from a mock provider. */
  mock: 1,
  /** Sent again after a reconnect, or collected offline. */
  replayed: 2,
} as const;

/**
 * One GPS fix on the wire: `[seq, t, lat, lng, speed?, heading?, accuracy?, flags?]`.
 * seq: integer, rises within a boot · t: epoch ms on the domain clock · degrees WGS84 · m/s · degrees from north · metres.
 * After `seq` the schema is deliberately loose: a `null` latitude makes a fix that is refused with a verdict and kept in the ledger
 * (SPEC FIX-3); the frame stays valid.
 */
const looseNumber = z.union([z.number(), z.null(), z.string().max(32)]);
export const SEQ_MAX = 2 ** 32 - 1;
export const fixSchema = z.tuple(
  [z.int().min(0).max(SEQ_MAX), looseNumber, looseNumber, looseNumber],
  looseNumber,
);
export type WireFix = [
  seq: number,
  t: number | null | string,
  lat: number | null | string,
  lng: number | null | string,
  ...rest: (number | null | string)[],
];

/**
 * Result of the hygiene checks of a fix. Refused fixes are kept in the ledger with their verdict, and are neither shown nor used for
 * matching. The order is part of the packed record (index = verdict byte): only append.
 */
export const VERDICTS = [
  'ok',
  'range',
  'null_island',
  'accuracy',
  'future',
  'stale',
  'duplicate',
  'implausible',
  'mock',
] as const;
export type Verdict = (typeof VERDICTS)[number];
export const verdictSchema = z.enum(VERDICTS);
export type RefusedVerdict = Exclude<Verdict, 'ok'>;
