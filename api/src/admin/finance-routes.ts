import { Readable } from 'node:stream';
import { CodedError, financeQuerySchema } from '@rideline/contract';
import { startOfDay } from '@rideline/fleet/settings/calendar-day';
import { readRegion, settingsOf, zoneOf } from '@rideline/fleet/settings/region-settings';
import { financeCsv } from '@rideline/fleet/trips/trip-finance';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS } from './admin-parts.ts';

const LONGEST_MS = 366 * 86_400_000;
const DAY_LENGTH = '2026-01-31'.length;

/** A day begins in the zone of the region, as the days in the file do. */
function windowOf(
  { from, to }: { from: string; to: string },
  zone: string,
): { fromMs: number; toMs: number } {
  const [fromMs, toMs] = [from, to].map((text) =>
    text.length === DAY_LENGTH ? startOfDay(text, zone) : Date.parse(text),
  ) as [number, number];
  if (fromMs < toMs && toMs - fromMs <= LONGEST_MS) return { fromMs, toMs };
  throw new CodedError('VALIDATION', undefined, {
    issues: [{ path: 'query.to', message: 'must be after from, by at most 366 days' }],
  });
}

export function financeRoutes(parts: AdminParts & { readonly retentionDays: number }): Route[] {
  const { mongo, db, region } = parts;
  return [
    route({
      method: 'get',
      path: '/v1/admin/finance.csv',
      operation: 'exportFinance',
      summary:
        'Trips with their fares, as CSV. Completed trips, and rides that their riders ended because the driver was silent, in [`from`, `to`), times or days of the region; fares are in minor units. Streamed.',
      access: ADMINS,
      limit: 'standard',
      query: financeQuerySchema,
      answer: { mediaTypes: ['text/csv'] },
      problems: ['UNPRESENTABLE', ...READ_PROBLEMS],
      handle: async ({ query, caller, setHeader, signal, onUnpresentable }) => {
        const settings = settingsOf(region, await mongo.read(() => readRegion(db, region)), parts);
        const window = windowOf(query, zoneOf(settings));
        await audited(parts, caller, {
          action: 'finance.read',
          target: `region:${region}`,
          data: { from: query.from, to: query.to },
        });
        const within = <T>(work: () => Promise<T>): Promise<T> => {
          signal.throwIfAborted();
          return mongo.call(work);
        };
        setHeader('Content-Type', 'text/csv; charset=utf-8');
        const [from, to] = [query.from.slice(0, 10), query.to.slice(0, 10)];
        setHeader('Content-Disposition', `attachment; filename="finance-${region}-${from}-${to}.csv"`);
        return Readable.from(financeCsv({ db, region, settings, within, onUnpresentable }, window));
      },
    }),
  ];
}
