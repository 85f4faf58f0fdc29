/** What is left of an offer, in ms of the person's clock: in a replay the server's clock runs faster. */
export function offerLeftMs(expiresAt: number, serverNow: number, rate: number): number {
  return Math.max(0, (expiresAt - serverNow) / rate);
}

/** The share of its window that is left, for the ring around the countdown. `firstLeftMs`: what was left when it was first shown. */
export function shareLeft(leftMs: number, firstLeftMs: number): number {
  return firstLeftMs <= 0 ? 0 : Math.min(1, leftMs / firstLeftMs);
}
