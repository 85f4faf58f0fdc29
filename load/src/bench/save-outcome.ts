import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import type { BenchOutcome } from './bench.ts';
import { machineText, measuredText } from './report-text.ts';

const FOLDER = new URL('../../../docs/bench/', import.meta.url);

/** Writes `<bench>.txt`, `<bench>.json` `<plot>.svg` and the outcome's further files to docs/bench, over those of an earlier run. */
export async function saveOutcome(
  bench: string,
  { text, json, plots = [], files = [] }: BenchOutcome,
  command = `./rideline bench ${bench}`,
): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await save(`${bench}.txt`, `${command} · ${measuredText()} · ${revision()}\n\n${text}\n`);
  const record = { machine: machineText(), at: new Date().toISOString(), revision: revision(), ...json };
  await save(`${bench}.json`, `${JSON.stringify(record, null, 2)}\n`);
  for (const { name, svg } of plots) await save(`${name}.svg`, svg);
  for (const file of files) await save(file.name, file.text);
}

const save = (file: string, text: string) => writeFile(new URL(file, FOLDER), text);

/** The commit that was measured; unknown in a copy without git. */
function revision(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: FOLDER,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown revision';
  }
}
