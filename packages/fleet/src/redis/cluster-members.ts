import type { RegionId } from '@rideline/contract';
import { withinMs } from '@rideline/platform/overload/deadline';
import type { Logger } from '@rideline/platform/process/logger';
import type { OnStop } from '@rideline/platform/process/stop-phases';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { loadLuaScript, runLuaScript } from './lua-script.ts';
import { clusterMembers } from './redis-keys.ts';

const BEAT = loadLuaScript('beat-member-1');
const LEAVE = loadLuaScript('leave-member-1');
const LIST = loadLuaScript('list-members-1');

const BEAT_MS = 2000;
/** A process without a sign of life for this long is missing. With the interval of the checks: within 15 s. */
const MISSING_MS = 8000;
/** A missing process whose work others do is expected to come back for this long; one whose work no other process does, without limit. */
const FORGOTTEN_MS = 3_600_000;

/** Wait for Redis when this process is stopped in order; a silent Redis must not use up the time of the other steps. */
const LEAVE_MS = 1000;

/** A process that should run: it started. One that was stopped in order should run only while no other does its work. */
export interface ClusterMember {
  readonly id: string;
  /** gateway, api, or the roles of a workers process. */
  readonly work: readonly string[];
  /** Since its last heartbeat or its stop, ms by Redis' clock. */
  readonly silentMs: number;
  readonly isStopped: boolean;
}

export interface MissingMember extends ClusterMember {
  /** The part of its work that no other process does. */
  readonly undone: readonly string[];
}

export interface MembershipParts {
  readonly config: { readonly process: string; readonly region: RegionId };
  readonly state: RedisClient;
  readonly log: Logger;
  readonly onStop: OnStop;
}

/**
 * Registers this process among those that should run, and sends its heartbeat until it is stopped in order. A process that is killed
 * stays registered, so that /health can name it; one that is stopped stays until others do its work.
 */
export async function joinCluster(parts: MembershipParts, work: readonly string[]): Promise<void> {
  const { config, state, log, onStop } = parts;
  const key = clusterMembers(config.region);
  let isBeating = false;
  const beat = async () => {
    // One at a time: heartbeats would pile up on a Redis that does not answer.
    if (isBeating) return;
    isBeating = true;
    try {
      await runLuaScript(state, BEAT, [key], [config.process, work.join(',')]);
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'heartbeat not written');
    } finally {
      isBeating = false;
    }
  };
  await beat();
  const timer = setInterval(() => void beat(), BEAT_MS);
  timer.unref();
  onStop('connections', 'cluster membership', async () => {
    clearInterval(timer);
    await withinMs(runLuaScript(state, LEAVE, [key], [config.process, work.join(',')]), LEAVE_MS).catch(
      (error: Error) => log.warn({ reason: error.message }, 'this process stays registered'),
    );
  });
}

/** Every process that should run. */
export async function readMembers(state: RedisClient, region: RegionId): Promise<ClusterMember[]> {
  const [now, ...entries] = (await runLuaScript(state, LIST, [clusterMembers(region)], [])) as string[];
  const members: ClusterMember[] = [];
  for (let index = 0; index < entries.length; index += 2) {
    const [at = '', work = '', end] = (entries[index + 1] ?? '').split(' ');
    members.push({
      id: entries[index] ?? '',
      work: work.split(','),
      silentMs: Number(now) - Number(at),
      isStopped: end === 'stopped',
    });
  }
  return members;
}

/** The members that should run and do not. */
export function missingOf(members: readonly ClusterMember[]): MissingMember[] {
  return silentOf(members).filter(({ isStopped, undone }) => !isStopped || undone.length > 0);
}

/** Members that do not come back: others do all of their work, and they were stopped, or have been silent for an hour. */
export function goneOf(members: readonly ClusterMember[]): MissingMember[] {
  return silentOf(members).filter(
    ({ isStopped, silentMs, undone }) => undone.length === 0 && (isStopped || silentMs >= FORGOTTEN_MS),
  );
}

function silentOf(members: readonly ClusterMember[]): MissingMember[] {
  const isSilent = ({ silentMs }: ClusterMember) => silentMs >= MISSING_MS;
  const working = members.filter((member) => !member.isStopped && !isSilent(member));
  const done = new Set(working.flatMap(({ work }) => work));
  return members
    .filter(isSilent)
    .map((member) => ({ ...member, undone: member.work.filter((part) => !done.has(part)) }));
}

/** Removes members that do not come back. */
export async function forgetMembers(
  state: RedisClient,
  region: RegionId,
  members: readonly ClusterMember[],
): Promise<void> {
  const gone = goneOf(members);
  if (gone.length > 0) await state.hdel(clusterMembers(region), ...gone.map(({ id }) => id));
}
