import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { CodedError, ERRORS, type Problem, problemSchema, type Role } from '@rideline/contract';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { issueToken, readTokenKeys, type TokenKeys } from '@rideline/platform/tokens/tokens';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from './app.ts';
import { withDescriptions } from './description/description-routes.ts';
import { type HttpServer, listen } from './http/http-server.ts';
import { type Route, route } from './http/route.ts';
import { API_METRICS } from './metrics.ts';

const REGION = 'main';
const handled: unknown[] = [];

const widget = z.strictObject({ name: z.string().max(20), size: z.int().min(1).default(1) });
const routes: Route[] = withDescriptions([
  route({
    method: 'get',
    path: '/v1/widgets/:widgetId',
    operation: 'getWidget',
    summary: 'One widget.',
    access: ['operator', 'admin'],
    limit: 'standard',
    params: z.strictObject({ widgetId: z.string().regex(/^[a-z]{1,8}$/) }),
    query: z.strictObject({ verbose: z.stringbool().default(false) }),
    answer: z.object({ widgetId: z.string(), verbose: z.boolean(), by: z.string() }),
    handle: ({ params, query, caller }) => ({ ...params, ...query, by: caller.userId }),
  }),
  route({
    method: 'post',
    path: '/v1/widgets',
    operation: 'createWidget',
    summary: 'Makes a widget.',
    access: ['operator'],
    limit: 'standard',
    body: widget,
    status: 201,
    answer: widget,
    problems: ['CONFLICT'],
    handle: ({ body }) => {
      handled.push(body);
      return body;
    },
  }),
  route({
    method: 'get',
    path: '/v1/fails/:how',
    operation: 'fail',
    summary: 'Fails.',
    access: 'public',
    limit: 'standard',
    params: z.strictObject({ how: z.string() }),
    answer: z.object({}),
    handle: ({ params: { how } }): never => {
      if (how === 'BUSY') throw new CodedError('BUSY', undefined, { retryAfterMs: 1500 });
      if (how === 'redis') throw new Error("Stream isn't writeable and enableOfflineQueue options is false");
      if (how === 'slow') throw new Error('Command timed out');
      if (how === 'ours') throw new TypeError('a secret of ours at 37.7, -122.4');
      throw new CodedError(how as 'CONFLICT');
    },
  }),
  route({
    method: 'post',
    path: '/v1/without-body',
    operation: 'sendNothing',
    summary: 'Takes no body.',
    access: 'public',
    limit: 'standard',
    answer: z.object({}),
    handle: () => ({}),
  }),
  route({
    method: 'get',
    path: '/v1/stream',
    operation: 'stream',
    summary: 'Streams.',
    access: 'public',
    limit: 'standard',
    answer: { mediaTypes: ['text/csv'] },
    handle: ({ setHeader }) => {
      setHeader('Content-Type', 'text/csv');
      return Readable.from(['a,b\r\n', '1,2\r\n']);
    },
  }),
]);

let keys: TokenKeys;
let server: HttpServer;
let base: string;
let folder: string;
const lines: string[] = [];

async function tokenOf(role: Role, subject = `${role}-1`, region = REGION): Promise<string> {
  const { token } = await issueToken(keys, { subject, role, region, ttlSeconds: 60 });
  return token;
}

async function bearer(role: Role): Promise<Record<string, string>> {
  return { Authorization: `Bearer ${await tokenOf(role)}` };
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.status).toBe(ERRORS[problem.code].status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  return problem;
}

