import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DOCUMENT_COPIES_ITEMS,
  documentCopiesAnswerSchema,
  documentIdSchema,
  TRIP_HISTORY_ITEMS,
  type TripEvent,
  tripHistoriesAnswerSchema,
} from '@rideline/contract';
import { documentCollection } from '@rideline/fleet/documents/document-collection';
import { cleanKey } from '@rideline/fleet/documents/document-keys';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';
import type { TokenIssuer } from '@rideline/load/cluster/token-issuer';
import { checkFinishedRun } from '@rideline/load/lab/check/check-finished-run';
import { checkRun, invariantsPass } from '@rideline/load/lab/check/check-run';
import type { InvariantRecord } from '@rideline/load/lab/run-report';
import type { FinishedRun } from '@rideline/load/lab/runner/plug-ins';
import type { JournalEntry } from '@rideline/load/simulation/journal';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runProgram } from '../harness/commands/run-program.ts';
import { type DocumentHarness, startDocumentHarness } from '../harness/documents/document-harness.ts';
import { noisyPicture } from '../harness/documents/document-job-harness.ts';
import { RecordedRun } from '../harness/load/recorded-run.ts';

const ALL = [
  'fixes-stored-once',
  'one-driver-one-trip',
  'accepted-ended',
  'follows-without-gaps',
  'commands-one-effect',
  'uploads-one-copy',
];
const LOAD = join(import.meta.dirname, '../../load/load.ts');
const HTML = Buffer.from('<!doctype html><script>alert(1)</script>');

