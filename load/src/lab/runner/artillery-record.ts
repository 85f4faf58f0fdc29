import { z } from 'zod';

/**
 * One line of what `artillery-reporter.ts` writes while Artillery runs. Artillery's own `--output` file appears only when a run ends by
 * itself, and its histograms are percentiles, which several generators cannot add up.
 */

const finite = z.number();

const sketchSchema = z.object({
  count: z.number().int().nonnegative(),
  max: finite,
  bins: z.array(z.tuple([finite, z.number().nonnegative()])).max(20_000),
});

const metricsSchema = {
  counters: z.record(z.string().max(1024), finite),
  histograms: z.record(z.string().max(1024), sketchSchema),
};

export const artilleryLineSchema = z.discriminatedUnion('kind', [
  /** The reporter was loaded. */
  z.object({ kind: z.literal('started'), at: finite }),
  z.object({ kind: z.literal('phase'), at: finite, name: z.string().max(200) }),
  /** One interval of ten seconds; `period`: its beginning, epoch ms. */
  z.object({ kind: z.literal('period'), period: finite, ...metricsSchema }),
  /** The whole run, when it ended by itself: also what Artillery left out of the intervals. */
  z.object({ kind: z.literal('total'), at: finite, ...metricsSchema }),
]);

export type ArtilleryLine = z.infer<typeof artilleryLineSchema>;
export type ArtilleryPeriod = Extract<ArtilleryLine, { kind: 'period' }>;
export type ArtilleryTotal = Extract<ArtilleryLine, { kind: 'total' }>;

/** Length of Artillery's intervals; it cannot be set (artillery 2.0, core/ssms). */
export const PERIOD_MS = 10_000;

/** What one generator has recorded so far. */
export interface ArtilleryRecord {
  readonly periods: readonly ArtilleryPeriod[];
  readonly phases: readonly { readonly at: number; readonly name: string }[];
  readonly total: ArtilleryTotal | null;
}

export const EMPTY_RECORD: ArtilleryRecord = { periods: [], phases: [], total: null };

/** @throws ZodError or SyntaxError for a line that the reporter did not write */
export function parseLine(text: string): ArtilleryLine {
  return artilleryLineSchema.parse(JSON.parse(text));
}

export function withLine(record: ArtilleryRecord, line: ArtilleryLine): ArtilleryRecord {
  switch (line.kind) {
    case 'started':
      return record;
    case 'phase':
      return { ...record, phases: [...record.phases, { at: line.at, name: line.name }] };
    case 'period':
      return { ...record, periods: [...record.periods, line] };
    case 'total':
      return { ...record, total: line };
    default:
      return line satisfies never;
  }
}
