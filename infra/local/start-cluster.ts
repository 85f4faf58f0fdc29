import { isAbsolute } from 'node:path';
import { type Cluster, clusterOf } from './cluster.ts';
import { checkProcessEnvironment, sharedEnvironment } from './cluster-environment.ts';
import { ClusterLaunch } from './cluster-launch.ts';
import type { ClusterOptions } from './cluster-options.ts';
import {
  type ClusterState,
  isAnythingRunning,
  readClusterState,
  removeClusterState,
} from './cluster-state.ts';
import { withFileLock } from './file-lock.ts';
import { prepareFolder } from './folders.ts';
import { chooseFrontPort, ensureFront } from './front.ts';
import { LaunchError } from './launch-error.ts';
import { logKeeperSpec } from './log-keeper.ts';
import { migrate } from './migration.ts';
import { builtPages, refuseUnbuildable } from './page-builds.ts';
import { clusterFileOf } from './paths.ts';
import { DEFAULT_SCALE, type Scale } from './process-specs.ts';
import { SavedPorts } from './saved-ports.ts';
import { SERVER_NAMES, type ServerName } from './servers/managed-server.ts';
import { installMissingServers } from './servers/missing-packages.ts';
import { planMongo } from './servers/mongo.ts';
import { planRedis, REDIS_NAMES } from './servers/redis.ts';
import { planS3 } from './servers/s3.ts';

/**
 * Starts what is missing of the cluster in `dataDir`. Safe to repeat, also after a kill -9 of any or all of it. After a failure,
 * what this call started is stopped again.
 * @throws LaunchError
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  if (!isAbsolute(options.dataDir))
    throw new LaunchError(`the data folder ${options.dataDir} is not absolute`, 'Give an absolute path');
  const file = options.stateFile ?? clusterFileOf(options.dataDir);
  prepareFolder(options.dataDir);
  const onWait = (): void => options.onProgress?.('waiting for another launcher to finish');
  return withFileLock(`${file}.lock`, onWait, async () => {
    const launch = openLaunch(file, options);
    try {
      await bringUp(launch, options);
    } catch (error) {
      await launch.undo();
      if (!isAnythingRunning(launch.state)) removeClusterState(file);
      throw error;
    }
    return clusterOf(file, launch.state);
  });
}

function openLaunch(file: string, options: ClusterOptions): ClusterLaunch {
  const previous = readClusterState(file);
  if (previous && previous.dataDir !== options.dataDir && isAnythingRunning(previous)) {
    throw new LaunchError(
      `another cluster is running (${previous.dataDir})`,
      'Stop it first: ./rideline down',
    );
  }
  const kept = previous?.dataDir === options.dataDir ? previous : null;
  const state: ClusterState = {
    v: 1,
    dataDir: options.dataDir,
    host: options.host ?? kept?.host ?? '127.0.0.1',
    url: kept?.url ?? '',
    scale: { ...(kept?.scale ?? DEFAULT_SCALE), ...options.scale },
    startedAtMs: kept?.startedAtMs ?? Date.now(),
    env: kept?.env ?? {},
    servers: kept?.servers ?? [],
    processes: kept?.processes ?? [],
    ...(kept?.logKeeper ? { logKeeper: kept.logKeeper } : {}),
  };
  return new ClusterLaunch(file, state, new SavedPorts(options.dataDir), options);
}

async function bringUp(launch: ClusterLaunch, options: ClusterOptions): Promise<void> {
  const selected = new Set<ServerName>(options.servers ?? SERVER_NAMES);
  const { scale, host } = launch.state;
  // Errors in the environment and a port in use are reported before anything is started.
  checkProcessEnvironment({ ...process.env, ...options.env });
  const port = selected.has('haproxy') ? await chooseFrontPort(launch, host, options.port) : null;

  const hasPages = options.dashboard ?? selected.has('haproxy');
  if (hasPages) refuseUnbuildable();
  const pages = hasPages ? builtPages((line) => launch.say(line)) : null;
  // Awaited below; until then a failure must not count as unhandled.
  pages?.catch(() => undefined);
  await launch.ensure(logKeeperSpec(launch.state.dataDir), (logKeeper) => launch.update({ logKeeper }));
  await startServers(launch, selected);
  launch.update({ env: sharedEnvironment(launch.state.servers, await pages, options.env ?? {}) });

  if (selected.has('mongo') && hasProcesses(scale)) await migrate(launch.state, (line) => launch.say(line));
  await startProcesses(launch, scale);
  if (port !== null) {
    await ensureFront(launch, host, port, scale);
    launch.ports.set('front', [port]);
  }
  await launch.stopSurplus(scale);
}

async function startServers(launch: ClusterLaunch, selected: ReadonlySet<ServerName>): Promise<void> {
  const context = launch.planContext();
  await installMissingServers(selected, context);
  const redis = REDIS_NAMES.filter((name) => selected.has(name));
  // Planning is sequential, as it may install a package; starting is concurrent.
  const plans = [];
  for (const name of redis) plans.push({ name, chosen: await planRedis(name, context) });
  const early = plans.map(({ name, chosen }) => launch.ensureServer(name, chosen));
  const mongo = selected.has('mongo') ? planMongo(context) : null;
  const s3 = selected.has('s3') ? Promise.resolve(mongo).then(() => planS3(context)) : null;
  const late = [
    mongo?.then((chosen) => launch.ensureServer('mongo', chosen)),
    s3?.then((chosen) => launch.ensureServer('s3', chosen)),
  ];
  const results = await Promise.allSettled([...early, ...late]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function hasProcesses(scale: Scale): boolean {
  return scale.gateway + scale.api + scale.workers > 0;
}

async function startProcesses(launch: ClusterLaunch, scale: Scale): Promise<void> {
  if (!hasProcesses(scale)) return;
  launch.say(`starting ${scale.gateway} gateway(s), ${scale.api} api, ${scale.workers} workers`);
  await launch.ensureProcesses(scale);
}
