import { expect, it } from 'vitest';
import { Findings } from '../../simulation/checks/findings.ts';
import { FollowCheck } from '../../simulation/checks/follow-check.ts';
import type { JournalEntry } from '../../simulation/journal.ts';
import { Evidence } from './evidence.ts';

const given = (commandId: string): JournalEntry => ({
  kind: 'command.given',
  at: 1,
  userId: 'u',
  commandId,
  action: 'start',
  tripId: 't',
  offerId: null,
  via: 'socket',
});
const completed = (documentId: string, status: number | null): JournalEntry => ({
  kind: 'upload.completed',
  at: 1,
  userId: 'u',
  documentId,
  status,
  jobId: null,
  code: null,
});

it('LOAD-63: what is beyond the limit is left out and said; what is known goes on', () => {
  const evidence = new Evidence(new FollowCheck(new Findings('f', 'f')), {
    boots: 1,
    commands: 2,
    uploads: 1,
  });
  for (const id of ['a', 'b', 'c', 'a']) evidence.take(given(id), 'j');
  const outcome = { ok: true, status: null, state: 'in_progress', version: 5 } as const;
  evidence.take({ kind: 'command.ended', at: 2, userId: 'u', commandId: 'b', outcome }, 'j');
  expect([...evidence.commands.keys()]).toEqual(['a', 'b']);
  expect(evidence.commands.get('b')).toMatchObject({ tripId: 't', action: 'start', answers: [outcome] });
  expect([...evidence.overflowed]).toEqual(['commands']);
  expect(evidence.entries).toBe(5);
});

it('LOAD-58: an upload is accepted by any 202, and by nothing else', () => {
  const evidence = new Evidence(new FollowCheck(new Findings('f', 'f')));
  for (const status of [null, 503, 202, 503]) evidence.take(completed('a', status), 'j');
  evidence.take(completed('b', 503), 'j');
  expect([...evidence.uploads.values()].map(({ accepted }) => accepted)).toEqual([true, false]);
});
