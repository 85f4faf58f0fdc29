import type { TripId } from '@rideline/contract';
import { expect, it, vi } from 'vitest';
import { DeliveryWindow, type DeliveryWindowOptions } from './delivery-window.ts';

const trip = (name: string) => name as TripId;
const hint = (id: number, tripId: string | null) => ({
  id: `${id}-0`,
  tripId: tripId === null ? null : trip(tripId),
});

/** A window whose deliveries end when the test says so. */
function windowOf(limit: number, options: Partial<DeliveryWindowOptions> = {}) {
  const running: { tripId: TripId; end(error?: Error): void }[] = [];
  const begun: TripId[] = [];
  const acknowledged: string[] = [];
  const failures: string[] = [];
  const window = new DeliveryWindow({
    limit,
    deliver: (tripId) =>
      new Promise<void>((resolve, reject) => {
        begun.push(tripId);
        running.push({ tripId, end: (error) => (error ? reject(error) : resolve()) });
      }),
    acknowledge: async (ids) => void acknowledged.push(...ids),
    onFailed: (step) => failures.push(step),
    ...options,
  });
  const end = async (tripId: string, error?: Error) => {
    await vi.waitFor(() => expect(running.map((one) => one.tripId)).toContain(tripId));
    running
      .splice(
        running.findIndex((one) => one.tripId === tripId),
        1,
      )[0]
      ?.end(error);
  };
  return { window, begun, acknowledged, failures, end };
}

it('TRIP-71: a delivery that takes long delays no other trip, and each hint is acknowledged after its delivery', async () => {
  const { window, begun, acknowledged, end } = windowOf(4);
  window.add([hint(1, 'slow'), hint(2, 'a'), hint(3, null)]);
  await end('a');
  await vi.waitFor(() => expect(acknowledged.toSorted()).toEqual(['2-0', '3-0']));
  window.add([hint(4, 'b')]);
  await end('b');
  await vi.waitFor(() => expect(acknowledged).toContain('4-0'));
  expect(acknowledged).not.toContain('1-0');
  await end('slow');
  await window.untilEmpty();
  expect(begun).toEqual(['slow', 'a', 'b']);
  expect(window.space).toBe(4);
});

it('TRIP-71: a trip is delivered once at a time; hints that arrive meanwhile cause one more delivery', async () => {
  const { window, begun, acknowledged, end } = windowOf(8);
  window.add([hint(1, 'a'), hint(2, 'a')]);
  await vi.waitFor(() => expect(begun).toEqual(['a']));
  window.add([hint(3, 'a'), hint(4, 'a')]);
  await Promise.resolve();
  expect(begun).toEqual(['a']);
  await end('a');
  await vi.waitFor(() => expect(begun).toEqual(['a', 'a']));
  expect(acknowledged).toEqual(['1-0', '2-0']);
  await end('a');
  await window.untilEmpty();
  expect(acknowledged).toEqual(['1-0', '2-0', '3-0', '4-0']);
});

it('TRIP-71: the window has a limit, and says when there is space again', async () => {
  const { window, end } = windowOf(4);
  window.add([hint(1, 'a'), hint(2, 'b'), hint(3, 'c'), hint(4, 'd')]);
  expect(window.space).toBe(0);
  let isOpen = false;
  const space = window.untilSpace().then(() => {
    isOpen = true;
  });
  await Promise.resolve();
  expect(isOpen).toBe(false);
  await end('c');
  await space;
  expect(window.space).toBe(1);
});

it('TRIP-71: failed deliveries and acknowledgements are counted and give their space back', async () => {
  const failing = windowOf(2, { acknowledge: () => Promise.reject(new Error('READONLY')) });
  failing.window.add([hint(1, 'a'), hint(2, 'b')]);
  await failing.end('a', new Error('no primary'));
  await failing.end('b');
  await failing.window.untilEmpty();
  expect(failing.failures.toSorted()).toEqual(['acknowledge', 'acknowledge', 'relay']);
  expect(failing.window.space).toBe(2);
});
