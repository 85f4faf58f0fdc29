import { PROCESS_CONFIGS } from '@rideline/infra/local/process-configs';
import {
  ConfigError,
  describeEnvironment as describeWith,
  loadConfig as loadWith,
} from '@rideline/platform/config/config';
import { SHARED_VARIABLES } from '@rideline/platform/config/shared-variables';
import type { Variable } from '@rideline/platform/config/variable';
import { DEVELOPMENT_ONLY, VARIABLE_NAMES } from '@rideline/platform/config/variable-names';
import { describe, expect, it } from 'vitest';

const loadConfig = (env: NodeJS.ProcessEnv, role: string) => loadWith(env, role, ...PROCESS_CONFIGS);
const describeEnvironment = (env: NodeJS.ProcessEnv) => describeWith(env, ...PROCESS_CONFIGS);

const faultsOf = (env: NodeJS.ProcessEnv) => {
  try {
    loadConfig(env, 'test');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

describe('config', () => {
  it('OPS-1: the list of names is what the tables define, each once', () => {
    const tables = [SHARED_VARIABLES, ...PROCESS_CONFIGS.map(({ variables }) => variables)];
    expect(tables.flatMap((table) => Object.keys(table)).toSorted()).toEqual(VARIABLE_NAMES.toSorted());
    const developmentOnly = tables
      .flatMap((table) => Object.entries<Variable>(table))
      .filter(([, variable]) => variable.developmentOnly)
      .map(([name]) => name);
    expect(developmentOnly.toSorted()).toEqual(DEVELOPMENT_ONLY.toSorted());
  });

  it('OPS-1: production refuses what is for development only, also where another process reads it', () => {
    const production = { RIDELINE_ENV: 'production', RIDELINE_TOKEN_KEYS_FILE: '/keys.json' };
    expect(() => loadWith(production, 'gateway')).not.toThrow();
    for (const name of DEVELOPMENT_ONLY)
      expect(() => loadWith({ ...production, [name]: '1:2:3' }, 'gateway')).toThrow(
        `${name}: for development only`,
      );
  });

  it('OPS-1: a process accepts the variables of the others, but no unknown one', () => {
    const workersOnly = { RIDELINE_MATCH_TICK_MS: '100' };
    expect(() => loadWith(workersOnly, 'gateway')).not.toThrow();
    expect(() => loadWith({ RIDELINE_MATCH_TICKS: '100' }, 'gateway')).toThrow('RIDELINE_MATCH_TICKS');
  });

  it('OPS-1: an empty environment is a whole, frozen development configuration', () => {
    const config = loadConfig({}, 'gateway');
    expect(config).toMatchObject({ production: false, region: 'main', fixShards: 4, ackIntervalMs: 5000 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('OPS-1: an unknown RIDELINE_ variable is an error, and every fault is reported at once', () => {
    const faults = faultsOf({ RIDELINE_FIX_SHARD: '8', RIDELINE_PORT: '70000', RIDELINE_FLUSH_MS: 'soon' });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'RIDELINE_PORT',
      'RIDELINE_FLUSH_MS',
      'RIDELINE_FIX_SHARD',
    ]);
  });

  it('OPS-1: faults across fields are found', () => {
    expect(faultsOf({ RIDELINE_OPERATOR_NAME: 'op' })).toHaveLength(1);
    expect(faultsOf({ RIDELINE_ROLES: 'history,cooking' })[0]).toContain('cooking');
    expect(faultsOf({ RIDELINE_DOMAIN_CLOCK: '1:2:0' })).toHaveLength(1);
  });

  it('OPS-1: a push provider that lacks a setting is a fault; secrets of it are not printed', () => {
    expect(faultsOf({ RIDELINE_PUSH: 'webhook,apns' }).map((fault) => fault.split(':')[0])).toEqual([
      'RIDELINE_PUSH_WEBHOOK_URL',
      'RIDELINE_PUSH_WEBHOOK_SECRET',
      'RIDELINE_APNS_KEY_FILE',
      'RIDELINE_APNS_KEY_ID',
      'RIDELINE_APNS_TEAM_ID',
      'RIDELINE_APNS_TOPIC',
    ]);
    expect(faultsOf({ RIDELINE_PUSH: 'pigeon' })[0]).toContain('pigeon');
    const env = { RIDELINE_PUSH: 'file', RIDELINE_PUSH_FILE: '/tmp/pushes' };
    expect(loadConfig(env, 'workers').push).toEqual([{ provider: 'file', file: '/tmp/pushes' }]);
    const secret = { RIDELINE_PUSH_WEBHOOK_SECRET: 'correct horse battery' };
    expect(describeEnvironment(secret).join()).not.toContain('horse');
  });

  it('DOC-26: S3 keys are set both, or neither for the credential chain', () => {
    const env = { S3_ENDPOINT: 'https://s3.example' };
    for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
      expect(faultsOf({ ...env, [name]: 'one' })).toEqual([expect.stringContaining('set both')]);
    expect(loadConfig(env, 'api').s3).toMatchObject({ accessKeyId: undefined, secretAccessKey: undefined });
    const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
    expect(loadConfig({ ...env, ...keys }, 'api').s3).toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
    });
  });

  it('SEC-5: production refuses a mapped clock, a demo operator and a missing keys file', () => {
    const faults = faultsOf({
      RIDELINE_ENV: 'production',
      RIDELINE_DOMAIN_CLOCK: '1:2:10',
      RIDELINE_OPERATOR_NAME: 'op',
      RIDELINE_OPERATOR_PASSWORD: 'secret',
    });
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual([
      'RIDELINE_DOMAIN_CLOCK',
      'RIDELINE_OPERATOR_NAME',
      'RIDELINE_OPERATOR_PASSWORD',
      'RIDELINE_TOKEN_KEYS_FILE',
    ]);
  });

  it('SEC-6: the printed configuration shows no secret', () => {
    const lines = describeEnvironment({
      MONGODB_URI: 'mongodb://user:canary@host/db',
      RIDELINE_OPERATOR_PASSWORD: 'canary',
    });
    expect(lines.join('\n')).not.toContain('canary');
    expect(lines).toContain('MONGODB_URI=(set)');
  });
});
