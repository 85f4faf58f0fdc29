import { expect, it } from 'vitest';
import { parseInboxPacket } from './inbox.ts';

it('TRACK-21: a message that only a newer release knows leaves the others of its packet readable', () => {
  const durable = { type: 'durable', driverId: 'd', boot: 'b', durable: 3 };
  const event = { type: 'tripEvent', driverId: null, event: { type: 'teleported' } };
  const { messages, unreadable } = parseInboxPacket(
    JSON.stringify([{ type: 'later' }, event, { ...durable, added: 'by a newer release' }]),
  );
  expect(messages).toEqual([durable]);
  expect(unreadable).toHaveLength(2);
  expect(() => parseInboxPacket('{}')).toThrow();
});