async function post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${base}/v1/widgets`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(await bearer('operator')), ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

/** A request whose path is sent exactly as written: fetch would fold the dots away. */
function rawGet(
  path: string,
  headers: Record<string, string> = { Accept: 'text/html' },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rideline-api-'));
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  await writeFile(
    join(folder, 'keys.json'),
    JSON.stringify({ keys: [{ kid: 'dev-t', jwk }], signWith: 'dev-t' }),
  );
  keys = await readTokenKeys(join(folder, 'keys.json'), { production: false });
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Fleet</title>');
  await writeFile(join(page, 'share.html'), '<!doctype html><title>A shared ride</title>');
  await writeFile(join(page, 'assets', 'index-DkP3x9Qz.js'), 'export {};');
  await writeFile(join(page, 'assets', 'plain.js'), 'export {};');
  await writeFile(join(page, '.env'), 'SECRET=1');
  await symlink(join(folder, 'keys.json'), join(page, 'assets', 'link-DkP3x9Qz.json'));
  const apps = join(folder, 'apps');
  for (const name of ['driver', 'rider', 'apps/assets']) await mkdir(join(apps, name), { recursive: true });
  await writeFile(join(apps, 'driver', 'index.html'), '<!doctype html><title>Driver</title>');
  await writeFile(join(apps, 'rider', 'index.html'), '<!doctype html><title>Rider</title>');
  await writeFile(join(apps, 'rider', 'service-worker.js'), '/* rider */');
  await writeFile(join(apps, 'rider', 'app.webmanifest'), '{}');
  await writeFile(join(apps, 'apps', 'assets', 'rider-DkP3x9Qz.js'), 'export {};');
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const app = createApp({
    routes,
    keys,
    region: REGION,
    log: pino({ level: 'info' }, sink),
    metrics: createMetrics('api-test', API_METRICS).metrics,
    allowedOrigins: ['https://fleet.example'],
    dashboardDir: page,
    appsDir: apps,
    pictureOrigin: 'http://objects.example:9000',
  });
  server = await listen(app.callback(), { host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server.close(100);
  await rm(folder, { recursive: true });
});

describe('problem details', () => {
  it('SEC-30: an unknown REST path is NOT_FOUND, whatever the Accept header', async () => {
    for (const path of ['/v1/nothing', '/v1', '/v1/widgets/', '/health/x', '/socket.io/x']) {
      const response = await fetch(base + path, { headers: { Accept: 'text/html' } });
      expect((await problemOf(response)).code).toBe('NOT_FOUND');
    }
  });

  it('SEC-30: a wrong method is METHOD_NOT_ALLOWED and Allow lists the allowed methods', async () => {
    const response = await fetch(`${base}/v1/widgets/a`, { method: 'DELETE' });
    expect((await problemOf(response)).code).toBe('METHOD_NOT_ALLOWED');
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    const options = await fetch(`${base}/v1/widgets`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST']);
  });

  it('SEC-30: coded errors carry status, code and Retry-After in whole seconds, rounded up', async () => {
    const response = await fetch(`${base}/v1/fails/BUSY`);
    const problem = await problemOf(response);
    expect([problem.code, problem.retryAfterMs, response.headers.get('retry-after')]).toEqual([
      'BUSY',
      1500,
      '2',
    ]);
    expect((await problemOf(await fetch(`${base}/v1/fails/CONFLICT`))).code).toBe('CONFLICT');
    expect((await problemOf(await fetch(`${base}/v1/fails/redis`))).code).toBe('UNAVAILABLE');
    expect((await problemOf(await fetch(`${base}/v1/fails/slow`))).code).toBe('TIMEOUT');
  });

  it('SEC-30: an unexpected error is INTERNAL without details, and is logged under the request id', async () => {
    const problem = await problemOf(await fetch(`${base}/v1/fails/ours`));
    expect(problem.code).toBe('INTERNAL');
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(lines.some((line) => line.includes(problem.requestId) && line.includes('TypeError'))).toBe(true);
  });

  it('SEC-30: a well-formed X-Request-Id is kept, any other replaced', async () => {
    const kept = await fetch(`${base}/v1/nothing`, { headers: { 'X-Request-Id': 'phone-0001' } });
    expect((await problemOf(kept)).requestId).toBe('phone-0001');
    for (const bad of ['short', 'a'.repeat(65), 'has spaces in it', '"quoted-id"']) {
      const replaced = await problemOf(
        await fetch(`${base}/v1/nothing`, { headers: { 'X-Request-Id': bad } }),
      );
      expect(replaced.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 'VALIDATION'],
    [
      'a head of 20 KB',
      `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'VALIDATION',
    ],
  ])('SEC-30: %s is a problem too, and the end of the connection', async (_what, text, code) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain('application/problem+json');
    expect(problemSchema.parse(JSON.parse(body)).code).toBe(code);
  });

  it('SEC-30: a forged Host header causes no internal error', async () => {
    const response = await new Promise<number | undefined>((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: server.port, path: '/v1/stream', headers: { Host: '%%%[' } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(response).toBe(200);
  });
});

