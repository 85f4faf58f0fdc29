import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { CodedError } from '@rideline/contract';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { readTokenKeys } from '@rideline/platform/tokens/tokens';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../app.ts';
import { openApiOf } from '../description/openapi.ts';
import { API_METRICS } from '../metrics.ts';
import { type HttpServer, listen } from './http-server.ts';
import { type Route, route } from './route.ts';

const LONG = 'all the same '.repeat(500);
let colour = 'red';
let server: HttpServer;
let folder: string;

const text = z.object({ text: z.string() });
const plain = { access: 'public', limit: 'none', summary: 'A test.' } as const;
const routes: Route[] = [
  route({
    ...plain,
    method: 'get',
    path: '/v1/colour',
    operation: 'getColour',
    answer: text,
    handle: () => ({ text: colour }),
  }),
  route({
    ...plain,
    method: 'get',
    path: '/v1/long',
    operation: 'getLong',
    answer: text,
    handle: () => ({ text: LONG }),
  }),
  route({
    ...plain,
    method: 'post',
    path: '/v1/secret',
    operation: 'echoSecret',
    body: z.strictObject({ echo: z.string() }),
    answer: text,
    handle: ({ body }) => ({ text: body.echo + LONG }),
  }),
  route({
    ...plain,
    method: 'get',
    path: '/v1/old/:how',
    operation: 'getOld',
    deprecated: { since: '2027-01-01', sunset: '2027-07-01', successor: '/v1/colour' },
    params: z.strictObject({ how: z.string() }),
    answer: text,
    handle: ({ params: { how } }) => {
      if (how === 'refused') throw new CodedError('CONFLICT');
      return { text: how };
    },
  }),
  route({
    ...plain,
    method: 'get',
    path: '/v1/broken',
    operation: 'break',
    answer: { mediaTypes: ['text/csv'] },
    handle: ({ setHeader }) => {
      setHeader('Content-Type', 'text/csv');
      return Readable.from(brokenLines());
    },
  }),
];

async function* brokenLines() {
  yield LONG;
  await new Promise((resolve) => setTimeout(resolve, 20));
  throw new Error('MongoDB went away');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-answers-'));
  const keysFile = join(folder, 'keys.json');
  const { publicKey } = generateKeyPairSync('ed25519');
  await writeFile(
    keysFile,
    JSON.stringify({ keys: [{ kid: 'dev-1', jwk: publicKey.export({ format: 'jwk' }) }] }),
  );
  await mkdir(join(folder, 'page/assets'), { recursive: true });
  await writeFile(join(folder, 'page/index.html'), '<!doctype html>');
  await writeFile(join(folder, 'page/assets/index-DkP3x9Qz.js'), `// ${LONG}`);
  const app = createApp({
    routes,
    keys: await readTokenKeys(keysFile, { production: false }),
    region: 'main',
    log: pino({ level: 'silent' }),
    metrics: createMetrics('answers-test', API_METRICS).metrics,
    allowedOrigins: [],
    dashboardDir: join(folder, 'page'),
  });
  server = await listen(app.callback(), { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await server.close(100);
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly whole: boolean;
}

/** Not fetch, which unpacks by itself and adds headers of its own. */
function send(path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, headers, method: body === undefined ? 'GET' : 'POST' },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', () => undefined);
        answer.on('close', () =>
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            body: Buffer.concat(parts),
            whole: answer.complete,
          }),
        );
      },
    );
    // Cut off before its first byte.
    sent.on('error', () => resolve({ status: undefined, headers: {}, body: Buffer.alloc(0), whole: false }));
    sent.end(body);
  });
}

