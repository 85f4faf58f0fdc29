import { checkLedgers, isWhole } from '@rideline/load/simulation/checks/check-ledgers';
import { Replay } from '@rideline/load/simulation/replay';
import { loadTrace } from '@rideline/load/simulation/trace/trace';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { type RedisCluster, startRedisCluster } from '../harness/servers/redis-cluster.ts';

const CABS = 40;
const SPEED = 30;

const TOPOLOGIES = ['three Redis servers', 'a Redis Cluster of three masters'] as const;

describe.each(TOPOLOGIES)('a short replay on a whole cluster over %s', (topology) => {
  let masters: RedisCluster | undefined;
  let whole: WholeCluster;
  let replay: Replay;

  beforeAll(async () => {
    const trace = await loadTrace(CABS);
    masters = topology === 'three Redis servers' ? undefined : await startRedisCluster();
    const { url } = masters ?? {};
    whole = await startWholeCluster({
      trace: { startAt: trace.startAt, rate: SPEED },
      env: {
        RIDELINE_SEARCH_FRESH_MS: '180000',
        ...(url === undefined ? {} : { REDIS_LOG_URL: url, REDIS_STATE_URL: url, REDIS_CACHE_URL: url }),
      },
    });
    const { cluster, clock, api, token } = whole;
    replay = new Replay({ url: cluster.url, trace: whole.fromNow(trace), clock, api, token });
  });

  afterAll(async () => {
    replay?.close();
    await whole?.stop();
    await masters?.stop();
  });

  it('OPS-63: cabs stream, riders watch, and the ledger of every cab matches', async () => {
    await replay.connectAll(20_000);
    replay.start();
    // Long enough for trips to start and end.
    await vi.waitFor(() => expect(replay.riderTotals().ended).toBeGreaterThanOrEqual(3), {
      timeout: 120_000,
      interval: 250,
    });
    replay.stopPushing();
    const { left } = await replay.drain(60_000);
    expect(replay.undurable()).toEqual([]);
    const ledger = await checkLedgers(replay, whole.api);
    const riders = replay.riderTotals();
    expect({ left, wrong: ledger.wrong, whole: isWhole(ledger) }).toEqual({
      left: 0,
      wrong: [],
      whole: true,
    });
    expect(ledger.pushed).toBeGreaterThan(100);
    expect(ledger.equal).toBe(ledger.drivers);
    expect(riders).toMatchObject({ failed: 0, holes: 0, problems: [] });
    expect(riders.positions).toBeGreaterThan(10);
    expect(replay.totals()).toMatchObject({ connected: CABS, reconnects: 0, lost: 0 });
  });

  it('OPS-63: both gateways carry drivers', async () => {
    const drivers = await Promise.all(
      ['gateway-1', 'gateway-2'].map((name) =>
        whole.metric(name, 'gateway_sockets', { namespace: '/driver' }),
      ),
    );
    expect(Math.min(...drivers)).toBeGreaterThan(0);
    expect((drivers[0] ?? 0) + (drivers[1] ?? 0)).toBe(CABS);
  });
});
