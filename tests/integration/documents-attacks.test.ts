import { createHash, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { crc32, deflateSync } from 'node:zlib';
import { type DocumentDetail, documentGrantSchema, problemSchema, type UserId } from '@rideline/contract';
import { documentCollection, type StoredDocument } from '@rideline/fleet/documents/document-collection';
import { type CallInit, type FormSender, fetchSender, type UploadState, uploadDocument } from '@rideline/sdk';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type DocumentHarness,
  requestOf,
  startDocumentHarness,
} from '../harness/documents/document-harness.ts';
import { startHeldProxy } from '../harness/faults/held-proxy.ts';
import { startLossyProxy } from '../harness/faults/lossy-proxy.ts';

const SOON = { timeout: 60_000, interval: 100 };
const FORMS_A_MINUTE = 20;
let harness: DocumentHarness;

beforeAll(async () => {
  harness = await startDocumentHarness({
    workers: 1,
    env: {
      RIDELINE_ROLES: 'documents,sweepers',
      RIDELINE_LIMIT_UPLOAD: String(FORMS_A_MINUTE),
      RIDELINE_DOCUMENTS_PER_MINUTE: '100000',
    },
  });
});
afterAll(() => harness.stop());

const person = () => `driver-${randomUUID().slice(0, 8)}`;
const documents = () => harness.db.collection(documentCollection);
const picture = (colour: string) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

