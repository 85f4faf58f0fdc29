import { delayAt, oneWayDelays, type Quantiles } from './one-way-delay.ts';
import { NETWORK_PROFILES, type NetworkProfileName } from './profiles.ts';

/** Payload of one TCP segment on a path with an MTU of 1,500 bytes and IPv6 headers or a tunnel. */
const SEGMENT_BYTES = 1400;
/** Least retransmission timeout of Linux (`TCP_RTO_MIN`). */
const RTO_LEAST_MS = 200;
/** A fourth loss of one segment in a row is not drawn: at 7 % it happens once in 40,000 segments, and `cut` covers it. */
const LOSSES_MOST = 4;
/** With this many segments behind a lost one, the receiver's duplicate acknowledgements have it repeated after a round trip (RFC 5681). */
const FAST_RETRANSMIT_SEGMENTS = 3;

/** What the delays of one direction follow from. */
export interface LinkModel {
  readonly delays: Quantiles;
  readonly loss: number;
  /** Until a lost segment is sent again without and with duplicate acknowledgements, ms. */
  readonly timeoutMs: number;
  readonly roundTripMs: number;
  readonly bitsPerSecond: number | null;
}

const models = new Map<string, LinkModel>();

export function linkModel(name: NetworkProfileName, direction: 'up' | 'down'): LinkModel {
  const key = `${name} ${direction}`;
  const known = models.get(key);
  if (known !== undefined) return known;
  const { roundTripMs, loss, upBitsPerSecond, downBitsPerSecond } = NETWORK_PROFILES[name];
  const { p50, p95 } = roundTripMs;
  const model: LinkModel = {
    delays: oneWayDelays(roundTripMs),
    loss,
    // RFC 6298: smoothed round trip plus four times its variation, which the distance to p95 stands for.
    timeoutMs: p50 + Math.max(RTO_LEAST_MS, p95 - p50),
    roundTripMs: p50,
    bitsPerSecond: direction === 'up' ? upBitsPerSecond : downBitsPerSecond,
  };
  models.set(key, model);
  return model;
}

/**
 * One direction of a phone's network, pure: when data that is sent now arrives. A TCP proxy cannot lose a segment, since the kernels at
 * both its ends have acknowledged it. What an application sees of a loss is its delay: the segment arrives one retransmission later, and
 * everything behind it waits for it. That is what this does; a loss that TCP does not repair is a `cut` of the profile.
 */
export class LinkDirection {
  readonly #random: () => number;
  #model: LinkModel;
  /** The link sends one bit after another, also of several connections. */
  #freeAtMs = 0;

  /** @param random uniform in [0, 1) */
  constructor(model: LinkModel, random: () => number) {
    this.#model = model;
    this.#random = random;
  }

  /** The phone is in another network from now on. */
  setModel(model: LinkModel): void {
    this.#model = model;
    // What the former network had not sent yet is not in the way of the new one.
    this.#freeAtMs = 0;
  }

  /** When `bytes` sent at `nowMs` have all arrived, if nothing before them is still on its way. */
  arrivalMs(bytes: number, nowMs: number): number {
    const { delays, bitsPerSecond } = this.#model;
    const startMs = Math.max(nowMs, this.#freeAtMs);
    const sentMs = bitsPerSecond === null ? startMs : startMs + (bytes * 8 * 1000) / bitsPerSecond;
    this.#freeAtMs = sentMs;
    return sentMs + delayAt(delays, this.#random()) + this.#repairMs(bytes);
  }

  /** How long the slowest of the segments waits for its retransmissions, ms. */
  #repairMs(bytes: number): number {
    const { loss, timeoutMs, roundTripMs } = this.#model;
    if (loss === 0) return 0;
    const segments = Math.ceil(bytes / SEGMENT_BYTES);
    let longestMs = 0;
    for (let segment = 0; segment < segments; segment++) {
      const behind = segments - segment - 1;
      let waitMs = 0;
      for (let losses = 0; losses < LOSSES_MOST && this.#random() < loss; losses++) {
        const isFast = losses === 0 && behind >= FAST_RETRANSMIT_SEGMENTS;
        waitMs += isFast ? roundTripMs : timeoutMs * 2 ** losses;
      }
      longestMs = Math.max(longestMs, waitMs);
    }
    return longestMs;
  }
}
