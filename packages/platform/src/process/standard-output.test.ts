import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
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
