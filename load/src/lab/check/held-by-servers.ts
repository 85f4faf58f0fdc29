import {
  DOCUMENT_COPIES_ITEMS,
  type DocumentCopies,
  documentCopiesAnswerSchema,
  type LedgerBoot,
  ledgerSchema,
  TRIP_HISTORY_ITEMS,
  type TripHistory,
  tripHistoriesAnswerSchema,
} from '@rideline/contract';
import type { ApiClient } from '../../cluster/api-client.ts';

/** Pages of one driver's ledger that are read at most: each has about 35 hours of one fix a second. */
const MOST_PAGES = 50;

/** Things by id; null: the servers do not have it. */
export type Held<Thing> = Map<string, Thing | null>;

type Results<Value> = readonly (
  | { readonly ok: true; readonly id: string; readonly value: Value }
  | { readonly ok: false; readonly id: string; readonly code: string }
)[];

/** @throws Error when one of them could not be read for another reason than that it does not exist */
function heldOf<Value>(results: Results<Value>): Held<Value> {
  const held: Held<Value> = new Map();
  for (const result of results) {
    if (result.ok) held.set(result.id, result.value);
    else if (result.code === 'NOT_FOUND') held.set(result.id, null);
    else throw new Error(`${result.id} cannot be read: ${result.code}`);
  }
  return held;
}

/** At most `TRIPS_AT_ONCE` trips. */
export const TRIPS_AT_ONCE = TRIP_HISTORY_ITEMS;
export async function readHistories(api: ApiClient, tripIds: readonly string[]): Promise<Held<TripHistory>> {
  const answer = await api.call('POST', '/v1/trips/histories', { tripIds });
  return heldOf(tripHistoriesAnswerSchema.parse(answer).results);
}

/** At most `DOCUMENTS_AT_ONCE` documents. */
export const DOCUMENTS_AT_ONCE = DOCUMENT_COPIES_ITEMS;
export async function readCopies(
  api: ApiClient,
  documentIds: readonly string[],
): Promise<Held<DocumentCopies>> {
  const answer = await api.call('POST', '/v1/documents/copies', { documentIds });
  return heldOf(documentCopiesAnswerSchema.parse(answer).results);
}

/** The ledger of these app starts of a driver. Reads pages, the newest app starts first, until it has them all. */
export async function readLedgerBoots(
  api: ApiClient,
  driverId: string,
  boots: ReadonlySet<string>,
): Promise<LedgerBoot[]> {
  const found: LedgerBoot[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const ledger = ledgerSchema.parse(await api.ledger(driverId, cursor));
    found.push(...ledger.boots.filter(({ boot }) => boots.has(boot)));
    if (ledger.next === null || found.length >= boots.size) return found;
    cursor = ledger.next;
  }
  throw new Error(`the ledger of ${driverId} has more than ${MOST_PAGES} pages`);
}
