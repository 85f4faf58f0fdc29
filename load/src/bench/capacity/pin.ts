import { execFileSync } from 'node:child_process';
import { LaunchError } from '@rideline/infra/local/launch-error';
import type { Accounted } from '../../process/process-cpu.ts';
import { readProcesses } from '../../process/process-stats.ts';

const SERVERS_CORE = 0;
const GENERATOR_CORE = 1;

/**
 * Pins the servers to one core and the generator to another; threads that they start later inherit it. Returns which is where, for the
 * report.
 * @throws LaunchError where taskset is missing
 */
export function pinPrograms(servers: readonly Accounted[], generator: Accounted): string[] {
  for (const { pid } of servers) pinGroup(pid, SERVERS_CORE);
  pinGroup(generator.pid, GENERATOR_CORE);
  return [
    `core ${SERVERS_CORE}: ${servers.map(({ name }) => name).join(', ')}`,
    `core ${GENERATOR_CORE}: ${generator.name}`,
  ];
}

/** Every process of the group (HAProxy works in a child) with all its threads. */
function pinGroup(group: number, core: number): void {
  for (const { pid } of readProcesses().filter((process) => process.group === group)) {
    try {
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
        stdio: 'pipe',
      });
    } catch (error) {
      throw new LaunchError(
        `process ${pid} cannot be pinned: ${(error as Error).message.split('\n')[0]}`,
        'Install taskset (package util-linux), or leave --pin out',
      );
    }
  }
}
