import { existsSync } from 'node:fs';
import { attachCluster, type Cluster } from '@rideline/infra/local/cluster';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { CLUSTER_FILE } from '@rideline/infra/local/paths';
import { createTokenIssuer, type TokenIssuer } from '../../cluster/token-issuer.ts';
import { insideViewOf } from './inside-view.ts';
import type { LoadPlace } from './load-place.ts';
import { clusterText, standInNotes, versionsOf } from './own-place.ts';

const ANSWER_MS = 10_000;

/**
 * A deployment that runs already. When it is the cluster of this checkout (`./rideline up`), its processes are read too.
 * @throws LaunchError when it does not answer
 */
export async function openTargetPlace(url: string, signal: AbortSignal): Promise<LoadPlace> {
  await refuseSilent(url, signal);
  const cluster = localCluster(url);
  return cluster === null ? remotePlace(url) : localPlace(url, cluster);
}

/** Any answer of a server counts, except that no API is behind it. */
async function refuseSilent(url: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await fetch(`${url}/v1/time`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    if (answer.ok) return;
    throw new LaunchError(
      `${url} answers ${answer.status} to /v1/time`,
      'Is it the front of a Rideline deployment?',
    );
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    signal.throwIfAborted();
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new LaunchError(
      `${url} does not answer (${cause?.code ?? message})`,
      'Check the address, and that it runs',
    );
  }
}

function localCluster(url: string): Cluster | null {
  const cluster = attachCluster(CLUSTER_FILE);
  if (cluster === null || cluster.url === '') return null;
  const [own, given] = [new URL(cluster.url), new URL(url)];
  const isHere = given.hostname === own.hostname || given.hostname === 'localhost';
  return isHere && given.port === own.port ? cluster : null;
}

async function localPlace(url: string, cluster: Cluster): Promise<LoadPlace> {
  const inside = insideViewOf(cluster);
  return {
    ...base(url),
    what: `the running cluster of this checkout: ${clusterText(cluster)}`,
    versions: await versionsOf(cluster),
    notes: standInNotes(cluster),
    issueToken: await createTokenIssuer(cluster.env),
    inside,
    async [Symbol.asyncDispose]() {
      inside.close();
    },
  };
}

async function remotePlace(url: string): Promise<LoadPlace> {
  return {
    ...base(url),
    what: 'a deployment whose processes cannot be read from here',
    versions: { node: process.versions.node },
    notes: [
      'CPU, memory, queues, caches and MongoDB of the target are not known here: their plots are empty and their thresholds are left out',
    ],
    issueToken: await issuerOfEnvironment(),
    inside: null,
    // Nothing of it was started here.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const base = (url: string) => ({
  urls: [url] as const,
  own: false,
  variant: 'rideline',
  variantTitle: 'Rideline',
  cluster: null,
});

/** With the deployment's own keys file, tokens are signed here; else users sign in over REST, or RIDELINE_TOKENS names their tokens. */
async function issuerOfEnvironment(): Promise<TokenIssuer | null> {
  const { RIDELINE_TOKEN_KEYS_FILE: file, RIDELINE_REGION: region } = process.env;
  if (file === undefined || file === '') return null;
  if (!existsSync(file))
    throw new LaunchError(`RIDELINE_TOKEN_KEYS_FILE: there is no ${file}`, 'Correct it or unset it');
  return createTokenIssuer({
    RIDELINE_TOKEN_KEYS_FILE: file,
    ...(region ? { RIDELINE_REGION: region } : {}),
  });
}
