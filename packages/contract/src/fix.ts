import { z } from 'zod';
import { SEQ_MAX } from './fix-format.ts';

/**
 * One GPS fix on the wire: `[seq, t, lat, lng, speed?, heading?, accuracy?, flags?]`.
 * seq: integer, rises within a boot · t: epoch ms on the domain clock · degrees WGS84 · m/s · degrees from north · metres.
 * After `seq` the schema is deliberately loose: a `null` latitude makes a fix that is refused with a verdict and kept in the ledger
 * (SPEC FIX-3); the frame stays valid.
 */
const looseNumber = z.union([z.number(), z.null(), z.string().max(32)]);
export const fixSchema = z.tuple(
  [
    z.int().min(0).max(SEQ_MAX).describe('seq'),
    looseNumber.describe('t'),
    looseNumber.describe('lat'),
    looseNumber.describe('lng'),
  ],
  looseNumber.describe('speed, heading, accuracy, flags, in this order'),
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

/** What each verdict means, for the reference. */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  ok: 'accepted',
  range: 'a value is missing, not a number or out of range (null, text, latitude beyond 90)',
  null_island: 'latitude and longitude are 0: the receiver had no position',
  accuracy: 'the accuracy is worse than 100 m',
  future: 'the time is more than 60 s ahead of server time',
  stale: 'the time is more than 24 h ago',
  duplicate: 'same time and place as the newest fix, under a higher seq',
  implausible: 'a jump faster than 45 m/s from the newest fix that the next fix has not confirmed',
  mock: "the phone's operating system reports a mock provider (flag 1)",
};

/** The members of a fix in their order. From `speed` on they may be left out, or null when they were not measured. */
export const FIX_MEMBERS = [
  ['seq', 'rises within the boot, from 0 or from the declared `lowest`; integer below 2^32'],
  ['t', 'epoch ms of server time'],
  ['lat', 'degrees'],
  ['lng', 'degrees'],
  ['speed', 'm/s'],
  ['heading', 'degrees from north, 0 to 360'],
  ['accuracy', 'metres'],
  [
    'flags',
    'bits: 1 mock provider, 2 sent again or collected offline, 4 the driver stands, 8 time corrected by 1,024 weeks',
  ],
] as const;
export const verdictSchema = z.enum(VERDICTS);
export type RefusedVerdict = Exclude<Verdict, 'ok'>;
