import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { Role } from '@rideline/contract';
import { makeKnownThings, subjectOf } from '@rideline/load/fuzz/known-things';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminHarness, startAdminHarness } from '../harness/cluster/admin-harness.ts';

interface Operation {
  readonly 'x-roles'?: readonly Role[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
}
/** A declared route with a token of a role that may call it. */
interface Declared {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly token: string | undefined;
}
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

let harness: AdminHarness;
let routes: Declared[];
let known: Record<string, string>;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  harness = await startAdminHarness({ gateways: 0, workers: 0, s3: true });
  const described = await (await fetch(`${harness.apiUrl}/v1/openapi.json`)).json();
  const paths = (described as { paths: Record<string, Record<string, Operation>> }).paths;
  known = await makeKnownThings(harness.apiUrl, harness.token);
  routes = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const role = operation['x-roles']?.at(-1);
      const token = role === undefined ? undefined : await harness.token(role, subjectOf(role));
      routes.push({ method: method.toUpperCase(), path, operation, token });
    }
});
afterAll(async () => {
  agent.destroy();
  await harness?.stop();
});

/** Not fetch: it resolves dots in paths, and refuses a body with GET. `cut`: the server closed the connection without an answer. */
function sendOver(
  connections: Agent | false,
  { method, path, headers, body }: Sent,
): Promise<number | 'cut'> {
  const { hostname: host, port } = new URL(harness.apiUrl);
  return new Promise((resolve) => {
    const sent = request(
      { host, port, method, path, agent: connections, headers: headers as IncomingHttpHeaders },
      (answer) => {
        answer.resume();
        answer.once('close', () => resolve(answer.statusCode ?? 'cut'));
      },
    );
    sent.once('error', () => resolve('cut'));
    sent.end(body);
  });
}

/** Once more over a connection of its own: the server may have closed the shared one behind the answer before. */
async function send(sent: Sent): Promise<number | 'cut'> {
  const status = await sendOver(agent, sent);
  return status === 'cut' ? sendOver(false, sent) : status;
}

/** Sends some at a time. @returns what got a 500 or no answer, with it */
async function failures(requests: readonly Sent[]): Promise<string[]> {
  const failed: string[] = [];
  const left = [...requests];
  const work = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const status = await send(next);
      if (status !== 'cut' && status !== 500) continue;
      const { method, path, headers, body } = next;
      failed.push(
        `${status} ${method} ${path} ${JSON.stringify(headers ?? {})} ${String(body ?? '').slice(0, 80)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return failed;
}

const authorized = (token: string | undefined) =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };
const filled = (path: string, value?: string) =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => value ?? known[name] ?? 'unknown-1');
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const VALUES = [
  ...[
    '%00',
    '.',
    '..',
    '%2e%2e',
    '%2e',
    '..%2f..%2fetc%2fpasswd',
    '..%5c',
    '%',
    '%zz',
    '%ff',
    '%ed%a0%80',
    '%F0%9F%9A%95',
  ],
  ...[
    '%22',
    "'",
    '%24ne',
    '%7B%22%24gt%22%3A%22%22%7D',
    '__proto__',
    'constructor',
    'toString',
    'NaN',
    '-1',
    '0',
    '1e999',
  ],
  ...[
    'undefined',
    'null',
    '[object%20Object]',
    '%0d%0aX-A:b',
    '%20',
    '+',
    '*',
    ';',
    ',',
    ':',
    '@',
    '%3f',
    '%23',
  ],
  ...['a'.repeat(300), 'a'.repeat(4000), '%61'.repeat(1000)],
];
const QUERIES = [
  ...[
    '?',
    '&&==',
    '=',
    '%',
    '%ff=%00',
    '__proto__=1',
    '__proto__[a]=1',
    'constructor=1',
    'a[]=1',
    'limit[]=1',
    'limit=1&limit=2',
  ],
  ...[
    'limit=0',
    'limit=-1',
    'limit=1e1',
    'limit=NaN',
    'limit=101',
    'limit=%00',
    'limit=1%00',
    `limit=${'9'.repeat(400)}`,
  ],
  ...[
    'fields=',
    'fields=,',
    'fields=__proto__',
    'fields=constructor',
    'fields=*',
    'cursor=',
    'cursor=%00',
    'cursor=a',
    'cursor=e30',
  ],
  ...[[1, 'x'], [9e15, 'x'], [8.64e15, ''], [1, {}], [null], {}, 'x', [1e308, 'x'], [1, 'a\u0000b']].map(
    (one) => `cursor=${encoded(one)}`,
  ),
  ...['9-9', '0-0', '99999999999999999999-1', '1.x', '9999999999999999-9999999999999999999999'].map(
    (one) => `cursor=${one}`,
  ),
];
const TYPES = [
  '',
  'text/plain',
  'application/json;charset=utf-7',
  'application/json;charset=',
  'application/json;;',
  'a',
  '/',
  '*/*',
];
const DEEP = 30_000;
const BODIES = [
  ...[
    '',
    '{',
    '}',
    'null',
    'true',
    '0',
    '1e999',
    '""',
    '[]',
    '{}',
    '[[',
    '{"":""}',
    '\u0000',
    '\ufeff{}',
    'undefined',
    'NaN',
  ],
  ...[
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"reason":"x"}',
    '{"reason":"\\u0000"}',
    '{"reason":"\\ud800"}',
  ],
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
];
const PACKINGS = ['gzip', 'br', 'deflate', 'zstd', 'identity', 'x', 'gzip, gzip', ''];

it('ADM-69: no path, however it is encoded, and no method gets a 500', async () => {
  const requests = routes.flatMap(({ method, path, token }): Sent[] => {
    const headers = authorized(token);
    const paths = VALUES.flatMap((value) => [
      ...(path.includes('{') ? [filled(path, value)] : []),
      `${filled(path)}/${value}`,
    ]);
    const methods = ['HEAD', 'OPTIONS', 'TRACE', 'PATCH', 'PUT', 'DELETE', 'POST', 'GET', 'PROPFIND'].filter(
      (other) => other !== method,
    );
    return [
      ...paths.map((one) => ({ method, path: one, headers })),
      ...methods.map((other) => ({ method: other, path: filled(path), headers })),
      { method, path: `${filled(path)}/`, headers },
      { method, path: `/${filled(path)}`, headers },
      { method, path: `${filled(path)}?x#y`, headers },
      { method, path: `http://example.org${filled(path)}`, headers },
    ];
  });
  expect(requests.length).toBeGreaterThan(2000);
  expect(await failures(requests)).toEqual([]);
}, 300_000);

