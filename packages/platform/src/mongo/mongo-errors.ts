/** Errors of the driver and of mongoose that mean "no server answers now". By name: the driver exports no class for a cleared pool. */
const AWAY = new Set([
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  // A connection was lost, so the driver refuses all calls that wait for one, and retries each once only.
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
]);

/**
 * Codes of a server that stops, steps down or starts (driver 7.5, lib/error.js, RETRYABLE_READ_ERROR_CODES): the driver retries once, and the
 * second one is thrown.
 */
const AWAY_CODES = new Set([
  6, 7, 89, 91, 134, 189, 262, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** What mongoose itself throws while its client is being replaced, as an error without a name of its own. */
const BETWEEN_CLIENTS = /^Connection was force closed$|before initial connection is complete/;

/** Whether an error means that MongoDB is unavailable for the moment, so that a repeat may succeed. */
export function isMongoAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.has(error.name)) return true;
  if (error.name === 'MongooseError' && BETWEEN_CLIENTS.test(error.message)) return true;
  const { code } = error as { code?: unknown };
  return error.name.startsWith('Mongo') && typeof code === 'number' && AWAY_CODES.has(code);
}