describe('validation', () => {
  it('SEC-31: a valid body reaches the handler with its defaults', async () => {
    const response = await post('{"name":"a"}');
    expect([response.status, await response.json()]).toEqual([201, { name: 'a', size: 1 }]);
  });

  it.each([
    ['unknown field', '{"name":"a","role":"admin"}'],
    ['Mongo operator', '{"name":{"$ne":null}}'],
    ['$where', '{"name":"a","$where":"1"}'],
    ['dotted key', '{"name":"a","a.b":1}'],
    ['__proto__', '{"name":"a","__proto__":{"size":9}}'],
    ['constructor', '{"name":"a","constructor":{"prototype":{}}}'],
    ['wrong type', '{"name":1}'],
    ['array', '[]'],
    ['null', 'null'],
    ['text', '"a"'],
    ['empty', ''],
    ['cut JSON', '{"name":'],
    ['infinite number', '{"name":"a","size":1e999}'],
    ['1,000 levels', `{"name":${'['.repeat(1000)}${']'.repeat(1000)}}`],
  ])('SEC-31: %s in a body is VALIDATION and reaches no handler', async (_what, body) => {
    const before = handled.length;
    expect((await problemOf(await post(body))).code).toBe('VALIDATION');
    expect(handled.length).toBe(before);
    expect(({} as Record<string, unknown>).size).toBeUndefined();
  });

  it('SEC-31: issues name the fields and repeat no value', async () => {
    const problem = await problemOf(await post('{"name":{"lat":37.7749295},"size":0,"extra":1}'));
    expect(problem.issues?.map((issue) => issue.path)).toEqual(['body.name', 'body.size', 'body']);
    expect(JSON.stringify(problem)).not.toContain('37.77');
  });

  it.each(['?unknown=1', '?verbose=1&verbose=0', '?verbose[$gt]=', '?verbose=maybe', '?__proto__=1'])(
    'SEC-31: query %s is VALIDATION',
    async (query) => {
      const response = await fetch(`${base}/v1/widgets/a${query}`, { headers: await bearer('admin') });
      expect((await problemOf(response)).code).toBe('VALIDATION');
    },
  );

  it('SEC-31: a path parameter is checked after decoding', async () => {
    for (const id of ['ABC', '..%2f..%2fetc', '%24ne', `${'a'.repeat(9)}`, '%00', '%E0%A4%A']) {
      const response = await fetch(`${base}/v1/widgets/${id}`, { headers: await bearer('admin') });
      expect((await problemOf(response)).code).toBe('VALIDATION');
    }
  });

  it('SEC-31: a body where none is declared is refused', async () => {
    const sent = await new Promise<number | undefined>((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: server.port, path: '/v1/stream', headers: { 'Content-Length': 2 } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end('{}');
    });
    expect(sent).toBe(400);
  });

  it('ADM-112: a POST that declares no body takes `{}`, which many clients send with every POST, and nothing else', async () => {
    const statusOf = async (body: string) =>
      (
        await fetch(`${base}/v1/without-body`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        })
      ).status;
    expect([await statusOf('{}'), await statusOf('{"a":1}'), await statusOf('[]')]).toEqual([200, 400, 400]);
  });

  it('SEC-31: only JSON is read as a body', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      expect((await problemOf(await post('{"name":"a"}', { 'Content-Type': type }))).code).toBe('VALIDATION');
    }
  });

  it('SEC-35: a body over 256 KB is PAYLOAD_TOO_LARGE, also one that exceeds it only when decompressed', async () => {
    const large = `{"name":"${'a'.repeat(256 * 1024)}"}`;
    expect((await problemOf(await post(large))).code).toBe('PAYLOAD_TOO_LARGE');
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.from(`{"name":"${'a'.repeat(10_000_000)}"}`));
    expect(bomb.length).toBeLessThan(20_000);
    expect((await problemOf(await post(bomb, { 'Content-Encoding': 'gzip' }))).code).toBe(
      'PAYLOAD_TOO_LARGE',
    );
  });

  it('SEC-31: a packed body is read whatever its coding is called, and one that cannot be unpacked is VALIDATION', async () => {
    const { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } = await import('node:zlib');
    const plain = Buffer.from('{"name":"a"}');
    for (const [coding, body] of [
      ['gzip', gzipSync(plain)],
      ['GZIP', gzipSync(plain)],
      ['x-gzip', gzipSync(plain)],
      ['deflate', deflateSync(plain)],
      ['br', brotliCompressSync(plain)],
      ['identity', plain],
    ] as const)
      expect((await post(body, { 'Content-Encoding': coding })).status).toBe(201);
    for (const [coding, body] of [
      ['gzip', gzipSync(plain).subarray(0, -12)],
      ['gzip', Buffer.concat([gzipSync(plain), Buffer.from('junk')])],
      ['gzip', plain],
      ['gzip', Buffer.alloc(0)],
      ['deflate', deflateRawSync(plain)],
      ['br', brotliCompressSync(plain).subarray(0, -3)],
      ['br', Buffer.from('junk')],
      ['zstd', plain],
      ['gzip, gzip', gzipSync(gzipSync(plain))],
    ] as const)
      expect((await problemOf(await post(body, { 'Content-Encoding': coding }))).code).toBe('VALIDATION');
    for (const body of [
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from('{"name":"\\ud8'),
      Buffer.from([0x7b, 0x22, 0xc3]),
    ])
      expect((await problemOf(await post(body))).code).toBe('VALIDATION');
  });

  it('SEC-35: the body of a caller without a token is not read', async () => {
    const response = await post('{"name":', { Authorization: '' });
    expect((await problemOf(response)).code).toBe('UNAUTHENTICATED');
  });
});

