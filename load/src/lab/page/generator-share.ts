import type { ProcessRecord, RunReport } from '../run-report.ts';

export interface GeneratorShare {
  /** Of the CPU time of all measured processes; null without any. */
  readonly ofMeasured: number | null;
  /** Of all cores over the whole run; null when the report's text of the machine does not begin with the count of its cores. */
  readonly ofMachine: number | null;
}

export const cpuSecondsOf = (
  processes: readonly ProcessRecord[],
  kinds: readonly ProcessRecord['kind'][],
): number =>
  processes
    .filter(({ kind }) => kinds.includes(kind))
    .reduce((sum, { cpuSecondsTotal }) => sum + cpuSecondsTotal, 0);

/** What the load generator itself took from the machine that it measured. */
export function generatorShare({ processes, machine, durationMs }: RunReport): GeneratorShare {
  const all = cpuSecondsOf(processes, ['rideline', 'server', 'baseline', 'generator']);
  const generator = cpuSecondsOf(processes, ['generator']);
  // `2 × AMD EPYC …`: how `machineText` of the benches begins.
  const cores = Number(/^(\d+) ×/.exec(machine)?.[1] ?? 0);
  return {
    ofMeasured: all > 0 ? generator / all : null,
    ofMachine: all > 0 && cores > 0 && durationMs > 0 ? generator / (cores * (durationMs / 1000)) : null,
  };
}
