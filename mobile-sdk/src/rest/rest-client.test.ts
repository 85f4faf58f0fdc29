import { expect, it } from 'vitest';
import { createRestClient } from './rest-client.ts';

interface Sent {
  url: string;
  method: string;
  authorization: string | null;
  body: string;
}

function server(answers: Response[]) {
  const sent: Sent[] = [];
  const fetch = (async (request: Request) => {
    sent.push({
      url: request.url,
      method: request.method,
      authorization: request.headers.get('authorization'),
      body: await request.text(),
    });
    return answers.shift() ?? new Response(null, { status: 500 });
  }) as typeof globalThis.fetch;
  return { sent, fetch };
}

it('SDK-36: the typed client fills in paths and queries, sends the body, and returns the answer or the problem', async () => {
  const { sent, fetch } = server([
    Response.json({ trips: [], next: null }),
    Response.json({ code: 'NOT_FOUND', title: 'Not found.', status: 404 }, { status: 404 }),
  ]);
  const rest = createRestClient({ url: 'http://city.example', token: 'a-token', fetch });
  const list = await rest.GET('/v1/trips', { params: { query: { limit: 5, state: 'completed' } } });
  expect([list.data?.trips, list.data?.next]).toEqual([[], null]);
  const missing = await rest.POST('/v1/trips/{tripId}/cancel', {
    params: { path: { tripId: 'a b' } },
    body: { commandId: 'c' },
  });
  expect([missing.data, missing.error?.code]).toEqual([undefined, 'NOT_FOUND']);
  expect(sent).toEqual([
    {
      url: 'http://city.example/v1/trips?limit=5&state=completed',
      method: 'GET',
      authorization: 'Bearer a-token',
      body: '',
    },
    {
      url: 'http://city.example/v1/trips/a%20b/cancel',
      method: 'POST',
      authorization: 'Bearer a-token',
      body: '{"commandId":"c"}',
    },
  ]);
});

it('SDK-36: a refused token is exchanged once, and the whole request is sent again', async () => {
  const refused = () => Response.json({ code: 'TOKEN_EXPIRED', status: 401 }, { status: 401 });
  const { sent, fetch } = server([refused(), Response.json({ tripId: 't' }), refused(), refused()]);
  const refusedTokens: (string | undefined)[] = [];
  const token = async (old?: string) => {
    refusedTokens.push(old);
    return old === undefined ? 'old' : 'new';
  };
  const rest = createRestClient({ url: 'http://city.example', token, fetch });
  const body = { tripId: 't', pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } };
  expect((await rest.POST('/v1/trips', { body })).data).toEqual({ tripId: 't' });
  expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
  expect(sent.map((one) => JSON.parse(one.body))).toEqual([body, body]);
  expect((await rest.POST('/v1/trips', { body })).error?.code).toBe('TOKEN_EXPIRED');
  expect([sent.length, refusedTokens.length]).toEqual([4, 4]);
});
