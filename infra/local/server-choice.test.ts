import { expect, test } from 'vitest';
import { LaunchError } from './launch-error.ts';
import { chooseServer, type ServerKind, type ServerSource } from './server-choice.ts';
import type { PlanContext } from './servers/managed-server.ts';
import { mongoSources } from './servers/mongo.ts';
import { REDIS_NAMES, redisSources } from './servers/redis.ts';

function source(kind: ServerKind, answer: string | null, asked: string[]): ServerSource<string> {
  return {
    kind,
    describes: kind,
    find: async () => {
      asked.push(kind);
      return answer;
    },
  };
}

const context: PlanContext = {
  dataDir: '/nonexistent',
  env: { MONGODB_URI: 'mongodb://example/rideline', REDIS_LOG_URL: 'redis://example:1/0' },
  fsync: 'everysec',
  ports: async () => {
    throw new Error('no port is needed for an address that is given');
  },
  onProgress: () => undefined,
};

test('OPS-20: the first source that has the server is taken, later ones are not even asked', async () => {
  const asked: string[] = [];
  const sources = [
    source('environment', null, asked),
    source('path', 'here', asked),
    source('package', 'there', asked),
  ];
  expect(await chooseServer(sources)).toEqual({ kind: 'path', found: 'here' });
  expect(asked).toEqual(['environment', 'path']);
});

test('OPS-20: no source has it: null; a source that fails stops the search with its own remedy', async () => {
  expect(await chooseServer([source('path', null, [])])).toBeNull();
  const failing: ServerSource<string> = {
    kind: 'package',
    describes: 'a package',
    find: async () => {
      throw new LaunchError('no root', 'sudo');
    },
  };
  await expect(chooseServer([failing])).rejects.toThrow('no root');
});

test('OPS-20: the order for Redis is environment, PATH, package; for Mongo the stand-in comes last', () => {
  for (const name of REDIS_NAMES) {
    expect(redisSources(name, context).map(({ kind }) => kind)).toEqual(['environment', 'path', 'package']);
  }
  expect(mongoSources(context).map(({ kind }) => kind)).toEqual([
    'environment',
    'path',
    'package',
    'stand-in',
  ]);
});

test('OPS-20: an address in the environment replaces the server: nothing is planned to be started', async () => {
  const given = { daemons: [] };
  expect(await chooseServer(redisSources('redis-log', context))).toEqual({
    kind: 'environment',
    found: { ...given, address: 'redis://example:1/0' },
  });
  expect(await chooseServer(mongoSources(context))).toEqual({
    kind: 'environment',
    found: { ...given, address: 'mongodb://example/rideline' },
  });
});
