/**
 * Every name that the scenarios give to Artillery: one table for the scenarios, the runner, and the report page. A name in an `ensure`
 * expression must not contain the name of a counter: Artillery replaces names in the text of the expression, one after the other.
 */

interface HistogramEntry {
  readonly title: string;
  /** Where the measured time begins: when the operation was due (free of coordinated omission), or when something before it ended. */
  readonly from: 'due' | 'sent';
}

/** Milliseconds. */
export const HISTOGRAMS = {
  connect: { title: 'connecting, until the namespace is open', from: 'due' },
  reconnect: { title: 'reconnecting after a lost connection', from: 'sent' },
  'sign.in': { title: 'signing in', from: 'due' },
  'location.ack': { title: 'acknowledgement of a fix', from: 'due' },
  'track.position': { title: "a driver's fix on the rider's screen", from: 'due' },
  'track.subscribe': { title: 'following a trip', from: 'due' },
  'trip.create': { title: 'requesting a trip', from: 'due' },
  'trip.assign': { title: 'time to assign: from the request to the accepted offer', from: 'due' },
  'trip.cancel': { title: 'cancelling a trip', from: 'due' },
  'offer.answer': { title: 'answering an offer', from: 'due' },
  'command.ack': { title: "acknowledgement of a driver's command", from: 'due' },
  'command.event': { title: "a driver's command as the rider's event", from: 'due' },
  'driver.search': { title: 'search of nearby drivers', from: 'due' },
  'upload.form': { title: 'form for an upload', from: 'due' },
  'upload.put': { title: 'sending a file to the bucket', from: 'sent' },
  'upload.complete': { title: 'reporting an upload', from: 'sent' },
  'upload.processed': { title: 'from the reported upload to the clean copy', from: 'sent' },
  'generator.lateness': { title: 'how late the generator began an operation', from: 'due' },
} as const satisfies Readonly<Record<string, HistogramEntry>>;

export type HistogramName = keyof typeof HISTOGRAMS;

export const COUNTERS = {
  'operations.sent': 'operations begun',
  'operations.failed': 'attempts that failed, of all operations',
  'operations.skipped': 'operations that were due while no user was free, or too many were in flight',
  'operations.late': 'operations that the generator began more than 50 ms late',
  'connections.opened': 'connections opened',
  'connections.lost': 'connections lost',
  'messages.sent': 'Socket.IO messages sent',
  'messages.received': 'Socket.IO messages received',
  'fixes.sent': 'fixes sent, repetitions included',
  'fixes.acknowledged': 'fixes acknowledged',
  'fixes.refused': 'fixes refused with a verdict',
  'fixes.lost': 'fixes that the generator gave up because too many waited',
  'positions.received': 'positions received by followers',
  'positions.skipped': 'positions that the server left out for slow followers, as it said',
  'positions.holes': 'gaps that followers found and closed by subscribing again',
  'trips.requested': 'trips requested',
  'trips.assigned': 'trips that got a driver',
  'trips.in_time': 'trips that got a driver within 15 s',
  'trips.completed': 'trips driven to their end',
  'trips.unserved': 'trips that ended without a driver',
  'trips.cancelled': 'trips cancelled',
  'offers.received': 'offers received',
  'offers.gone': 'offers that another driver had taken, or that were over',
  'searches.found': 'drivers found by searches',
  'uploads.accepted': 'uploads accepted for processing',
  'uploads.processed': 'uploads processed',
  'uploads.rejected': 'uploads rejected',
  'uploads.bytes': 'bytes sent to the bucket',
  'journal.dropped': 'entries that no longer fitted into the journal',
} as const satisfies Readonly<Record<string, string>>;

export type CounterName = keyof typeof COUNTERS;

/** What can fail. Artillery counts a failure as `errors.OPERATION.CODE`. */
export const OPERATIONS = {
  connect: 'connecting',
  'sign.in': 'signing in',
  'clock.read': "reading the server's clock",
  'driver.status': "reporting a driver's status",
  'driver.sync': "reading a driver's state",
  location: 'sending a fix',
  'trip.create': 'requesting a trip',
  'trip.cancel': 'cancelling a trip',
  'trip.end': 'waiting for the end of a trip',
  'track.subscribe': 'following a trip',
  'offer.answer': 'answering an offer',
  'trip.command': "a driver's command",
  'driver.search': 'search of nearby drivers',
  'upload.form': 'form for an upload',
  'upload.put': 'sending a file to the bucket',
  'upload.complete': 'reporting an upload',
  'upload.status': "reading an upload's status",
  user: 'a fault of the scenario itself',
} as const satisfies Readonly<Record<string, string>>;

export type OperationName = keyof typeof OPERATIONS;

const ERRORS_PREFIX = 'errors.';

/** The operation and the code of one of Artillery's error counters; null for another counter. An error of Artillery itself has no operation. */
export function errorOf(counter: string): { operation: OperationName | null; code: string } | null {
  if (!counter.startsWith(ERRORS_PREFIX)) return null;
  const text = counter.slice(ERRORS_PREFIX.length);
  const dot = text.lastIndexOf('.');
  const operation = text.slice(0, Math.max(0, dot));
  return operation in OPERATIONS
    ? { operation: operation as OperationName, code: text.slice(dot + 1) }
    : { operation: null, code: text };
}
