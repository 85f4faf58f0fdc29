import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentId } from '@rideline/contract';
import { isSettled } from '@rideline/fleet/documents/document';
import { documentCollection, type StoredDocument } from '@rideline/fleet/documents/document-collection';
import { notificationCollection } from '@rideline/fleet/notifications/notification-collection';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DocumentHarness, startDocumentHarness } from '../harness/documents/document-harness.ts';
import { noisyPicture } from '../harness/documents/document-job-harness.ts';
import { type Upload, type Uploaded, uploadWithRetries } from '../harness/documents/retrying-upload.ts';
import { REGION } from '../harness/test-process.ts';

/** T9 of docs/design/reliability.md, "Test programme": 300 uploads with `test --faults`. */
const FULL = process.env.TEST_MODE === 'faults';
const UPLOADS = FULL ? 300 : 30;
const PER_SECOND = FULL ? 4 : 6;
/** At full size longer than a lock and two checks for stalled jobs, 20 s in all: the stopped worker comes back without its jobs. */
const STOP_MS = FULL ? 25_000 : 2000;
const EDGE = FULL ? 1500 : 1000;
const SETTLE_MS = 90_000;
const SOON = { timeout: 60_000, interval: 20 };
const HTML = Buffer.from('<!doctype html><script>alert(1)</script>');

let harness: DocumentHarness;
/** Every upload has been answered with 202. */
let over = false;
/** Runs of workers-2 that were fenced off before it was killed: its counters restart at zero. */
let fencedBefore = 0;
beforeAll(async () => {
  harness = await startDocumentHarness({
    workers: 2,
    apis: 2,
    env: {
      RIDELINE_ROLES: 'documents,sweepers,notifications',
      RIDELINE_DOCUMENTS_PER_MINUTE: '600000',
      RIDELINE_DOCUMENT_CHECKERS: '1',
    },
  });
});
afterAll(() => harness?.stop());

const documents = () =>
  harness.db.collection(documentCollection).find({}).toArray() as unknown as Promise<StoredDocument[]>;

const working = () =>
  harness.db.collection(documentCollection).countDocuments({ 'state.name': 'processing' });

async function untilWorking(): Promise<void> {
  await vi.waitFor(async () => {
    if ((await working()) === 0 && !over) throw new Error('no worker is active');
  }, SOON);
}

const fencedNow = () => harness.metric('workers-2', 'documents_total', { outcome: 'fenced' });

/** workers-2 has started a document and not finished it: stopping it now leaves a run that must be fenced off. */
async function untilSecondWorks(): Promise<void> {
  await vi.waitFor(async () => {
    const begun = await harness.metric('workers-2', 'document_wait_seconds_count');
    const ended = await harness.metric('workers-2', 'documents_total');
    const unbegun = await harness.metric('workers-2', 'documents_total', { outcome: 'settled' });
    if (begun <= ended - unbegun && !over) throw new Error('workers-2 does not work');
  }, SOON);
}

async function killAndStart(...names: string[]): Promise<void> {
  await Promise.all(names.map((name) => harness.cluster.kill(name)));
  await Promise.all(names.map((name) => harness.cluster.start(name)));
}

/** All workers at once: what they had started stays unfinished. */
async function killWorkers(): Promise<void> {
  await untilWorking();
  const fenced = await fencedNow();
  fencedBefore += fenced;
  await killAndStart('workers-1', 'workers-2');
}

async function killApi(): Promise<void> {
  await untilWorking();
  await killAndStart('api-1');
}

async function stopWorker(): Promise<void> {
  await untilSecondWorks();
  await harness.cluster.pause('workers-2');
  await sleep(STOP_MS);
  await harness.cluster.resume('workers-2');
}

async function flushQueue(): Promise<void> {
  const keys = await harness.state.keys(`${REGION}:{bull}:document-processing:*`);
  if (keys.length > 0) await harness.state.del(...keys);
}

