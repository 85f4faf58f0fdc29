import { CANDIDATE_REASONS, TRIP_EVENT_TYPES, type TripEvent } from '@rideline/contract';
import { expect, it } from 'vitest';
import { eventWords, REASON_WORDS } from './trip-labels.ts';

const event = (type: string, data: object = {}): TripEvent =>
  ({ tripId: 't', version: 1, type, state: 'searching', at: 1, actor: 'rider', data }) as never;

it('MAP-22: every event and every reason has words; an event of a newer server is told by its own name', () => {
  for (const type of TRIP_EVENT_TYPES) expect(eventWords(event(type))).not.toContain('_');
  for (const reason of CANDIDATE_REASONS) expect(REASON_WORDS[reason]).toMatch(/^[A-Z]/);
  expect(eventWords(event('robot_arrived'))).toBe('robot arrived');
  expect(eventWords(event('cancelled'))).toBe('Cancelled by the rider');
});
