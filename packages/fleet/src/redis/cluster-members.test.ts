import { expect, it } from 'vitest';
import { goneOf, missingOf } from './cluster-members.ts';

it('DEG-29: a member that is silent is missing, and what no other process does of its work is undone', () => {
  const members = [
    { id: 'gateway-1', work: ['gateway'], silentMs: 100 },
    { id: 'gateway-2', work: ['gateway'], silentMs: 9000 },
    { id: 'workers-1', work: ['history', 'matching'], silentMs: 9000 },
    { id: 'workers-2', work: ['history'], silentMs: 2000 },
  ].map((member) => ({ ...member, isStopped: false }));
  expect(missingOf(members)).toMatchObject([
    { id: 'gateway-2', undone: [] },
    { id: 'workers-1', undone: ['matching'] },
  ]);
});

it('DEG-29: a member that was stopped is missing while no other does its work, and gone as soon as one does', () => {
  const stopped = { id: 'workers-1', work: ['history', 'matching'], silentMs: 9000, isStopped: true };
  const other = { id: 'workers-2', work: ['history'], silentMs: 100, isStopped: false };
  expect(missingOf([stopped, other])).toMatchObject([{ id: 'workers-1', undone: ['matching'] }]);
  expect(goneOf([stopped, other])).toEqual([]);
  const successor = { ...other, work: ['history', 'matching'] };
  expect(missingOf([stopped, successor])).toEqual([]);
  expect(goneOf([stopped, successor])).toMatchObject([{ id: 'workers-1' }]);
  // Two that were stopped do not do each other's work, and a restart within the limit is not reported.
  expect(missingOf([stopped, { ...successor, isStopped: true }])).toHaveLength(1);
  expect(missingOf([{ ...stopped, silentMs: 7000 }])).toEqual([]);
});

it('DEG-29: a member that was killed is gone after an hour', () => {
  const killed = { id: 'gateway-2', work: ['gateway'], silentMs: 3_599_999, isStopped: false };
  const other = { ...killed, id: 'gateway-1', silentMs: 100 };
  expect(goneOf([killed, other])).toEqual([]);
  expect(goneOf([{ ...killed, silentMs: 3_600_000 }, other])).toMatchObject([{ id: 'gateway-2' }]);
});