it('ADM-69: no query gets a 500: repeated, broken, of another type, or a cursor that no page has given', async () => {
  const requests = routes.flatMap(({ method, path, token, operation }): Sent[] => {
    const names = operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
    const own = names.flatMap((name) => [
      ...VALUES.map((value) => `${name}=${value}`),
      `${name}=1&${name}=1`,
      name,
    ]);
    return [...QUERIES, ...own].map((query) => ({
      method,
      path: `${filled(path)}?${query}`,
      headers: authorized(token),
    }));
  });
  expect(await failures(requests)).toEqual([]);
}, 300_000);

it('ADM-69: no body gets a 500: empty, broken, too deep, of another type or in a damaged packing', async () => {
  const requests = routes
    .filter(({ method }) => method !== 'GET')
    .flatMap(({ method, path, token }): Sent[] => {
      const headers = authorized(token);
      const json = { ...headers, 'Content-Type': 'application/json' };
      const at = filled(path);
      return [
        ...BODIES.map((body) => ({ method, path: at, headers: json, body })),
        ...TYPES.map((type) => ({
          method,
          path: at,
          headers: { ...headers, 'Content-Type': type },
          body: '{}',
        })),
        ...PACKINGS.flatMap((packing) =>
          ['', '{}', Buffer.from([0x1f, 0x8b, 8, 0])].map((body) => ({
            method,
            path: at,
            headers: { ...json, 'Content-Encoding': packing },
            body,
          })),
        ),
      ];
    });
  const withGet = routes
    .filter(({ method }) => method === 'GET')
    .map(({ method, path, token }) => ({
      method,
      path: filled(path),
      headers: authorized(token),
      body: '{}',
    }));
  expect(await failures([...requests, ...withGet])).toEqual([]);
}, 300_000);

