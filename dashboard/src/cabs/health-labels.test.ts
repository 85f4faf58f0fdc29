import { type DriverHealth, OUTAGE_REASONS } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { deviceFacts, formatRate, newestOutages, OUTAGE_LABELS, outageBars } from './health-labels.ts';

const at = (minutes: number) => new Date(1_800_000_000_000 + minutes * 60_000).toISOString();
const outage = (from: number, to: number) =>
  ({ from: at(from), to: at(to), reason: 'gps_off', reported: true, ongoing: false }) as const;
const health = (...outages: DriverHealth['outages']): DriverHealth => ({
  driverId: 'd' as DriverHealth['driverId'],
  from: at(0),
  to: at(1440),
  trackingRate: 1,
  dutyMs: 0,
  trackedMs: 0,
  outages,
  outageCount: outages.length,
  device: null,
});

describe("MAP-61: a driver's health on the page", () => {
  it('MAP-61: every reason has its words', () => {
    expect(Object.keys(OUTAGE_LABELS).sort()).toEqual(Object.keys(OUTAGE_REASONS).sort());
  });

  it('MAP-61: a rate below one never reads as all', () => {
    expect([1, 0.9999, 0.974, 0].map(formatRate)).toEqual(['100 %', '99.9 %', '97.4 %', '0.0 %']);
  });

  it('MAP-61: the newest outages come first, and each has its place on the line, seen however short', () => {
    const many = health(...Array.from({ length: 12 }, (_, n) => outage(n * 100, n * 100 + 1)));
    expect(newestOutages(many).map(({ from }) => from)).toEqual(
      [11, 10, 9, 8, 7, 6, 5, 4].map((n) => at(n * 100)),
    );
    const [whole, short, last] = outageBars(
      health(outage(-10, 720), outage(1000, 1000.5), outage(1439, 1440)),
      720,
    );
    expect([whole?.x, whole?.width]).toEqual([0, 360]);
    expect([short?.x, short?.width]).toEqual([500, 1]);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(720);
  });

  it('MAP-61: what the phone said, and no row for what it did not say', () => {
    const device = { at: at(1), boot: 'b' as never };
    expect(deviceFacts(device)).toEqual([]);
    expect(
      deviceFacts({
        ...device,
        battery: 12,
        batterySaver: true,
        charging: false,
        permission: 'while_in_use',
      }),
    ).toEqual([
      ['Battery', '12 %, battery saver'],
      ['Location', 'allowed while the app is open'],
    ]);
    expect(deviceFacts({ ...device, gps: 'off', permission: 'always', clockSkewMs: -90_400 })).toEqual([
      ['Location', 'switched off'],
      ['Clock', '90 s slow'],
    ]);
  });
});