/** Uploads bytes as `contentType` and waits for the final state. */
async function endOf(
  bytes: Uint8Array,
  contentType: 'image/jpeg' | 'image/png' | 'application/pdf' = 'image/jpeg',
) {
  const subject = person();
  const { documentId } = await harness.upload(subject, bytes, { contentType });
  return vi.waitFor(async () => {
    const view = await harness.view(subject, documentId);
    expect(['processed', 'rejected']).toContain(view.status);
    return view;
  }, SOON);
}
const rejectionOf = (view: DocumentDetail) => view.rejection?.code ?? view.status;

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A picture of 14,000² pixels in some bytes. */
function bomb(): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(14_000, 0);
  head.writeUInt32BE(14_000, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const rows = deflateSync(Buffer.alloc(100_000));
  return Buffer.concat([
    signature,
    pngChunk('IHDR', head),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

it('DOC-17: a form sent again changes nothing: other bytes are refused, the same bytes have no second effect', async () => {
  const subject = person();
  const bytes = await picture('#335577');
  const grant = await harness.grant(subject, bytes);
  expect(await harness.send(grant, bytes)).toBe(204);
  expect(await harness.send(grant, await picture('#aa2233'))).toBeGreaterThanOrEqual(400);
  expect((await harness.complete(subject, grant.documentId)).status).toBe(202);
  const done = await vi.waitFor(async () => {
    const view = await harness.view(subject, grant.documentId);
    expect(view.status).toBe('processed');
    return view;
  }, SOON);
  const clean = async () => Buffer.from(await (await fetch(done.links?.file ?? '')).arrayBuffer());
  const before = await clean();
  await harness.send(grant, bytes);
  expect((await harness.complete(subject, grant.documentId)).status).toBe(202);
  expect((await harness.view(subject, grant.documentId)).version).toBe(done.version);
  expect((await clean()).equals(before)).toBe(true);
});

it('DOC-18: a user who requests forms without end gets 429 after their budget, and no more documents are stored', async () => {
  const subject = person();
  const body = requestOf(await picture('#224466'));
  const answers = await Promise.all(
    Array.from({ length: 5 * FORMS_A_MINUTE }, () =>
      harness.call('POST', '/v1/documents', { subject, body }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(FORMS_A_MINUTE);
  expect(statuses.filter((status) => status === 429)).toHaveLength(4 * FORMS_A_MINUTE);
  const refused = answers.find(({ status }) => status === 429);
  expect(problemSchema.parse(await refused?.json()).code).toBe('SCALE_003');
  expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(await documents().countDocuments({ userId: subject as UserId })).toBe(FORMS_A_MINUTE);
});

it('DOC-47: a user whose files were too much work five times gets no form for an hour, and others do', async () => {
  const subject = person();
  const body = requestOf(await picture('#224466'));
  for (let file = 0; file < 5; file += 1) {
    const answer = await harness.call('POST', '/v1/documents', { subject, body });
    expect(answer.status).toBe(201);
    const { documentId } = documentGrantSchema.parse(await answer.json());
    const state = { name: 'rejected', code: 'TOO_COMPLEX', rejectedAt: Date.now() } as const;
    await documents().updateOne({ _id: documentId }, { $set: { state } });
  }
  const refused = await harness.call('POST', '/v1/documents', { subject, body });
  expect([refused.status, problemSchema.parse(await refused.json()).code]).toEqual([429, 'SCALE_003']);
  expect(Number(refused.headers.get('Retry-After'))).toBe(3600);
  expect((await harness.call('POST', '/v1/documents', { subject: person(), body })).status).toBe(201);
});

it('DOC-19: a file that is not what it claims ends as rejected with a code; its first bytes decide, never its name', async () => {
  const html = Buffer.from('<!doctype html><script>alert(1)</script>'.padEnd(500));
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'.padEnd(500));
  const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(500)]);
  const zip = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500)]);
  const views = await Promise.all([
    endOf(html),
    endOf(svg),
    endOf(elf),
    endOf(zip, 'application/pdf'),
    endOf(bomb(), 'image/png'),
    endOf((await picture('#123456')).subarray(0, 400)),
  ]);
  const [one, two, three, four, five, six] = views.map(rejectionOf);
  expect(['UNKNOWN_FORMAT', 'FORMAT_NOT_ACCEPTED']).toEqual(expect.arrayContaining([one, two, three, four]));
  expect([five, six]).toEqual(['TOO_MANY_PIXELS', 'DAMAGED']);
  for (const { links, rejection } of views) {
    expect(links).toBeNull();
    expect(rejection?.text).toMatch(/please/i);
  }
});

it('DOC-19: data hidden behind a picture is not in the copy that is shown', async () => {
  const hidden = '<script>steal()</script>';
  const view = await endOf(Buffer.concat([await picture('#445566'), Buffer.from(hidden)]));
  expect(view.status).toBe('processed');
  const shown = Buffer.from(await (await fetch(view.links?.file ?? '')).arrayBuffer());
  expect(shown.includes(hidden)).toBe(false);
  expect(shown.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
});

it('DOC-20: query operators, prototypes and internal fields in a body or an address are refused before anything is done', async () => {
  const subject = person();
  const grant = await harness.grant(subject, await picture('#667788'));
  const before = (await documents().findOne({ _id: grant.documentId as never })) as unknown as StoredDocument;
  const raw = async (path: string, body: string) => {
    const answer = await fetch(harness.apiUrl + path, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await harness.token('operator', 'night')}`,
        'Content-Type': 'application/json',
      },
      body,
    });
    return problemSchema.parse(await answer.json()).code;
  };
  const review = `/v1/documents/${grant.documentId}/review`;
  for (const body of [
    '{"decision":"approve","version":{"$ne":null}}',
    '{"decision":{"$where":"1"},"version":1}',
    '{"decision":"approve","version":1,"state":"processed"}',
    '{"decision":"approve","version":1,"fence":9,"active":true,"role":"admin"}',
    '{"decision":"approve","version":1,"state.review.name":"approved"}',
    '{"decision":"approve","version":1,"__proto__":{"validUntil":"2030-01-01T00:00:00Z"}}',
    `{"decision":"reject","version":1,"reason":"${'a'.repeat(201)}"}`,
  ]) {
    expect(['VALIDATION', 'ILLEGAL_TRANSITION'], body).toContain(await raw(review, body));
  }
  for (const path of [
    '/v1/documents?userId[$gt]=',
    '/v1/documents?type=$where',
    '/v1/documents/..%2f..%2fusers',
  ]) {
    const answer = await harness.call('GET', path, { subject });
    expect(answer.status, path).toBeGreaterThanOrEqual(400);
    expect(answer.status, path).toBeLessThan(500);
  }
  expect(await documents().findOne({ _id: grant.documentId as never })).toEqual(before);
});

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

it('DOC-22: object store, MongoDB, Redis and inner ports of a local cluster cannot be reached from outside the machine', async (context) => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address;
  if (outside === undefined) return context.skip('this machine has only the loopback address');
  const { processes } = harness.cluster;
  const servers = harness.cluster.servers.filter(({ kind }) => kind !== 'environment');
  const ports = [
    ...servers.map(({ address }) => Number(/:(\d+)/.exec(address.replace(/^[a-z+]+:\/\//, ''))?.[1])),
    ...processes.flatMap(({ port, innerPort }) => [port, innerPort]),
  ].filter((port): port is number => port !== null && port > 0);
  expect(ports.length).toBeGreaterThanOrEqual(7);
  for (const port of ports) {
    expect(await isOpen('127.0.0.1', port), `${port} here`).toBe(true);
    expect(await isOpen(outside, port), `${port} from outside`).toBe(false);
  }
});

/** Uploads by the SDK, with the S3 server behind `send`. */
async function uploadBySdk(bytes: Uint8Array, send: FormSender) {
  const subject = person();
  const states: UploadState[] = [];
  const { token } = harness;
  const fetchAs = async (path: string, init: CallInit = {}) => {
    const headers = { ...init.headers, Authorization: `Bearer ${await token('driver', subject)}` };
    return fetch(harness.apiUrl + path, { ...init, headers });
  };
  const { ended } = uploadDocument({
    session: { fetch: fetchAs },
    type: 'driving_licence',
    contentType: 'image/jpeg',
    body: new Blob([Uint8Array.from(bytes)]),
    size: bytes.byteLength,
    sha256: async () => createHash('sha256').update(bytes).digest('hex'),
    send,
    onState: (state) => states.push(state),
  });
  const end = await ended;
  const stored = await documents()
    .find({ userId: subject as UserId })
    .toArray();
  return { end, states, stored };
}

/** Sends the form to the S3 server through another port. */
const sendThrough =
  (port: number): FormSender =>
  (post) => {
    const address = new URL(post.form.presignedUrl);
    address.port = String(port);
    return fetchSender()({ ...post, form: { ...post.form, presignedUrl: address.href } });
  };

/** Breaks the first connection in the middle of what it sends. */
async function cutInTheFile(host: string, port: number) {
  const proxy = await startHeldProxy({ host, port }, { bytes: 20_000, direction: 'toServer' });
  void proxy.held.then(() => proxy.breakAndRelease());
  return proxy;
}

/** Loses the first answer. */
async function cutBeforeTheAnswer(host: string, port: number) {
  let answers = 0;
  const proxy = await startLossyProxy(host, port, () => answers++);
  proxy.share = 1;
  return proxy;
}

it.each([
  ['in the middle of the file', cutInTheFile],
  ['before the answer', cutBeforeTheAnswer],
])('SDK-108: an upload that is cut %s goes on and ends clean, as one document', async (_when, startProxy) => {
  const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, at) => (at * 7919) % 251));
  const jpeg = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
    .resize(900, 900)
    .jpeg({ quality: 95 })
    .toBuffer();
  expect(jpeg.byteLength).toBeGreaterThan(40_000);
  const { hostname, port } = new URL(harness.env.S3_ENDPOINT ?? '');
  const proxy = await startProxy(hostname, Number(port));
  try {
    const { end, states, stored } = await uploadBySdk(jpeg, sendThrough(proxy.port));
    expect(end).toMatchObject({ kind: 'clean', document: { status: 'processed', size: jpeg.byteLength } });
    expect(states.some((state) => state.kind === 'waiting' && state.code === 'UNAVAILABLE')).toBe(true);
    expect(stored).toHaveLength(1);
  } finally {
    await proxy.close();
  }
});

it('SDK-108: a form that the S3 server no longer accepts is replaced, and a rejection says what to do', async () => {
  const small = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#246' } })
    .jpeg()
    .toBuffer();
  let sent = 0;
  const { end, stored } = await uploadBySdk(small, (post) => {
    sent += 1;
    const wrong = sent === 1 ? { 'X-Amz-Signature': '0'.repeat(64) } : {};
    return fetchSender()({ ...post, form: { ...post.form, fields: { ...post.form.fields, ...wrong } } });
  });
  expect(end).toMatchObject({ kind: 'rejected', code: 'TOO_SMALL', advice: 'other_file' });
  expect([sent, stored.length]).toEqual([2, 2]);
});
