import { MongoClient, MongoServerError } from 'mongodb';
import { LaunchError } from '../launch-error.ts';
import { waitUntil } from '../readiness.ts';

export const REPLICA_SET = 'rs0';
export const DATABASE = 'rideline';
/** `replSetGetConfig` on a member that was never initiated. */
const NOT_YET_INITIALIZED = 94;
const PRIMARY_MS = 60_000;

export function replicaSetUri(ports: readonly number[]): string {
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return `mongodb://${hosts}/${DATABASE}?replicaSet=${REPLICA_SET}`;
}

type ReplicaConfig = { version: number; members: { _id: number; host: string }[] };

async function currentConfig(client: MongoClient): Promise<ReplicaConfig | null> {
  try {
    const response = await client.db('admin').command({ replSetGetConfig: 1 });
    return response.config as ReplicaConfig;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return null;
    throw error;
  }
}

/**
 * Initiates the replica set, or reconfigures an existing one to its new ports (when another program now uses an old one), and
 * waits until it has a primary.
 */
export async function ensureReplicaSet(ports: readonly number[]): Promise<void> {
  const members = ports.map((port, index) => ({ _id: index, host: `127.0.0.1:${port}` }));
  const client = new MongoClient(`mongodb://${members[0]?.host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 20_000,
  });
  try {
    const config = await currentConfig(client);
    const admin = client.db('admin');
    if (config === null) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    } else if (config.members.map(({ host }) => host).join() !== members.map(({ host }) => host).join()) {
      await admin.command({
        replSetReconfig: { ...config, version: config.version + 1, members },
        force: true,
      });
    }
  } finally {
    await client.close();
  }
  await awaitPrimary(replicaSetUri(ports));
}

/** Waits until the server accepts writes. */
export async function awaitPrimary(uri: string): Promise<void> {
  const writable = await waitUntil(() => isWritable(uri), PRIMARY_MS);
  if (!writable) throw new LaunchError('MongoDB has no primary', 'See ./rideline logs mongo');
}

async function isWritable(uri: string): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    return hello.isWritablePrimary === true;
  } catch (error) {
    // Not up yet; the caller's deadline bounds the wait. Any other error is reported.
    if ((error as Error).name === 'MongoServerSelectionError') return false;
    throw error;
  } finally {
    await client.close();
  }
}
