/**
 * Networks that a simulated phone can be in. Every figure has a public source, or says that it is an assumption; an assumption is chosen to
 * be worse than usual, since what it is for is to break things.
 */

/** Quantiles of round trips, ms: of data that was not lost. */
export interface RoundTrips {
  readonly least: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/**
 * What an interruption does to the phone's traffic:
 * - `cut`: the phone's operating system knows it and closes its sockets; nothing reaches the servers, which still believe in the connection.
 * - `black_hole`: nothing passes in either direction, and nobody is told.
 * - `uplink_lost`, `downlink_lost`: nothing passes in this direction; the other one works.
 */
export type InterruptionKind = 'cut' | 'black_hole' | 'uplink_lost' | 'downlink_lost';

export interface InterruptionRule {
  readonly kind: InterruptionKind;
  /** Mean time between the end of one and the beginning of the next, ms; exponentially distributed. */
  readonly everyMs: number;
  /** Uniform between both, ms. */
  readonly lastsMs: readonly [least: number, most: number];
  /** Share of connections that go on afterwards; the others are reset, as by an address translator that forgot them. */
  readonly survive: number;
}

export interface NetworkProfile {
  readonly title: string;
  readonly roundTripMs: RoundTrips;
  /** Share of segments that are lost on the way, each direction. */
  readonly loss: number;
  /** Bits per second; null: not limited. */
  readonly upBitsPerSecond: number | null;
  readonly downBitsPerSecond: number | null;
  readonly interruptions: readonly InterruptionRule[];
  readonly source: string;
}

const WEBPAGETEST =
  'WebPageTest, www/settings/connectivity.ini.sample (LTE: 12 Mbit/s, 70 ms; 4G: 9 Mbit/s, 170 ms)';
const UBER =
  'Uber Engineering, "Employing QUIC Protocol to Optimize Uber\'s App Performance" (2019): round trips of 350/725/2300 ms at p50/p95/p99, 3.5 % loss, 7 % when congested';

export const NETWORK_PROFILES = {
  direct: {
    title: 'no network between phone and servers',
    roundTripMs: { least: 0, p50: 0, p95: 0, p99: 0, most: 0 },
    loss: 0,
    upBitsPerSecond: null,
    downBitsPerSecond: null,
    interruptions: [],
    source: 'for comparison',
  },
  '4g': {
    title: 'a city with good reception',
    roundTripMs: { least: 30, p50: 70, p95: 170, p99: 400, most: 1000 },
    loss: 0.005,
    upBitsPerSecond: 9_000_000,
    downBitsPerSecond: 12_000_000,
    interruptions: [{ kind: 'cut', everyMs: 300_000, lastsMs: [500, 3000], survive: 0 }],
    source: `${WEBPAGETEST}; p99, loss and the cut at a handover: assumptions`,
  },
  subway: {
    title: '4G between stations, nothing in the tunnels',
    roundTripMs: { least: 30, p50: 100, p95: 300, p99: 900, most: 2000 },
    loss: 0.01,
    upBitsPerSecond: 3_000_000,
    downBitsPerSecond: 6_000_000,
    interruptions: [
      { kind: 'cut', everyMs: 60_000, lastsMs: [10_000, 45_000], survive: 0 },
      { kind: 'black_hole', everyMs: 90_000, lastsMs: [3000, 30_000], survive: 0.5 },
    ],
    source: 'assumption: stations one to two minutes apart; the radio is lost with and without notice',
  },
  stadium: {
    title: 'a congested cell',
    roundTripMs: { least: 100, p50: 700, p95: 2000, p99: 5000, most: 10_000 },
    loss: 0.07,
    upBitsPerSecond: 64_000,
    downBitsPerSecond: 128_000,
    interruptions: [
      { kind: 'uplink_lost', everyMs: 45_000, lastsMs: [2000, 12_000], survive: 0.8 },
      { kind: 'black_hole', everyMs: 120_000, lastsMs: [2000, 10_000], survive: 0.8 },
    ],
    source: `loss: ${UBER}; round trips, rates and interruptions: assumptions`,
  },
  'border-roaming': {
    title: 'roaming beside a border: the phone changes networks',
    roundTripMs: { least: 120, p50: 350, p95: 725, p99: 2300, most: 5000 },
    loss: 0.035,
    upBitsPerSecond: 1_000_000,
    downBitsPerSecond: 2_000_000,
    interruptions: [
      { kind: 'cut', everyMs: 120_000, lastsMs: [2000, 15_000], survive: 0 },
      { kind: 'downlink_lost', everyMs: 90_000, lastsMs: [2000, 15_000], survive: 0.3 },
      { kind: 'uplink_lost', everyMs: 120_000, lastsMs: [2000, 15_000], survive: 0.3 },
    ],
    source: `${UBER}; rates and interruptions: assumptions`,
  },
} as const satisfies Record<string, NetworkProfile>;

export type NetworkProfileName = keyof typeof NETWORK_PROFILES;
export const NETWORK_PROFILE_NAMES = Object.keys(NETWORK_PROFILES) as [
  NetworkProfileName,
  ...NetworkProfileName[],
];
