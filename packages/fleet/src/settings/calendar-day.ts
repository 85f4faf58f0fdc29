/** Widest distance of a zone's midnight from UTC's, and one hour for a change of clocks. */
const WIDEST_MS = 16 * 3_600_000;

/**
 * First moment of a calendar day in a zone, epoch ms. Where clocks skip midnight it is the first moment that exists; a day that a zone skipped
 * begins with the next one.
 * @param day `2027-02-28`
 * @param zone IANA name
 */
export function startOfDay(day: string, zone: string): number {
  const dateOf = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    calendar: 'gregory',
  });
  const midnightUtc = Date.parse(`${day}T00:00:00Z`);
  // The date of a zone never goes back, so that the first moment is found by halving.
  let [before, from] = [midnightUtc - WIDEST_MS, midnightUtc + WIDEST_MS];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dateOf.format(middle) < day) before = middle;
    else from = middle;
  }
  return from;
}

/** Last moment of a calendar day in a zone, epoch ms: a document that is valid until this day is valid all of it. */
export function endOfDay(day: string, zone: string): number {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return startOfDay(next, zone) - 1;
}