it('ADM-1: a GET has a weak tag of its content; a client that has this content gets 304 without a body', async () => {
  const first = await send('/v1/colour');
  const etag = first.headers.etag ?? '';
  expect(etag).toMatch(/^W\/"[A-Za-z0-9_-]{16}"$/);
  expect(first.headers['cache-control']).toBe('private, no-cache');
  for (const value of [etag, `"other", ${etag}`, etag.slice(2)]) {
    const again = await send('/v1/colour', { 'If-None-Match': value });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
  }
  colour = 'blue';
  const changed = await send('/v1/colour', { 'If-None-Match': etag });
  expect([changed.status, JSON.parse(changed.body.toString())]).toEqual([200, { text: 'blue' }]);
  expect(changed.headers.etag).not.toBe(etag);
});

it('ADM-2: long answers to GET are compressed as the client accepts, under the same tag; short ones are not', async () => {
  const asIs = await send('/v1/long');
  expect([asIs.headers['content-encoding'], asIs.headers.vary]).toEqual([
    undefined,
    expect.stringContaining('Accept-Encoding'),
  ]);
  for (const [accept, unpack] of [
    ['gzip', gunzipSync],
    ['gzip, deflate, br', brotliDecompressSync],
  ] as const) {
    const packed = await send('/v1/long', { 'Accept-Encoding': accept });
    expect(packed.body.length).toBeLessThan(500);
    expect(JSON.parse(unpack(packed.body).toString())).toEqual({ text: LONG });
    expect(packed.headers.etag).toBe(asIs.headers.etag);
    const again = await send('/v1/long', {
      'Accept-Encoding': accept,
      'If-None-Match': String(packed.headers.etag),
    });
    expect([again.status, again.headers['content-encoding']]).toEqual([304, undefined]);
  }
  const short = await send('/v1/colour', { 'Accept-Encoding': 'br, gzip' });
  expect(short.headers['content-encoding']).toBeUndefined();
});

it('ADM-2: answers to POST, which carry the secrets, are never compressed', async () => {
  const answer = await send(
    '/v1/secret',
    { 'Accept-Encoding': 'br, gzip', 'Content-Type': 'application/json' },
    '{"echo":"a"}',
  );
  expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined]);
  expect(answer.body.length).toBeGreaterThan(LONG.length);
});

it("ADM-2: a failing stream closes the client's connection, compressed or not", async () => {
  for (const accept of ['identity', 'gzip', 'br']) {
    const answer = await send('/v1/broken', { 'Accept-Encoding': accept });
    expect([accept, answer.whole]).toEqual([accept, false]);
  }
});

it('ADM-3: files of the page travel compressed, have a tag for each encoding, and hashed ones are cached forever', async () => {
  const path = '/assets/index-DkP3x9Qz.js';
  const plainFile = await send(path);
  for (const [accept, unpack] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const packed = await send(path, { 'Accept-Encoding': accept });
    expect(packed.headers).toMatchObject({
      'content-encoding': accept,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(unpack(packed.body)).toEqual(plainFile.body);
    expect(packed.headers.etag).not.toBe(plainFile.headers.etag);
    const again = await send(path, {
      'Accept-Encoding': accept,
      'If-None-Match': String(packed.headers.etag),
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
});

it('ADM-103: every answer of a deprecated route says since when, until when, and what replaces it', async () => {
  for (const [how, status] of [
    ['fine', 200],
    ['refused', 409],
  ] as const) {
    const answer = await send(`/v1/old/${how}`);
    expect([answer.status, answer.headers]).toMatchObject([
      status,
      { deprecation: '@1798761600', sunset: 'Thu, 01 Jul 2027 00:00:00 GMT' },
    ]);
    expect(answer.headers.link).toMatch(
      /^<https:\/\/[^>]+\/docs\/deprecation\.md>; rel="deprecation"; type="text\/html", <\/v1\/colour>; rel="successor-version"$/,
    );
  }
  const { headers } = await send('/v1/colour');
  expect([headers.deprecation, headers.sunset]).toEqual([undefined, undefined]);
  const { paths } = openApiOf(routes) as { paths: Record<string, { get: Record<string, unknown> }> };
  expect(paths['/v1/old/{how}']?.get).toMatchObject({ deprecated: true, 'x-sunset': '2027-07-01' });
  expect(paths['/v1/colour']?.get).not.toHaveProperty('deprecated');
});
