import { Readable } from 'node:stream';
import { CodedError, financeQuerySchema } from '@rideline/contract';
import { readRegion, settingsOf } from '@rideline/fleet/settings/region-settings';
import { financeCsv } from '@rideline/fleet/trips/trip-finance';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS } from './admin-parts.ts';

const LONGEST_MS = 366 * 86_400_000;

function windowOf({ from, to }: { from: string; to: string }): { fromMs: number; toMs: number } {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
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
      summary: 'Completed trips in [`from`, `to`) with their fares in minor units, streamed as CSV.',
      access: ADMINS,
      limit: 'standard',
      query: financeQuerySchema,
      answer: { mediaTypes: ['text/csv'] },
      problems: READ_PROBLEMS,
      handle: async ({ query, caller, setHeader, signal, onUnpresentable }) => {
        const window = windowOf(query);
        await audited(parts, caller, {
          action: 'finance.read',
          target: `region:${region}`,
          data: { from: query.from, to: query.to },
        });
        const settings = settingsOf(region, await mongo.call(() => readRegion(db, region)), parts);
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
