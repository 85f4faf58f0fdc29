import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegionId } from '@rideline/contract';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';
import { processId } from './redis-keys.ts';

const CLAIM = loadLuaScript('claim-process-id-1');
const RELEASE = loadLuaScript('release-process-id-1');

/** A process that was killed holds its id for this long, by Redis' clock. */
const HELD_MS = 5000;
const RENEW_MS = 1500;
const RETRY_MS = 250;
/** How long a start waits for an id whose holder may have been killed. */
const WAIT_MS = HELD_MS + 2000;
/** How long a stop waits until the id is released; a Redis that does not answer frees it by itself. */
const RELEASE_MS = 1000;

export interface ProcessIdParts {
  readonly config: { readonly process: string; readonly region: RegionId };
  readonly state: RedisClient;
  readonly health: Health;
  readonly log: Logger;
  readonly onStop: OnStop;
}

/**
 * Claims the id of this process in the state Redis until the stop. Ids name gateways, consumers and members of a role: two processes under
 * one id would take each other's messages. The id of a killed process is free after `HELD_MS`, or at once when it ran beside this one (`PID_SPACE`). While
 * Redis is away the process starts unchecked, and the claim is made later.
 * @throws Error when another live process holds the id
 */
export async function claimProcessId(parts: ProcessIdParts): Promise<void> {
  const { config, state, health, log, onStop } = parts;
  const holder = `${PID_SPACE}/${process.pid}/${randomUUID()}`;
  await firstClaim(parts, holder);
  let isRenewing = false;
  const renew = async () => {
    if (isRenewing) return;
    isRenewing = true;
    try {
      if ((await claim(parts, holder)) === holder) health.cleared('process-id');
      else health.degraded('process-id', `another process runs as "${config.process}"`);
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'process id not renewed');
    } finally {
      isRenewing = false;
    }
  };
  const timer = setInterval(() => void renew(), RENEW_MS);
  timer.unref();
  onStop('connections', 'process id', async () => {
    clearInterval(timer);
    await withinMs(runLuaScript(state, RELEASE, [keyOf(parts)], [holder]), RELEASE_MS).catch((error: Error) =>
      log.debug({ reason: error.message }, 'process id not released; it is free after a while'),
    );
  });
}

const keyOf = ({ config }: ProcessIdParts) => processId(config.region, config.process);

/** @returns who holds the id now */
async function claim(parts: ProcessIdParts, holder: string, dead = ''): Promise<string> {
  return String(await runLuaScript(parts.state, CLAIM, [keyOf(parts)], [holder, HELD_MS, dead]));
}

async function firstClaim(parts: ProcessIdParts, holder: string): Promise<void> {
  const { config, log } = parts;
  const deadlineMs = performance.now() + WAIT_MS;
  try {
    let other = await claim(parts, holder);
    if (other !== holder)
      log.info({ holder: other }, 'another process has this id; waiting until it is free');
    while (other !== holder) {
      if (performance.now() > deadlineMs) throw new ProcessIdTaken(config.process, config.region);
      other = await claim(parts, holder, isDead(other) ? other : '');
      if (other !== holder) await sleep(RETRY_MS);
    }
  } catch (error) {
    if (error instanceof ProcessIdTaken) throw error;
    log.warn({ reason: (error as Error).message }, 'process id not checked yet: Redis does not answer');
  }
}

export class ProcessIdTaken extends Error {
  constructor(id: string, region: RegionId) {
    super(`another process runs as "${id}" in region ${region}: give each process its own RIDELINE_PROCESS`);
    this.name = 'ProcessIdTaken';
  }
}

/**
 * Where a pid names one process: the host name alone does not say, since machines may share it, and containers that share it have pids of
 * their own. So it is host name, boot and pid namespace; without /proc (macOS) the host name.
 */
const PID_SPACE = [
  hostname(),
  readOrNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  readOrNothing(() => readlinkSync('/proc/self/ns/pid')),
]
  .join(',')
  .replaceAll('/', '-');

function readOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    // No /proc, or it is not readable here.
    return '';
  }
}

/** Whether the holder was a process beside this one that no longer runs: a restart after a kill then need not wait. */
function isDead(holder: string): boolean {
  const [space, pid] = holder.split('/');
  // The same number proves nothing: a container's first process is always number 1.
  if (space !== PID_SPACE || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // EPERM: it runs under another user.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