it('ADM-69: no header gets a 500', async () => {
  const odd: Record<string, string | string[]>[] = [
    ...[
      'Bearer',
      'Bearer  x',
      'Basic eDp5',
      `Bearer ${'a'.repeat(5000)}`,
      'Bearer a.b.c',
      'Bearer ..',
      ',',
    ].map((one) => ({
      Authorization: one,
    })),
    ...['*', '"', 'W/', `"${'x'.repeat(4000)}"`, ',,,'].map((one) => ({ 'If-None-Match': one })),
    ...['gzip;q=x', ';', '*;q=0', 'identity;q=0', 'br;q=0,*;q=0', ','.repeat(500)].map((one) => ({
      'Accept-Encoding': one,
    })),
    ...['', '%', 'null', 'http://', 'file://', 'http://[', 'a b'].map((one) => ({ Origin: one })),
    ...['%', ',', 'unknown', '::::', '1.2.3.4, x', '['].map((one) => ({ 'X-Forwarded-For': one })),
    ...['bytes=9-1', 'bytes=-', 'x'].map((one) => ({ Range: one })),
    ...['[', 'a b', '', ':', 'x'.repeat(1000)].map((one) => ({ Host: one })),
    ...['rideline-board', 'rideline-board=', `rideline-board=${'a'.repeat(43)}`, '=;=;', '%'].map((one) => ({
      Cookie: one,
    })),
    { 'X-Request-Id': '..' },
    { 'Idempotency-Key': ' ' },
    { Accept: 'text/html' },
    { Accept: '%' },
  ];
  const requests = routes.flatMap(({ method, path, token }) =>
    odd.map((headers) => ({ method, path: filled(path), headers: { ...authorized(token), ...headers } })),
  );
  expect(await failures(requests)).toEqual([]);
}, 300_000);

it('ADM-69: no path of the pages and of the queue board gets a 500, with and without its session', async () => {
  const opened = await harness.call('POST', '/v1/admin/board-session');
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect(cookie).not.toBe('');
  const roots = ['', '/docs', '/assets', '/v1', '/health', '/socket.io', '/v1/admin/board'];
  const board = [
    '/static',
    '/api',
    '/api/queues',
    '/api/queues/notification',
    '/api/redis',
    '/queue',
    '/queue/x',
  ];
  const prefixes = [...roots, ...board.map((one) => `/v1/admin/board${one}`)];
  const ends = [
    '',
    '/',
    ...VALUES.map((value) => `/${value}`),
    '//',
    '/../..',
    '/%2e%2e/%2e%2e',
    '/..%00/',
    '/.%00.',
  ];
  const queries = ['', ...QUERIES.map((one) => `?${one}`)];
  const boardQueries = [
    'activeQueue',
    'status',
    'page',
    'jobsPerPage',
    'queueName',
    'root',
    'depth',
    'from',
  ].flatMap((name) =>
    ['', '%', '%25', '%2525', '..', '0', '-1', '1e9', '9'.repeat(30), '99999999', '%00', '__proto__'].flatMap(
      (value) => [`?activeQueue=notification&${name}=${value}`, `?${name}=${value}`],
    ),
  );
  const requests: Sent[] = [];
  for (const headers of [{}, { Cookie: cookie }])
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
      for (const prefix of prefixes)
        for (const end of ends) requests.push({ method, path: prefix + end || '/', headers });
      for (const query of [...queries, ...boardQueries])
        for (const path of [
          '/v1/admin/board',
          '/v1/admin/board/api/queues',
          '/v1/admin/board/api/queues/notification/x',
        ])
          requests.push({ method, path: path + query, headers });
    }
  expect(await failures(requests)).toEqual([]);
  const visit = await send({ method: 'GET', path: '/v1/admin/board/', headers: { Cookie: cookie } });
  const missing = await send({
    method: 'GET',
    path: '/v1/admin/board/nothing/here',
    headers: { Cookie: cookie },
  });
  expect([visit, missing]).toEqual([200, 404]);
}, 300_000);

/** Pages of one document, not a list of things that have fields. */
const NO_LISTS = ['/v1/drivers/{driverId}/track', '/v1/drivers/{driverId}/ledger'];

it('ADM-68: every list in pages takes `fields`, and answers only these', async () => {
  const lists = routes.filter(({ operation, method, path }) => {
    const names = operation.parameters.map(({ name }) => name);
    return method === 'GET' && names.includes('cursor') && !NO_LISTS.includes(path);
  });
  expect(lists.length).toBeGreaterThanOrEqual(11);
  for (const { path, operation } of lists) {
    const names = operation.parameters.map(({ name }) => name);
    expect([path, names.includes('fields')]).toEqual([path, true]);
  }
  const answer = await harness.call('GET', '/v1/documents?fields=type,status');
  const { documents } = (await answer.json()) as { documents: object[] };
  expect(documents.map((one) => Object.keys(one).sort())).toEqual([['status', 'type']]);
  expect((await harness.call('GET', '/v1/documents?fields=key')).status).toBe(400);
});
