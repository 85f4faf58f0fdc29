import { randomUUID } from 'node:crypto';
import {
  type Catalogue,
  cacheListSchema,
  type Fare,
  type Preferences,
  type PromotionList,
  type regionListSchema,
} from '@rideline/contract';
import { DEFAULT_TARIFF, tariffOf } from '@rideline/fleet/pricing/fare';
import { cached } from '@rideline/fleet/redis/redis-keys';
import { CACHES } from '@rideline/platform/cache/cache-table';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { type ApiHarness, startApiHarness } from '../harness/cluster/api-harness.ts';
import { type ServiceProcess, startService } from '../harness/processes/service-process.ts';
import { REGION } from '../harness/test-process.ts';

type RegionList = z.infer<typeof regionListSchema>;

const HOUR_MS = 3_600_000;
/** Well before the copies that a node holds of itself end, after 10 s. */
const AT_ONCE = { timeout: 5000, interval: 20 };
const FARES = '/v1/fares?pickupLat=37.77&pickupLng=-122.41&dropoffLat=37.8&dropoffLng=-122.4';

let harness: ApiHarness;
let second: ServiceProcess;
beforeAll(async () => {
  harness = await startApiHarness({ env: { RIDELINE_SEARCH_CACHE_MS: '5000' } });
  second = await startService('api', 'api-second', { env: harness.cluster.env });
});
afterAll(async () => {
  await second.end();
  await harness.stop();
});

type Answer<T> = { status: number; cache: string | null; cacheStatus: string | null; body: T };