const FAULTS: readonly (() => Promise<unknown>)[] = FULL
  ? [killWorkers, killApi, stopWorker, flushQueue]
  : [() => Promise.all([killWorkers(), killApi()]), stopWorker];

function plan(number: number, picture: Buffer): Upload & { readonly honest: boolean } {
  const honest = number % 10 !== 3;
  // Different pictures, as from different people.
  const bytes = honest ? Buffer.concat([picture, Buffer.from(String(number))]) : HTML;
  const completes = number % 5 === 1 ? 'twice' : FULL && number % 20 === 0 ? 'never' : 'once';
  return { subject: `driver-${number}`, bytes, completes, honest };
}

it(`DOC-53: ${UPLOADS} uploads while workers and API are killed and stopped and completes are duplicated or never sent: each upload ends, once`, async () => {
  const picture = await noisyPicture(EDGE);
  const apis = harness.cluster.processes
    .filter(({ role }) => role === 'api')
    .map(({ port }) => `http://127.0.0.1:${port}`);
  const target = { apis, token: (subject: string) => harness.token('driver', subject) };
  const plans = Array.from({ length: UPLOADS }, (_, number) => plan(number, picture));
  const uploading = Promise.all(
    plans.map(async (upload, number) => {
      await sleep((number * 1000) / PER_SECOND);
      return uploadWithRetries(target, upload);
    }),
  ).finally(() => {
    over = true;
  });
  let faults = 0;
  for (; !over || faults < FAULTS.length; faults += 1) await FAULTS[faults % FAULTS.length]?.();
  const uploaded: Uploaded[] = await uploading;
  const handedIn = new Set<string>(uploaded.map(({ documentId }) => documentId));
  expect(handedIn.size).toBe(UPLOADS);

  await vi.waitFor(
    async () => {
      const open = (await documents()).filter(({ _id, state }) => handedIn.has(_id) && !isSettled(state));
      if (open.length > 0) throw new Error(`${open.length} are open: ${JSON.stringify(open[0])}`);
    },
    { timeout: SETTLE_MS, interval: 250 },
  );
  const filed = new Map((await documents()).map((document) => [document._id as string, document]));
  const ends = plans.map(({ honest }, number) => {
    const { state } = filed.get(uploaded[number]?.documentId ?? '') as StoredDocument;
    return [honest, state.name === 'rejected' ? state.code : state.name];
  });
  expect(ends).toEqual(plans.map(({ honest }) => [honest, honest ? 'processed' : 'UNKNOWN_FORMAT']));
  for (const document of filed.values()) await expectOneOutput(document);

  const fences = [...filed.values()].map(({ fence }) => fence);
  const again = fences.filter((fence) => fence > 1).length;
  const retries = uploaded.reduce((sum, one) => sum + one.retries, 0);
  const fenced = fencedBefore + (await fencedNow());
  process.stdout.write(
    `documents: ${UPLOADS} uploads, ${retries} calls made again, ${again} documents begun more than once, ${fenced} zombies refused, ${faults} faults\n`,
  );
  // A run whose faults left no trace proves nothing.
  expect(again).toBeGreaterThan(0);
  expect(retries).toBeGreaterThan(0);
  if (FULL) expect(fenced).toBeGreaterThan(0);
}, 600_000);

/** The objects that the stored document names exist, and its owner was notified once that it was processed. */
async function expectOneOutput({ _id, state }: StoredDocument): Promise<void> {
  if (state.name !== 'processed') return;
  const { key, size, thumbnailKey } = state.clean;
  expect((await harness.store.head(key))?.size).toBe(size);
  expect(await harness.store.head(thumbnailKey ?? '')).not.toBe(null);
  await vi.waitFor(async () => {
    const notified = await harness.db.collection(notificationCollection).countDocuments({
      'data.documentId': _id as DocumentId,
      'data.status': 'processed',
    });
    expect(notified).toBe(1);
  }, SOON);
}
