import type { DriverId, Offer, OfferId, OfferRevoked } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import type { Clock } from '@rideline/platform/process/clock';
import type { Logger } from '@rideline/platform/process/logger';
import type { GatewayMetrics } from '../metrics.ts';
import type { AnySocket } from '../socket/socket-data.ts';

export interface OfferContext {
  readonly clock: Clock;
  readonly claims: DriverClaims;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
}

/**
 * Wait before an offer that the phone has not acknowledged is sent again, ms (docs/design/matching.md, "Offer protocol").
 */
const RESEND_AFTER_MS = [2000, 2000, 4000] as const;
/** Open offers of one phone on this gateway; a matcher makes one at a time. */
const MAX_OPEN = 8;

interface OpenOffer {
  readonly offer: Offer;
  sent: number;
  seen: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Delivers offers to one phone. The trip in MongoDB decides what is open; this class only makes sure that the phone receives it. */
export class DriverOffers {
  readonly #driverId: DriverId;
  readonly #socket: AnySocket;
  readonly #context: OfferContext;
  readonly #open = new Map<OfferId, OpenOffer>();

  constructor(driverId: DriverId, socket: AnySocket, context: OfferContext) {
    this.#driverId = driverId;
    this.#socket = socket;
    this.#context = context;
  }

  /** Sends an offer until the phone acknowledges it. An offer that is open here already is not sent again. */
  push(offer: Offer): void {
    if (this.#open.has(offer.offerId) || this.#open.size >= MAX_OPEN) return;
    const open: OpenOffer = { offer, sent: 0, seen: false, timer: undefined };
    this.#open.set(offer.offerId, open);
    this.#send(open);
  }

  revoke(revoked: OfferRevoked): void {
    this.#forget(revoked.offerId);
    this.#context.metrics.driver_offers_total.inc({ step: 'revoked' });
    this.#socket.emit('offer:revoked', revoked);
  }

  /** The driver has accepted or declined. */
  answered(offerId: OfferId): void {
    this.#forget(offerId);
  }

  close(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer);
    this.#open.clear();
  }

  #send(open: OpenOffer): void {
    const { offer } = open;
    const { metrics } = this.#context;
    metrics.driver_offers_total.inc({ step: open.sent === 0 ? 'sent' : 'sent_again' });
    this.#socket.emit('offer:new', offer, () => this.#acknowledged(open));
    const waitMs = RESEND_AFTER_MS[open.sent];
    open.sent += 1;
    open.timer = setTimeout(() => this.#due(open, waitMs === undefined), waitMs ?? this.#leftMs(offer));
    open.timer.unref();
  }

  /** Sends again, or forgets the offer at the end of its window. */
  #due(open: OpenOffer, isLast: boolean): void {
    if (isLast || this.#leftMs(open.offer) === 0) this.#forget(open.offer.offerId);
    else if (!open.seen) this.#send(open);
    else open.timer = setTimeout(() => this.#forget(open.offer.offerId), this.#leftMs(open.offer)).unref();
  }

  /** Wall ms until the server stops accepting an answer. */
  #leftMs(offer: Offer): number {
    const { clock } = this.#context;
    return Math.max(0, (offer.expiresAt + TRIP_RULES.offerGraceMs - clock.domainMs()) / clock.rate);
  }

  #acknowledged(open: OpenOffer): void {
    if (open.seen) return;
    open.seen = true;
    const { claims, metrics, log } = this.#context;
    metrics.driver_offers_total.inc({ step: 'acknowledged' });
    // Without the mark an offer that expires counts as undelivered, and the driver gets no offers until the server receives from them again.
    claims
      .markSeen(this.#driverId, open.offer.offerId)
      .catch((error: Error) => log.warn({ reason: error.message }, 'acknowledged offer not marked as seen'));
  }

  #forget(offerId: OfferId): void {
    clearTimeout(this.#open.get(offerId)?.timer);
    this.#open.delete(offerId);
  }
}
