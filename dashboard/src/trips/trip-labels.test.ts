import { CANDIDATE_REASONS, TRIP_EVENT_TYPES, type TripEvent } from '@rideline/contract';
import { expect, it } from 'vitest';
import { CANDIDATE_REASON_LABELS, eventLabel } from './trip-labels.ts';

const event = (type: string, data: object = {}): TripEvent =>
  ({ tripId: 't', version: 1, type, state: 'searching', at: 1, actor: 'rider', data }) as never;

it('MAP-22: every event and every reason has a label; an event of a newer server is shown by its own name', () => {
  for (const type of TRIP_EVENT_TYPES) expect(eventLabel(event(type))).not.toContain('_');
  for (const reason of CANDIDATE_REASONS) expect(CANDIDATE_REASON_LABELS[reason]).toMatch(/^[A-Z]/);
  expect(eventLabel(event('robot_arrived'))).toBe('robot arrived');
  expect(eventLabel(event('cancelled'))).toBe('Cancelled by the rider');
});