let harness: DocumentHarness;
let run: RecordedRun;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rideline-check-'));
  harness = await startDocumentHarness({
    gateways: 1,
    env: {
      RIDELINE_ROLES: 'history,matching,relay,sweepers,notifications,documents',
      RIDELINE_DOCUMENTS_PER_MINUTE: '600000',
    },
  });
  run = new RecordedRun(harness);
  await run.drive(2);
  await run.upload([await noisyPicture(400), HTML]);
  run.end();
});
afterAll(async () => {
  await harness?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function check(settleMs: number): Promise<InvariantRecord[]> {
  await run.writeTo(dir);
  return checkRun({
    journalDir: dir,
    url: harness.apiUrl,
    token: await harness.token('operator', 'checker'),
    settleMs,
    onProgress: () => undefined,
    signal: AbortSignal.timeout(120_000),
  });
}

const violatedOf = (records: readonly InvariantRecord[]) =>
  records.filter(({ verdict }) => verdict === 'violated').map(({ id }) => id);

/** The checker flags exactly this invariant while the fault is there. */
async function expectOnly(
  id: string,
  plant: () => Promise<unknown>,
  remove: () => Promise<unknown>,
): Promise<void> {
  await plant();
  try {
    const records = await check(0);
    expect(violatedOf(records), JSON.stringify(records)).toEqual([id]);
    expect(invariantsPass(records)).toBe(false);
  } finally {
    await remove();
  }
}

/** Replaces the journal while a fault is there. */
function expectOnlyIn(id: string, change: (entries: JournalEntry[]) => JournalEntry[]): Promise<void> {
  const before = run.entries;
  return expectOnly(
    id,
    async () => {
      run.entries = change(before);
    },
    async () => {
      run.entries = before;
    },
  );
}

const trips = () => harness.db.collection(tripCollection);
const tripOf = async (number: number) => {
  const trip = await trips().findOne({ _id: run.tripIds[number] as StoredTrip['_id'] });
  if (trip === null) throw new Error('there is no such trip');
  return trip;
};

/** Writes a trip while a fault is there, as no process of the product would. */
async function expectOnlyInTrip(
  id: string,
  number: number,
  change: (trip: StoredTrip) => object,
): Promise<void> {
  const before = await tripOf(number);
  await expectOnly(
    id,
    () => trips().updateOne({ _id: before._id }, { $set: change(before) }),
    () => trips().replaceOne({ _id: before._id }, before),
  );
}

describe('the invariant checker on real servers', () => {
  it('LOAD-64: a run without a fault passes: each of the six invariants was examined and holds', async () => {
    const records = await check(60_000);
    expect(violatedOf(records), JSON.stringify(records)).toEqual([]);
    expect(records.map(({ id, verdict }) => [id, verdict])).toEqual(ALL.map((id) => [id, 'holds']));
    expect(Object.fromEntries(records.map(({ id, examined }) => [id, examined]))).toMatchObject({
      'one-driver-one-trip': 2,
      'accepted-ended': 4,
      'commands-one-effect': 10,
      'uploads-one-copy': 2,
    });
    expect(invariantsPass(records)).toBe(true);
  });

  it('LOAD-64: an acknowledged fix that is not stored is found', async () => {
    const tracks = harness.db.collection(trackCollection);
    const block = { driverId: run.driverId, block: 0 } as object;
    const before = (await tracks.findOne(block)) as unknown as { f: Record<string, unknown> };
    await expectOnly(
      'fixes-stored-once',
      () => tracks.updateOne(block, { $unset: { 'f.3': '' } } as object),
      () => tracks.updateOne(block, { $set: { 'f.3': before.f['3'] } } as object),
    );
  });

  it('LOAD-64: a fix that is stored a second time, under another seq, is found', async () => {
    const tracks = harness.db.collection(trackCollection);
    const last = { driverId: run.driverId } as object;
    const blocks = (await tracks.find(last).toArray()) as unknown as {
      block: number;
      f: Record<string, unknown>;
    }[];
    const newest = blocks.toSorted((a, b) => b.block - a.block)[0];
    if (newest === undefined) throw new Error('nothing is stored');
    const seq = Math.max(...Object.keys(newest.f).map(Number));
    const block = { driverId: run.driverId, block: newest.block } as object;
    await expectOnly(
      'fixes-stored-once',
      () => tracks.updateOne(block, { $set: { [`f.${seq + 1}`]: newest.f[seq] } } as object),
      () => tracks.updateOne(block, { $unset: { [`f.${seq + 1}`]: '' } } as object),
    );
  });

  it('LOAD-57: a driver who has two trips at a time is found', async () => {
    const first = await tripOf(0);
    const arrivedAt = first.events.find(({ type }) => type === 'arrived')?.at ?? 0;
    await expectOnlyInTrip('one-driver-one-trip', 1, ({ events }) => ({
      events: events.map((event: TripEvent) =>
        event.type === 'accepted' ? { ...event, at: arrivedAt } : event,
      ),
    }));
  });

  it('LOAD-58: an accepted trip that has not ended is found', async () => {
    const startedAt = Date.now();
    await expectOnlyInTrip('accepted-ended', 1, () => ({
      state: { name: 'in_progress', startedAt, stopsDone: 0 },
    }));
  });

  it('LOAD-58: a ride whose driver has left is cancelled on request, and counted; a trip that waits for a driver is not', async () => {
    const before = await tripOf(1);
    const reopened = (state: StoredTrip['state'], kept: number) => ({
      state,
      open: true,
      version: kept,
      events: before.events.slice(0, kept),
      commandIds: before.commandIds.filter(({ version }) => version <= kept),
    });
    const endsOf = async () => {
      const records = await checkRun({
        journalDir: dir,
        url: harness.apiUrl,
        token: await harness.token('operator', 'checker'),
        settleMs: 2000,
        endRides: true,
        onProgress: () => undefined,
        signal: AbortSignal.timeout(60_000),
      });
      return records.find(({ id }) => id === 'accepted-ended');
    };
    try {
      const startedAt = before.events[4]?.at ?? 0;
      await trips().updateOne(
        { _id: before._id },
        { $set: reopened({ name: 'in_progress', startedAt, stopsDone: 0 }, 5) },
      );
      expect(await endsOf()).toMatchObject({
        verdict: 'holds',
        note: '1 rides were open when their drivers had left, and were cancelled',
      });
      expect((await tripOf(1)).state).toMatchObject({ name: 'cancelled', by: 'operator' });
      // Searching since now: within its budget the sweeper leaves it alone.
      const searching = reopened({ name: 'searching', since: Date.now() }, 1);
      await trips().updateOne({ _id: before._id }, { $set: searching, $unset: { driverId: '', slot: '' } });
      expect(await endsOf()).toMatchObject({ verdict: 'violated', violationsTotal: 1 });
    } finally {
      await trips().replaceOne({ _id: before._id }, before);
    }
  });

  it('LOAD-58: an accepted upload that has not ended, or is lost, is found', async () => {
    const documents = harness.db.collection(documentCollection);
    const _id = documentIdSchema.parse(run.documentIds[1]);
    const before = await documents.findOne({ _id });
    if (before === null) throw new Error('there is no such document');
    const restore = () => documents.replaceOne({ _id }, before, { upsert: true });
    const open = { name: 'uploaded', uploadedAt: Date.now(), etag: 'e' };
    await expectOnly(
      'accepted-ended',
      () => documents.updateOne({ _id }, { $set: { state: open } } as object),
      restore,
    );
    await expectOnly('accepted-ended', () => documents.deleteOne({ _id }), restore);
  });

  it('LOAD-64: a gap of a follower that was not announced is found', async () => {
    await expectOnlyIn('follows-without-gaps', (entries) => {
      const at = entries.findIndex((entry) => entry.kind === 'follow.event' && entry.type === 'arrived');
      return entries.toSpliced(at, 1);
    });
    await expectOnlyIn('follows-without-gaps', (entries) => {
      const at = entries.findIndex(
        (entry, index) =>
          entry.kind === 'follow.positions' && entries[index + 1]?.kind === 'follow.positions',
      );
      return entries.toSpliced(at, 1);
    });
  });

  it('LOAD-64: a command that took effect twice is found, and one that was acknowledged and had no effect', async () => {
    await expectOnlyInTrip('commands-one-effect', 0, ({ events, commandIds, version }) => {
      const last = { ...(events.at(-1) as TripEvent), version: version + 1 };
      const [command] = commandIds.slice(-1);
      return {
        events: [...events, last],
        version: version + 1,
        commandIds: [...commandIds, { ...command, version: version + 1 }],
      };
    });
    await expectOnlyInTrip('commands-one-effect', 0, ({ events, version }) => ({
      events: [...events, { ...(events.at(-1) as TripEvent), version: version + 1 }],
      version: version + 1,
    }));
    await expectOnlyIn('commands-one-effect', (entries) =>
      entries.map((entry) =>
        entry.kind === 'command.ended' && entry.outcome.ok && entry.outcome.state === 'arrived'
          ? { ...entry, outcome: { ...entry.outcome, version: entry.outcome.version + 20 } }
          : entry,
      ),
    );
  });

  it('LOAD-64: an upload without a clean copy, and one with two, are found', async () => {
    const { store } = harness;
    const documents = harness.db.collection(documentCollection);
    const _id = documentIdSchema.parse(run.documentIds[0]);
    const state = (await documents.findOne({ _id }))?.state;
    if (state?.name !== 'processed') throw new Error('the picture is not processed');
    const { key, contentType } = state.clean;
    const bytes = await store.read(key, 10_000_000);
    if (bytes === null) throw new Error('there is no clean copy');
    await expectOnly(
      'uploads-one-copy',
      () => store.remove(key),
      () => store.putOnce(key, bytes, contentType),
    );
    const second = cleanKey(_id, state.fence + 1, contentType);
    await expectOnly(
      'uploads-one-copy',
      () => store.putOnce(second, bytes, contentType),
      () => store.remove(second),
    );
  });

  it('LOAD-62: a command whose result is unknown is settled by the final read, and is no fault', async () => {
    const before = run.entries;
    const index = before.findIndex((entry) => entry.kind === 'command.ended');
    run.entries = before.toSpliced(index, 1);
    try {
      const records = await check(0);
      expect(violatedOf(records)).toEqual([]);
      expect(records.find(({ id }) => id === 'commands-one-effect')).toMatchObject({
        verdict: 'holds',
        note: '1 had an unknown result: 1 took effect, 0 did not',
      });
    } finally {
      run.entries = before;
    }
  });

  it('LOAD-62: what cannot be read, was left out, or is not there is no pass', async () => {
    const before = run.entries;
    try {
      run.entries = before.map((entry) => (entry.kind === 'end' ? { ...entry, dropped: 1 } : entry));
      expect((await check(0)).map(({ verdict }) => verdict)).toEqual(ALL.map(() => 'not-checked'));
      run.entries = [before[0] as JournalEntry, before.at(-1) as JournalEntry];
      const nothing = await check(0);
      expect(nothing.map(({ verdict }) => verdict)).toEqual(ALL.map(() => 'not-checked'));
      expect(invariantsPass(nothing)).toBe(false);
    } finally {
      run.entries = before;
    }
    const asRider = await checkRun({
      journalDir: dir,
      url: harness.apiUrl,
      token: await harness.token('rider', 'someone'),
      settleMs: 0,
      onProgress: () => undefined,
      signal: AbortSignal.timeout(60_000),
    });
    expect(invariantsPass(asRider)).toBe(false);
  });
});

describe('what operators read in batches', () => {
  const post = (path: string, body: object, role: 'operator' | 'rider' = 'operator') =>
    harness.call('POST', path, { role, subject: 'reader', body });

  it('LOAD-65: histories of trips have events and commands with the version that each made, in the order requested', async () => {
    const [tripId = ''] = run.tripIds;
    const answer = await post('/v1/trips/histories', { tripIds: ['nobody', tripId] });
    const { results } = tripHistoriesAnswerSchema.parse(await answer.json());
    const trip = await tripOf(0);
    expect(results).toEqual([
      { ok: false, id: 'nobody', code: 'NOT_FOUND', detail: 'Not found.' },
      {
        ok: true,
        id: tripId,
        value: {
          tripId,
          state: 'completed',
          version: trip.version,
          open: false,
          driverId: run.driverId,
          events: trip.events,
          commands: trip.commandIds.map(({ commandId, state, version }) => ({ commandId, state, version })),
          commandsComplete: true,
        },
      },
    ]);
    expect(JSON.stringify(results)).not.toContain(trip.commandIds[0]?.body);
    expect((await post('/v1/trips/histories', { tripIds: [tripId] }, 'rider')).status).toBe(403);
    const tooMany = Array.from({ length: TRIP_HISTORY_ITEMS + 1 }, () => tripId);
    for (const tripIds of [[], tooMany])
      expect((await post('/v1/trips/histories', { tripIds })).status).toBe(400);
  });

  it('LOAD-66: copies of documents are listed with the attempt that wrote them; a rejected one has none', async () => {
    const { documentIds } = run;
    const answer = await post('/v1/documents/copies', { documentIds: [...documentIds, 'nothing'] });
    const { results } = documentCopiesAnswerSchema.parse(await answer.json());
    expect(results).toMatchObject([
      {
        ok: true,
        value: {
          status: 'processed',
          rejection: null,
          attempts: 1,
          complete: true,
          copies: [
            { kind: 'thumbnail', attempt: 1, current: true },
            { kind: 'file', attempt: 1, current: true },
          ],
        },
      },
      { ok: true, value: { status: 'rejected', rejection: 'UNKNOWN_FORMAT', copies: [] } },
      { ok: false, id: 'nothing', code: 'NOT_FOUND' },
    ]);
    expect((await post('/v1/documents/copies', { documentIds }, 'rider')).status).toBe(403);
    const tooMany = Array.from({ length: DOCUMENT_COPIES_ITEMS + 1 }, () => documentIds[0]);
    for (const ids of [[], tooMany])
      expect((await post('/v1/documents/copies', { documentIds: ids })).status).toBe(400);
  });
});

it('LOAD-68: the check of a run signs its token with the keys of the place, or takes it from the named file; without either it is no pass', async () => {
  await run.writeTo(dir);
  const finished = (issueToken: TokenIssuer | null) =>
    ({
      place: { urls: [harness.apiUrl], issueToken },
      journalDir: dir,
      onProgress: () => undefined,
      signal: AbortSignal.timeout(60_000),
    }) as unknown as FinishedRun;
  expect(invariantsPass(await checkFinishedRun(finished(harness.token)))).toBe(true);
  const unknown = await checkFinishedRun(finished(null));
  expect(invariantsPass(unknown)).toBe(false);
  expect(unknown.find(({ id }) => id === 'fixes-stored-once')?.note).toContain(
    'RIDELINE_OPERATOR_TOKEN_FILE',
  );
  const file = join(dir, 'operator-token');
  await writeFile(file, await harness.token('operator', 'checker'));
  vi.stubEnv('RIDELINE_OPERATOR_TOKEN_FILE', file);
  try {
    expect(invariantsPass(await checkFinishedRun(finished(null)))).toBe(true);
  } finally {
    vi.unstubAllEnvs();
  }
});

it('LOAD-67: load check exits with 0 for a run that passes and with 1 for one that does not, and names what is missing', async () => {
  const journals = await mkdtemp(join(tmpdir(), 'rideline-journals-'));
  const tokenFile = join(dir, 'token');
  await writeFile(tokenFile, `${await harness.token('operator', 'checker')}\n`);
  const command = (...args: string[]) =>
    runProgram(process.execPath, [LOAD, 'check', ...args], { env: process.env, timeoutMs: 60_000 });
  const against = ['--target', `${harness.apiUrl}/`, '--token-file', tokenFile, '--settle', '1s'];
  try {
    await run.writeTo(journals);
    const passed = await command(journals, ...against, '--json');
    expect([passed.code, JSON.parse(passed.stdout).passes]).toEqual([0, true]);
    const before = run.entries;
    run.entries = before.filter((entry) => entry.kind !== 'follow.reset');
    await run.writeTo(journals);
    run.entries = before;
    const failed = await command(journals, ...against);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/VIOLATED: follows-without-gaps \(\d+ examined, \d+ violations\)/);
    expect(failed.stdout).toMatch(/holds: fixes-stored-once/);
    const noTarget = await command(journals, ...against.slice(2));
    expect([noTarget.code, noTarget.stderr]).toEqual([2, expect.stringContaining('--target')]);
  } finally {
    await rm(journals, { recursive: true, force: true });
  }
});