describe('authorisation', () => {
  const get = (authorization: string, query = '') =>
    fetch(`${base}/v1/widgets/a${query}`, { headers: { Authorization: authorization } });

  it('SEC-32: the declared roles are admitted', async () => {
    const response = await get(`Bearer ${await tokenOf('admin', 'anna')}`);
    expect(await response.json()).toEqual({ widgetId: 'a', verbose: false, by: 'anna' });
  });

  it('SEC-32: no token, another scheme or nonsense is 401 with WWW-Authenticate', async () => {
    for (const value of [
      '',
      'Basic YTpi',
      'Bearer',
      'Bearer a b',
      `Bearer ${'a'.repeat(5000)}`,
      'Bearer a.b.c',
    ]) {
      const response = await get(value);
      expect((await problemOf(response)).status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('SEC-32: another role is WRONG_AUDIENCE, another region FORBIDDEN', async () => {
    expect((await problemOf(await get(`Bearer ${await tokenOf('driver')}`))).code).toBe('WRONG_AUDIENCE');
    expect((await problemOf(await get(`Bearer ${await tokenOf('admin', 'a', 'north')}`))).code).toBe(
      'FORBIDDEN',
    );
  });

  it('SEC-32: a token in the address is refused, also beside a valid one', async () => {
    const token = await tokenOf('admin');
    for (const name of ['token', 'access_token']) {
      const response = await get(`Bearer ${token}`, `?${name}=${token}`);
      expect((await problemOf(response)).code).toBe('TOKEN_IN_URL');
    }
  });
});

describe('headers, page and log', () => {
  it('SEC-34: answers allow nothing, the page allows only its own origin and no inline script', async () => {
    const answer = await fetch(`${base}/v1/stream`);
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const page = await fetch(`${base}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.replace('http://objects.example:9000', '')).not.toMatch(/unsafe|https?:|\*/);
    for (const response of [answer, page]) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('x-powered-by')).toBeNull();
    }
  });

  it('APP-1: the apps are served below their own paths, and nothing of the dashboard is', async () => {
    const titleAt = async (path: string) =>
      /<title>(.*)<\/title>/.exec((await rawGet(path)).body)?.[1] ?? (await rawGet(path)).status;
    expect(await Promise.all(['/driver/', '/rider/', '/rider/any/page', '/'].map(titleAt))).toEqual([
      'Driver',
      'Rider',
      'Rider',
      'Fleet',
    ]);
    const redirected = await fetch(`${base}/driver`, { redirect: 'manual' });
    expect([redirected.status, redirected.headers.get('location')]).toEqual([308, '/driver/']);
    expect((await rawGet('/rider/gone.js')).status).toBe(404);
    expect((await rawGet('/apps/assets/gone-DkP3x9Qz.js')).status).toBe(404);
    expect((await rawGet('/rider/../../keys.json')).body).not.toContain('kid');
  });

  it('APP-1: hashed files of the apps are cached forever; pages, manifests and service workers are revalidated', async () => {
    const headerOf = async (path: string, name: string) => (await fetch(base + path)).headers.get(name);
    expect(await headerOf('/apps/assets/rider-DkP3x9Qz.js', 'cache-control')).toContain('immutable');
    for (const path of ['/rider/', '/rider/service-worker.js', '/rider/app.webmanifest'])
      expect(await headerOf(path, 'cache-control')).toBe('no-cache');
    expect(await headerOf('/rider/app.webmanifest', 'content-type')).toContain('application/manifest+json');
  });

  it('APP-2: the apps run their own scripts, reach the API and the object store only, and may ask for the position', async () => {
    const app = await fetch(`${base}/rider/`);
    const policy = app.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' http://objects.example:9000;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(app.headers.get('permissions-policy')).toContain('geolocation=(self)');
    const page = await fetch(`${base}/`);
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self';");
    expect(page.headers.get('permissions-policy')).toContain('geolocation=()');
  });

  it('SEC-34: only hashed files are cached forever; index.html is revalidated each time', async () => {
    const cacheOf = async (path: string) => (await fetch(base + path)).headers.get('cache-control');
    expect(await cacheOf('/assets/index-DkP3x9Qz.js')).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf('/assets/plain.js')).toBe('no-cache');
    expect(await cacheOf('/')).toBe('no-cache');
    const first = await fetch(`${base}/index.html`);
    // fetch would add `Cache-Control: no-cache`, which asks for the whole file.
    const again = await rawGet('/index.html', { 'If-None-Match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  it('SEC-34: a static file that is replaced is sent whole, with the length and ETag that it has now', async () => {
    const file = join(folder, 'page', 'assets', 'plain.js');
    const before = await fetch(`${base}/assets/plain.js`);
    expect(await before.text()).toBe('export {};');
    const longer = 'export const city = 1;';
    await writeFile(file, longer);
    const after = await fetch(`${base}/assets/plain.js`);
    expect(after.headers.get('content-length')).toBe(String(longer.length));
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(await after.text()).toBe(longer);
    await writeFile(file, 'export {};');
  });

  it('SEC-42: the page of a share link may not be indexed, sends its address nowhere and may load from nowhere else', async () => {
    const page = await fetch(`${base}/s/${'x'.repeat(32)}`);
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>A shared ride</title>']);
    expect(page.headers.get('x-robots-tag')).toBe('noindex, nofollow');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const other = await fetch(`${base}/`);
    expect(other.headers.get('x-robots-tag')).toBeNull();
    expect(await (await fetch(`${base}/s/a/b`, { headers: { Accept: 'text/html' } })).text()).toContain(
      'Fleet',
    );
  });

  it('SEC-34: a path of the dashboard gets index.html, a missing file does not', async () => {
    const page = await fetch(`${base}/fleet/cab-1`, { headers: { Accept: 'text/html,*/*' } });
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Fleet</title>']);
    expect((await fetch(`${base}/assets/gone.js`)).status).toBe(404);
    expect((await fetch(`${base}/`, { method: 'POST' })).status).toBe(404);
  });

  it.each([
    '/../keys.json',
    '/assets/../../keys.json',
    '/%2e%2e/keys.json',
    '/..%2fkeys.json',
    '/assets/..%5c..%5ckeys.json',
    '/%2e%2e%2f%2e%2e%2fetc/passwd',
    '//etc/passwd',
    '/./../keys.json',
    '/assets/link-DkP3x9Qz.json',
    '/.env',
    '/index.html%00.js',
  ])('SEC-34: %s leads out of nothing', async (path) => {
    const { status, body } = await rawGet(path);
    expect(body).not.toMatch(/SECRET|"kid"|root:/);
    expect([404, 200]).toContain(status);
    if (status === 200) expect(body).toContain('<title>Fleet</title>');
  });

  it('SEC-34: only allowed web origins may read answers', async () => {
    const from = (origin: string) => fetch(`${base}/v1/stream`, { headers: { Origin: origin } });
    expect((await from('https://fleet.example')).headers.get('access-control-allow-origin')).toBe(
      'https://fleet.example',
    );
    for (const origin of ['https://fleet.example.evil', 'null', 'http://fleet.example']) {
      expect((await from(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const preflight = await fetch(`${base}/v1/widgets`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://fleet.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
  });

  it('SEC-37: a log line has the pattern of the route, never the URL', async () => {
    lines.length = 0;
    await fetch(`${base}/v1/widgets/planted?verbose=1&lat=37.7749295`, { headers: await bearer('admin') });
    await fetch(`${base}/v1/planted/37.7749295`);
    expect(lines.length).toBe(2);
    expect(lines.join('')).toContain('/v1/widgets/:widgetId');
    expect(lines.join('')).not.toMatch(/planted|37\.77|Bearer|eyJ/);
  });
});

describe('OpenAPI', () => {
  it('SEC-36: the description lists every declared route, its parameters, roles and problems', async () => {
    const document = (await (await fetch(`${base}/v1/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { parameters: { name: string; required: boolean }[]; responses: object }>
      >;
    };
    expect(document.openapi).toBe('3.1.0');
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(listed.sort()).toEqual(routes.map((one) => `${one.method} ${one.path}`).sort());
    const one = document.paths['/v1/widgets/{widgetId}']?.get;
    expect(one?.parameters.slice(0, 2).map(({ name, required }) => [name, required])).toEqual([
      ['widgetId', true],
      ['verbose', false],
    ]);
    expect(Object.keys(one?.responses ?? {})).toEqual(expect.arrayContaining(['200', '400', '401', '403']));
  });
});
