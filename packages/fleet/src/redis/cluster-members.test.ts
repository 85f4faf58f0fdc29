import { expect, it } from 'vitest';
import { missingOf } from './cluster-members.ts';

it('DEG-29: a member that is silent is missing, and what no other process does of its work is undone', () => {
  const members = [
    { id: 'gateway-1', work: ['gateway'], silentMs: 100 },
    { id: 'gateway-2', work: ['gateway'], silentMs: 9000 },
    { id: 'workers-1', work: ['history', 'matching'], silentMs: 9000 },
    { id: 'workers-2', work: ['history'], silentMs: 2000 },
  ];
  expect(missingOf(members)).toMatchObject([
    { id: 'gateway-2', undone: [] },
    { id: 'workers-1', undone: ['matching'] },
  ]);
});
