import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { asyncApi } from './asyncapi.ts';
import type { Json } from './json-schema.ts';
import { openApiOf } from './openapi.ts';

const anyObject = z.record(z.string(), z.unknown());

/** The routes, plus those that describe them all, themselves included, and the socket events. */
export function withDescriptions(routes: readonly Route[]): Route[] {
  let rest: Json | undefined;
  let sockets: Json | undefined;
  const all: Route[] = [
    ...routes,
    route({
      method: 'get',
      path: '/v1/openapi.json',
      operation: 'getOpenApi',
      summary: 'This OpenAPI description of every route.',
      access: 'public',
      limit: 'standard',
      answer: anyObject,
      handle: () => {
        rest ??= openApiOf(all);
        return rest;
      },
    }),
    route({
      method: 'get',
      path: '/v1/asyncapi.json',
      operation: 'getAsyncApi',
      summary: 'The AsyncAPI description of every Socket.IO event.',
      access: 'public',
      limit: 'standard',
      answer: anyObject,
      handle: () => {
        sockets ??= asyncApi();
        return sockets;
      },
    }),
  ];
  return all;
}
