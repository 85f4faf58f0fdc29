import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReportSchema } from '@rideline/load/lab/run-report';
import { ARTILLERY_FOLDER, installArtillery } from '@rideline/load/lab/runner/artillery-install';
import { loadCommand } from '@rideline/load/lab/runner/load-command';
import { parseLoadOptions } from '@rideline/load/lab/runner/load-options';
import { afterAll, expect, it } from 'vitest';

/** Time for two faults. */
const ARGS = ['chaos', '--users', '20', '--minutes', '0.6', '--rate', '10', '--seed', '3'];

/** A machine without a registry has no Artillery. */
const problem: string | null = await installArtillery(() => undefined).then(
  () => null,
  (error: Error) => error.message,
);
const folder = await mkdtemp(join(tmpdir(), 'rideline-chaos-'));
/** Of this file alone: what its cluster and its run leave is seen. */
const temporary = join(folder, 't');
await mkdir(temporary);
process.env.TMPDIR = temporary;
afterAll(() => rm(folder, { recursive: true, force: true }));

it.skipIf(problem !== null)(
  'LOAD-18: the short form of chaos breaks what its seed says, heals each fault, tells what it did, and leaves nothing',
  async () => {
    const options = parseLoadOptions([...ARGS, '--report', join(folder, 'r')]);
    const { reports, files } = await loadCommand(options, {
      artillery: installArtillery,
      artilleryFolder: ARTILLERY_FOLDER,
      onProgress: () => undefined,
      stop: { requested: new Promise(() => undefined), isRequested: false },
      signal: new AbortController().signal,
    });
    const report = runReportSchema.parse(reports[0]);
    const of = (kind: string) => report.events.filter((event) => event.kind === kind);
    const faults = of('fault').map(({ fault }) => fault);
    expect(faults).toHaveLength(2);
    expect(new Set(of('healed').map(({ fault }) => fault))).toEqual(new Set(faults));
    for (const { atMs, fault } of of('healed'))
      expect(atMs).toBeGreaterThan(
        of('fault').find((event) => event.fault === fault)?.atMs ?? Number.POSITIVE_INFINITY,
      );
    expect(report.thresholds.map(({ id, decides }) => [id, decides])).toEqual([
      ['faults-recovered', true],
      ['breakers-worked', false],
    ]);
    expect(report.latencies.find(({ name }) => name === 'location.ack')?.total.count).toBeGreaterThan(0);
    expect(files).toEqual([join(folder, 'r/chaos.json'), join(folder, 'r/chaos.html')]);
    expect((await readdir(temporary)).filter((name) => name.startsWith('rideline-'))).toEqual([]);
  },
  300_000,
);

if (problem !== null) it.skip(`load chaos: ${problem}`);