async function call<T>(
  path: string,
  options: {
    node?: string;
    role?: 'rider' | 'admin' | 'operator';
    subject?: string;
    method?: string;
    body?: unknown;
  } = {},
): Promise<Answer<T>> {
  const { role = 'rider', subject, method = 'GET', body } = options;
  const response = await fetch((options.node ?? harness.url) + path, {
    method,
    headers: {
      Authorization: `Bearer ${await harness.token(role, subject)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    cache: response.headers.get('x-rideline-cache'),
    cacheStatus: response.headers.get('cache-status'),
    body: (await response.json()) as T,
  };
}

const promotion = (code: string, percentOff: number, more: Record<string, unknown> = {}) => ({
  code,
  percentOff,
  from: new Date(Date.now() - HOUR_MS).toISOString(),
  until: new Date(Date.now() + HOUR_MS).toISOString(),
  reason: 'spring',
  ...more,
});

describe('services, promotions, fares', () => {
  it('CACHE-10: the catalogue has the tiers with their tariffs, warm from the start; a closed tier is closed on every node at once', async () => {
    const first = await call<Catalogue>('/v1/catalogue');
    expect([first.status, first.cache]).toEqual([200, 'hit']);
    expect(first.body.tiers).toEqual(
      (['standard', 'comfort', 'xl'] as const).map((tier) => ({
        tier,
        open: true,
        tariff: tariffOf(tier, 'USD'),
      })),
    );
    await call('/v1/catalogue', { node: second.url });
    const update = { version: first.body.version, open: false, reason: 'no large cars tonight' };
    const put = { role: 'admin', method: 'PUT', body: update } as const;
    expect((await call('/v1/admin/catalogue/xl', { ...put, role: 'operator' })).status).toBe(403);
    const closed = await call<Catalogue>('/v1/admin/catalogue/xl', put);
    expect(closed.body.tiers.find(({ tier }) => tier === 'xl')?.open).toBe(false);
    await vi.waitFor(async () => {
      const seen = await call<Catalogue>('/v1/catalogue', { node: second.url });
      expect(seen.body.version).toBe(closed.body.version);
    }, AT_ONCE);
    const again = await call<{ code: string; version: number }>('/v1/admin/catalogue/xl', put);
    expect([again.status, again.body.code, again.body.version]).toEqual([
      409,
      'CONFLICT',
      closed.body.version,
    ]);
  });

  it('CACHE-11: the best promotion valid now is subtracted from an estimate; an ended promotion is gone on every node', async () => {
    const plain = await call<Fare>(FARES);
    expect(plain.body).toMatchObject({
      tier: 'standard',
      currency: DEFAULT_TARIFF.currency,
      promotion: null,
    });
    expect(plain.body.fareMinor).toBe(plain.body.estimateMinor);
    expect((await call<Fare>(FARES, { node: second.url })).cache).toBe('hit');
    const add = (body: unknown) =>
      call<PromotionList & { code: string }>('/v1/admin/promotions', { role: 'admin', method: 'POST', body });
    const ten = promotion('TEN', 10);
    expect((await add(ten)).status).toBe(201);
    expect((await add(ten)).status).toBe(201);
    expect((await add({ ...ten, percentOff: 11 })).body.code).toBe('CONFLICT');
    await add(promotion('COMFORT-HALF', 50, { tier: 'comfort' }));
    await add(promotion('OVER', 60, { until: new Date(Date.now() - 1000).toISOString() }));
    expect(
      (await add(promotion('LATER', 70, { from: new Date(Date.now() + 1000).toISOString() }))).status,
    ).toBe(201);
    await vi.waitFor(async () => {
      const { body } = await call<Fare>(FARES, { node: second.url });
      expect(body.promotion).toBe('TEN');
      expect(body.fareMinor).toBe(body.estimateMinor - Math.round(body.estimateMinor / 10));
    }, AT_ONCE);
    const end = { role: 'admin', method: 'POST', body: { reason: 'over' } } as const;
    await call('/v1/admin/promotions/TEN/end', end);
    await call('/v1/admin/promotions/LATER/end', end);
    const listed = await call<PromotionList>('/v1/promotions');
    expect(listed.body.promotions.map(({ code }) => code)).toEqual(['COMFORT-HALF']);
    const comfort = await call<Fare>(`${FARES}&tier=comfort`);
    expect(comfort.body).toMatchObject({ promotion: 'COMFORT-HALF', open: true });
  });

  it('ADM-66: the fare of a closed tier is refused as a request for it is, also when it was cached while the tier was open', async () => {
    const path = `${FARES}&tier=xl`;
    const set = async (open: boolean) => {
      const { version } = (await call<Catalogue>('/v1/catalogue')).body;
      const body = { version, open, reason: 'night' };
      return (await call('/v1/admin/catalogue/xl', { role: 'admin', method: 'PUT', body })).status;
    };
    expect([await set(true), (await call(path)).status, await set(false)]).toEqual([200, 200, 200]);
    await vi.waitFor(
      async () => {
        for (const node of [harness.url, second.url]) {
          const refused = await call<{ code: string; detail: string }>(path, { node });
          expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
          expect(refused.body.detail).toContain('xl');
        }
      },
      { timeout: 1000, interval: 20 },
    );
  });

  it('ADM-65: tariffs and fares are in the new currency of the region, in its own minor unit, on every node at once', async () => {
    const listed = await call<RegionList>('/v1/admin/regions', { role: 'admin' });
    const before = (await call<Fare>(FARES, { node: second.url })).body;
    let [{ version } = { version: -1 }] = listed.body.regions;
    const set = async (currency: string) => {
      const body = {
        version,
        currency,
        retentionDays: 30,
        zone: 'UTC',
        locale: 'en',
        reason: 'a new region',
      };
      const put = await call('/v1/admin/regions/main', { role: 'admin', method: 'PUT', body });
      expect(put.status).toBe(200);
      version += 1;
    };
    for (const currency of ['JPY', 'KWD', 'USD']) {
      await set(currency);
      await vi.waitFor(
        async () => {
          for (const node of [harness.url, second.url]) {
            const { body } = await call<Fare>(FARES, { node });
            expect([body.currency, Number.isInteger(body.estimateMinor)]).toEqual([currency, true]);
            const { tiers } = (await call<Catalogue>('/v1/catalogue', { node })).body;
            expect(tiers.map(({ tariff }) => tariff)).toEqual(
              tiers.map(({ tier }) => tariffOf(tier, currency)),
            );
          }
        },
        { timeout: 2000, interval: 20 },
      );
    }
    expect((await call<Fare>(FARES)).body.estimateMinor).toBe(before.estimateMinor);
  });

  it('CACHE-12: preferences are read from the cache, changed against their version, and read back changed on any node', async () => {
    const subject = `rider-${randomUUID().slice(0, 8)}`;
    const path = '/v1/me/preferences';
    const unset = await call<Preferences>(path, { subject });
    expect(unset.body).toEqual({ version: 0, locale: 'en', units: 'metric', tier: 'standard' });
    expect((await call(path, { subject, node: second.url })).cache).toBe('hit');
    const put = (version: number, units: string) =>
      call<Preferences & { code: string }>(path, {
        subject,
        method: 'PUT',
        body: { version, locale: 'de-AT', units, tier: 'comfort' },
      });
    expect((await put(0, 'imperial')).body.version).toBe(1);
    const read = await call<Preferences>(path, { subject, node: second.url });
    expect(read.body).toEqual({ version: 1, locale: 'de-AT', units: 'imperial', tier: 'comfort' });
    const outdated = await put(0, 'metric');
    expect([outdated.status, outdated.body.code, outdated.body.version]).toEqual([409, 'CONFLICT', 1]);
    expect((await put(1, 'metric')).body.version).toBe(2);
  });

  it('CACHE-13: a nearby search is repeated from the cache for a few seconds, with its age; the admin list has the hit rates', async () => {
    const search = (lat: string) =>
      call<{ drivers: [] }>(`/v1/drivers/search?lat=${lat}&lng=1`, { role: 'operator' });
    expect((await search('10')).cache).toBe('miss');
    expect((await search('10.00001')).cache).toBe('hit');
    expect((await search('10.01')).cache).toBe('miss');
    const list = cacheListSchema.parse((await call('/v1/admin/caches', { role: 'admin' })).body);
    expect(list.caches.find(({ cache }) => cache === 'search')).toMatchObject({ reads: 3, hit: 1, miss: 2 });
    expect(list.caches.find(({ cache }) => cache === 'search')?.hitRate).toBeCloseTo(1 / 3);
  });
});

describe('servers away', () => {
  it('CACHE-4: a node that may have missed a change, because its subscription was cut, serves no copy of its own', async () => {
    const admin = { role: 'admin', method: 'PUT' } as const;
    const read = (node?: string) => call<Catalogue>('/v1/catalogue', { ...(node ? { node } : {}) });
    for (let round = 0; round < 3; round += 1) {
      // Now the second node holds a copy, for ten seconds.
      await read(second.url);
      const { version } = (await read()).body;
      const cache = harness.redis('CACHE');
      await cache.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      const body = { version, open: round % 2 === 0, reason: 'a missed change' };
      const changed = await call<Catalogue>('/v1/admin/catalogue/comfort', { ...admin, body });
      expect(changed.status).toBe(200);
      expect((await read(second.url)).body.version).toBe(changed.body.version);
    }
  });

  it('ADM-102: Cache-Status says whether the cache or MongoDB answered', async () => {
    const read = () => call<Preferences>('/v1/me/preferences', { subject: 'rider-status' });
    expect((await read()).cacheStatus).toBe('Rideline; fwd=miss');
    await vi.waitFor(async () => expect((await read()).cacheStatus).toBe('Rideline; hit'), AT_ONCE);
    expect((await call('/v1/time')).cacheStatus).toBeNull();
  });

  it('CACHE-3: a header of a successful response carries SCALE_005 while the cache is stopped', async () => {
    await harness.cluster.pause('redis-cache');
    try {
      const answer = await call<Preferences>('/v1/me/preferences');
      expect([answer.status, answer.cache, answer.cacheStatus]).toEqual([
        200,
        'degraded; code=SCALE_005',
        'Rideline; fwd=bypass; detail=SCALE_005',
      ]);
    } finally {
      await harness.cluster.resume('redis-cache');
    }
  });

  it('CACHE-5: with Mongo killed, an entry past its lifetime is served marked stale; one that was changed since is not', async () => {
    const cache = harness.redis('CACHE');
    const read = (subject: string) =>
      call<Preferences & { code?: string }>('/v1/me/preferences', { subject });
    const put = (subject: string) =>
      call('/v1/me/preferences', {
        subject,
        method: 'PUT',
        body: { version: 0, locale: 'de', units: 'imperial', tier: 'xl' },
      });
    const subjects = ['rider-fresh', 'rider-stale', 'rider-changed'] as const;
    for (const subject of subjects) {
      await vi.waitFor(async () => expect((await read(subject)).cache).toBe('hit'), {
        timeout: 10_000,
        interval: 50,
      });
    }
    /** Ends the entry's lifetime: the time for which it may still be served stale remains. */
    const outlive = async (subject: string) => {
      const key = cached(REGION, CACHES.preferences.prefix, subject);
      expect(await cache.pexpire(key, CACHES.preferences.staleMs - 1000)).toBe(1);
    };
    await outlive('rider-stale');
    expect([(await read('rider-stale')).cache, (await read('rider-stale')).cache]).toEqual(['miss', 'hit']);
    await outlive('rider-stale');
    expect((await put('rider-changed')).status).toBe(200);
    await harness.cluster.kill('mongo');
    try {
      expect((await read('rider-fresh')).cache).toBe('hit');
      const stale = await read('rider-stale');
      expect([stale.status, stale.cache, stale.body.version]).toEqual([200, 'stale', 0]);
      expect(stale.cacheStatus).toMatch(/^Rideline; hit; ttl=-\d+; detail=stale$/);
      const changed = await read('rider-changed');
      expect(['UNAVAILABLE', 'TIMEOUT', 'SCALE_004']).toContain(changed.body.code);
      expect(changed.cache).toBeNull();
    } finally {
      await harness.cluster.start('mongo');
    }
    await vi.waitFor(async () => expect((await read('rider-stale')).cache).toBe('miss'), {
      timeout: 30_000,
      interval: 200,
    });
    expect((await read('rider-changed')).body).toMatchObject({ version: 1, units: 'imperial' });
  });
});
