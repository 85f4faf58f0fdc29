import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Recorder } from './recorder.ts';
import { formOf, RestClient } from './rest.ts';
import { Session } from './session.ts';

const SOON = { timeout: 20_000, interval: 20 };

let server: Server;
let target: string;
let rest: RestClient;
let respond: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];

beforeEach(async () => {
  requests = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    respond(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rest = new RestClient({ target, connections: 2, timeoutMs: 20_000 });
});
afterEach(() => {
  rest.close();
  server.closeAllConnections();
  server.close();
});

const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

it('LOAD-3: an answer is parsed, and a refusal has its code, its effect, and the time to wait', async () => {
  respond = (_request, response) => json(response, 201, { state: 'searching' });
  const answer = await rest.call({ method: 'POST', url: '/v1/trips', token: 'secret', body: { a: 1 } });
  expect(answer).toEqual({ status: 201, body: { state: 'searching' } });
  expect(requests[0]).toMatchObject({ method: 'POST', url: '/v1/trips', body: '{"a":1}' });
  expect(requests[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'content-type': 'application/json',
  });

  respond = (_request, response) =>
    json(response, 503, { code: 'UNAVAILABLE', effect: 'unknown' }, { 'retry-after': '2' });
  await expect(rest.call({ method: 'GET', url: '/x' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    status: 503,
    retryAfterMs: 2000,
    effect: 'unknown',
  });
  respond = (_request, response) => response.writeHead(502).end('<html>');
  await expect(rest.call({ method: 'GET', url: '/x' })).rejects.toMatchObject({ code: 'HTTP_502' });
});

it('LOAD-3: no answer within the deadline is HTTP_TIMEOUT, and a refused connection has its own code', async () => {
  respond = () => undefined;
  const hasty = new RestClient({ target, connections: 1, timeoutMs: 200 });
  await expect(hasty.call({ method: 'GET', url: '/x' })).rejects.toMatchObject({ code: 'HTTP_TIMEOUT' });
  hasty.close();
  const nobody = new RestClient({ target: 'http://127.0.0.1:1', connections: 1, timeoutMs: 20_000 });
  await expect(nobody.call({ method: 'GET', url: '/x' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  nobody.close();
});

it('LOAD-3: a kept connection that the server has closed is no failure: the call is sent on another one', async () => {
  respond = (_request, response) => json(response, 200, {});
  await rest.call({ method: 'GET', url: '/first' });
  let cut = true;
  respond = (request, response) => {
    if (cut) request.socket.destroy();
    else json(response, 200, { again: true });
    cut = false;
  };
  expect(await rest.call({ method: 'GET', url: '/second' })).toMatchObject({ body: { again: true } });
  expect(requests.map(({ url }) => url)).toEqual(['/first', '/second', '/second']);
});

it('LOAD-1: a form has its fields first and the file last, as S3 wants it', async () => {
  const { body, type } = formOf({ key: 'a/b', policy: 'xyz' }, Buffer.from('FILE'));
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  expect([...form.keys()]).toEqual(['key', 'policy', 'file']);
  expect(form.get('policy')).toBe('xyz');
  expect(await (form.get('file') as File).text()).toBe('FILE');
});

it('LOAD-6: an account signs in, and its token is renewed before it expires', async () => {
  const errors: string[] = [];
  const events = { emit: (event: string, name: string) => event === 'error' && errors.push(name) };
  const recorder = new Recorder(events);
  let issued = 0;
  respond = (_request, response) => {
    issued += 1;
    json(response, 200, { id: 'u-1', token: `t${issued}`, refreshToken: `r${issued}`, expiresIn: 0.5 });
  };
  const parts = { rest, recorder, nowMs: () => performance.now() };
  const credential = { kind: 'account', login: 'a@example.com', password: 'long enough' } as const;
  const session = await Session.open(parts, 'rider', credential, performance.now());
  const renewed: string[] = [];
  session.onToken = (token) => renewed.push(token);
  expect(session.id).toBe('u-1');
  expect(session.token).toBe('t1');
  await vi.waitFor(() => expect(renewed.length).toBeGreaterThan(1), SOON);
  session.close();
  expect(renewed.slice(0, 2)).toEqual(['t2', 't3']);
  expect(requests.slice(0, 3).map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ['/v1/sign-in', { name: 'a@example.com', password: 'long enough' }],
    ['/v1/token', { refreshToken: 'r1' }],
    ['/v1/token', { refreshToken: 'r2' }],
  ]);
  expect(errors).toEqual([]);
  recorder.close();
});
