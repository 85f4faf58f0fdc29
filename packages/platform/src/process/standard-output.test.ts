import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const FULL_DISK = '/dev/full';

const program = `
  import { createLogger } from ${JSON.stringify(join(import.meta.dirname, 'logger.ts'))};
  let lost = 0;
  const log = createLogger({ process: 'p', level: 'info', onLost: () => { lost += 1; } });
  for (let n = 0; n < 3000; n += 1) log.info({ n, text: 'x'.repeat(1000) }, 'a line');
  log.fatal('the last line');
  setTimeout(() => console.error(JSON.stringify({ alive: true, lost })), 50);
`;

it.skipIf(!existsSync(FULL_DISK))(
  'OPS-94: a process whose log is on a full disk goes on; lines beyond the kept megabyte are counted as lost',
  async () => {
    const disk = openSync(FULL_DISK, 'w');
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', disk, 'pipe'],
    });
    closeSync(disk);
    const [errors, code] = await Promise.all([
      text(child.stderr as NonNullable<typeof child.stderr>),
      new Promise((resolve) => child.once('exit', resolve)),
    ]);
    expect({ code, errors }).toMatchObject({ code: 0 });
    const { alive, lost } = JSON.parse(errors) as { alive: boolean; lost: number };
    expect(alive).toBe(true);
    // A line is about 1.1 KB: about 900 of 3,001 fit into what is kept.
    expect(lost).toBeGreaterThan(1500);
    expect(lost).toBeLessThan(3001);
  },
);

/** Fills what is kept in several rounds, then has the disk accept lines again: descriptor 1 becomes the file. */
const recovering = (file: string) => `
  import { closeSync, openSync, readFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { StandardOutput } from ${JSON.stringify(join(import.meta.dirname, 'standard-output.ts'))};
  let lost = 0;
  const output = new StandardOutput(() => { lost += 1; });
  const line = 'x'.repeat(999) + '\\n';
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 1500; n += 1) output.write(line);
    await sleep(20);
  }
  closeSync(1);
  const fd = openSync(${JSON.stringify(file)}, 'a');
  const lostBefore = lost;
  let written = 0;
  for (; written < 500 && !readFileSync(fd === 1 ? ${JSON.stringify(file)} : '/dev/null', 'utf8').endsWith('after\\n'); written += 1) {
    output.write('after\\n');
    await sleep(10);
  }
  console.error(JSON.stringify({ fd, lostBefore }));
`;

it.skipIf(!existsSync(FULL_DISK))(
  'OPS-94: when the disk has space again, at most the kept megabyte is written, and the lines after it are not lost',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rideline-standard-output-'));
    try {
      const file = join(folder, 'log');
      const disk = openSync(FULL_DISK, 'w');
      const child = spawn(process.execPath, ['--input-type=module', '--eval', recovering(file)], {
        stdio: ['ignore', disk, 'pipe'],
      });
      closeSync(disk);
      const [errors, code] = await Promise.all([
        text(child.stderr as NonNullable<typeof child.stderr>),
        new Promise((resolve) => child.once('exit', resolve)),
      ]);
      expect({ code, errors }).toMatchObject({ code: 0 });
      expect(JSON.parse(errors)).toEqual({ fd: 1, lostBefore: 5 * 1500 - 1000 });
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines.filter((line) => line.startsWith('x'))).toHaveLength(1000);
      expect(lines.at(-1)).toBe('after');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
