import { describe, expect, it } from 'vitest';
import { decideUplink, type UplinkSituation } from './uplink-policy.ts';

const FRESH_MS = 60_000;
const driving: UplinkSituation = {
  status: 'available',
  onTrip: false,
  watched: false,
  metresToStop: null,
  standingMs: 0,
  battery: 80,
  charging: false,
  overloaded: false,
};
const decide = (changes: Partial<UplinkSituation>, before: Parameters<typeof decideUplink>[1] = null) =>
  decideUplink({ ...driving, ...changes }, before, FRESH_MS);

describe('SDK-80: the server decides the policy of each driver', () => {
  it('SDK-80: by the trip, the status and whether the driver stands', () => {
    expect(decide({}).name).toBe('available');
    expect(decide({ standingMs: 200_000 }).name).toBe('parked');
    expect(decide({ standingMs: 200_000, onTrip: true }).name).toBe('on_trip');
    expect(decide({ status: 'busy' }).name).toBe('parked');
    expect(decide({ status: 'offline', standingMs: null }).name).toBe('parked');
  });

  it('SDK-80: a trip is denser while somebody watches or the next place is near, with hysteresis', () => {
    const alone = decide({ onTrip: true, metresToStop: 5000 });
    const watched = decide({ onTrip: true, metresToStop: 5000, watched: true });
    expect(watched.triggers.intervalMs).toBeLessThan(alone.triggers.intervalMs);
    const near = decide({ onTrip: true, metresToStop: 350 });
    expect([near.near, near.triggers]).toEqual([true, watched.triggers]);
    expect(decide({ onTrip: true, metresToStop: 550 }, near).near).toBe(true);
    expect(decide({ onTrip: true, metresToStop: 550 }).near).toBe(false);
    expect(decide({ onTrip: true, metresToStop: 650 }, near).near).toBe(false);
  });

  it('SDK-80: a low battery doubles the intervals of drivers whom nobody waits for', () => {
    const low = decide({ battery: 14 });
    expect(low.triggers.intervalMs).toBe(2 * decide({}).triggers.intervalMs);
    expect(decide({ battery: 14, charging: true }).lowBattery).toBe(false);
    expect(decide({ battery: 18 }, low).lowBattery).toBe(true);
    expect(decide({ battery: 21 }, low).lowBattery).toBe(false);
    const watched = { onTrip: true, watched: true };
    expect(decide({ ...watched, battery: 5 }).triggers).toEqual(decide(watched).triggers);
  });

  it('SDK-80: under overload every interval grows, within what riders and searches need', () => {
    for (const changes of [{}, { standingMs: 200_000 }, { onTrip: true, watched: true }]) {
      const before = decide(changes).triggers;
      const after = decide({ ...changes, overloaded: true }).triggers;
      expect(after.intervalMs).toBeGreaterThan(before.intervalMs);
      expect(after.distanceMetres).toBe(4 * before.distanceMetres);
      expect(after.intervalMs).toBeLessThanOrEqual(36_000);
    }
    expect(decide({ onTrip: true, watched: true, overloaded: true }).triggers.intervalMs).toBeLessThan(
      10_000,
    );
    // A freshness window shorter than the interval itself does not make it longer.
    expect(decideUplink({ ...driving, overloaded: true }, null, 1000).triggers.intervalMs).toBe(10_000);
  });
});
