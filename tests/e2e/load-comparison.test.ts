import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReportSchema } from '@rideline/load/lab/run-report';
import { ARTILLERY_FOLDER, installArtillery } from '@rideline/load/lab/runner/artillery-install';
import { loadCommand } from '@rideline/load/lab/runner/load-command';
import { parseLoadOptions } from '@rideline/load/lab/runner/load-options';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A machine without a registry has no Artillery. */
const program = await installArtillery(() => undefined).catch((error: Error) => error.message);
/** A replica set given to the tests has secondaries. */
const HAS_SECONDARIES = process.env.MONGODB_URI !== undefined;

describe.skipIf(typeof program === 'string')('load NAME --baseline', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rideline-comparison-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.skipIf(HAS_SECONDARIES)(
    'LOAD-38: each variant gets the same load and a report of its own; the comparison names them, and one that cannot run says why',
    async () => {
      if (typeof program === 'string') throw new Error(program);
      const args = ['--users', '12', '--minutes', '0.1', '--seed', '7', '--report', folder];
      const variants = ['--baseline', '--variants', 'secondary-reads,queue,index'];
      const { reports, files, skipped, ok } = await loadCommand(
        parseLoadOptions(['websocket-latency', ...args, ...variants]),
        {
          artillery: async () => program,
          artilleryFolder: ARTILLERY_FOLDER,
          onProgress: () => undefined,
          stop: { requested: new Promise(() => undefined), isRequested: false },
          signal: new AbortController().signal,
        },
      );
      expect(reports.map(({ variant }) => variant)).toEqual(['queue', 'index']);
      expect(skipped).toEqual([expect.stringContaining('there is no replica set with secondaries')]);
      // Baselines are compared and not judged.
      expect(ok).toBe(true);
      expect((await readdir(folder)).filter((name) => /\.(json|html)$/.test(name)).sort()).toEqual([
        'comparison.html',
        'websocket-latency.index.html',
        'websocket-latency.index.json',
        'websocket-latency.queue.html',
        'websocket-latency.queue.json',
      ]);
      expect(files).toHaveLength(5);
      for (const report of reports) {
        const file = join(folder, `websocket-latency.${report.variant}.json`);
        expect(runReportSchema.parse(JSON.parse(await readFile(file, 'utf8')))).toEqual(report);
        expect(report.settings).toEqual(reports[0]?.settings);
        for (const name of ['location.ack', 'trip.create', 'trip.assign', 'track.position', 'mongo.write'])
          expect(report.latencies.find((latency) => latency.name === name)?.total.count).toBeGreaterThan(0);
        const baseline = report.processes.filter(({ kind }) => kind === 'baseline').map(({ name }) => name);
        expect(baseline).toContain('server-1');
        expect(baseline.includes('worker-1')).toBe(report.variant === 'queue');
        expect(report.gauges.some(({ name }) => name === 'queue.trips')).toBe(report.variant === 'queue');
        // A busy machine answers late.
        const isLate = (code: string) => /TIMEOUT$|^NOT_IN_TIME$|^DISCONNECTED$/.test(code);
        expect(report.errors.filter(({ code }) => !isLate(code))).toEqual([]);
      }
      const page = await readFile(join(folder, 'comparison.html'), 'utf8');
      for (const { variantTitle } of reports) expect(page).toContain(variantTitle);
    },
  );
});
