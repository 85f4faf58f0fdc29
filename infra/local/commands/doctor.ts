import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '../arguments.ts';
import { attachCluster, type Cluster } from '../cluster.ts';
import { checkProcessEnvironment } from '../cluster-environment.ts';
import { describeHealth, healthOf } from '../cluster-health.ts';
import { installCommand } from '../debian-packages.ts';
import { LaunchError } from '../launch-error.ts';
import { CLUSTER_FILE, STATE_DIR, TOOLS_DIR } from '../paths.ts';
import { isPortFree } from '../ports.ts';
import { findProgram } from '../program-path.ts';
import { withoutPassword } from '../redact.ts';
import { packagesOf } from '../servers/java.ts';
import { rememberedRefusal } from '../servers/mongo-download.ts';
import { STANDIN_CANNOT } from '../servers/mongo-standin.ts';
import { checkRedisVersion, REDIS_NAMES, REDIS_POLICIES } from '../servers/redis.ts';
import { S3PROXY_CANNOT, s3proxyJar } from '../servers/s3proxy.ts';
import { VERSITYGW_CANNOT } from '../servers/versitygw.ts';

/** `ok`: fine. `note`: works, with a limitation. `fault`: `up` would fail; the text has the remedy. */
export type Finding = {
  readonly level: 'ok' | 'note' | 'fault';
  readonly about: string;
  readonly text: string;
};

const GIGABYTE = 1e9;
const LEAST_OPEN_FILES = 4096;

function versionOf(program: string, args: readonly string[]): string {
  try {
    return (
      execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
        .split('\n')[0]
        ?.trim() ?? ''
    );
  } catch (error) {
    return `does not start: ${(error as Error).message.split('\n')[0]}`;
  }
}

function redisFindings(env: NodeJS.ProcessEnv): Finding[] {
  const given = REDIS_NAMES.filter((name) => env[REDIS_POLICIES[name].variable]);
  const findings: Finding[] = given.map((name) => {
    const { variable } = REDIS_POLICIES[name];
    return { level: 'ok', about: name, text: `${variable}: ${withoutPassword(env[variable] ?? '')}` };
  });
  if (given.length === REDIS_NAMES.length) return findings;
  const program = findProgram('redis-server');
  if (!program) {
    const text = `missing; up installs it on Debian. ${installCommand(['redis-server'], ['redis'])}`;
    return [...findings, { level: findProgram('apt-get') ? 'note' : 'fault', about: 'redis', text }];
  }
  const version = versionOf(program, ['--version']);
  try {
    checkRedisVersion(program, version);
    return [
      ...findings,
      { level: 'ok', about: 'redis', text: `${program} (${version.split(' ').slice(2, 3)})` },
    ];
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    return [...findings, { level: 'fault', about: 'redis', text: `${error.message}. ${error.remedy}` }];
  }
}

function haproxyFinding(): Finding {
  const program = findProgram('haproxy');
  if (program) return { level: 'ok', about: 'haproxy', text: `${program} (${versionOf(program, ['-v'])})` };
  const text = `missing; up installs it on Debian. ${installCommand(['haproxy'])}`;
  return { level: findProgram('apt-get') ? 'note' : 'fault', about: 'haproxy', text };
}

function mongoFindings(env: NodeJS.ProcessEnv): Finding[] {
  const about = 'mongo';
  if (env.MONGODB_URI)
    return [{ level: 'ok', about, text: `MONGODB_URI: ${withoutPassword(env.MONGODB_URI)}` }];
  const program = findProgram('mongod');
  if (program)
    return [{ level: 'ok', about, text: `${program}, three members (${versionOf(program, ['--version'])})` }];
  const refusal = rememberedRefusal(TOOLS_DIR, Date.now());
  if (!refusal) {
    const downloaded = existsSync(join(TOOLS_DIR, 'mongod'));
    return [
      {
        level: 'ok',
        about,
        text: downloaded
          ? 'downloaded mongod, three members'
          : 'no mongod on the PATH: up tries to download it',
      },
    ];
  }
  const built = existsSync(join(TOOLS_DIR, 'mongo-standin'));
  const missing = ['java', ...(built ? [] : ['mvn'])].filter((name) => !findProgram(name));
  const text = `${STANDIN_CANNOT}. Better: set MONGODB_URI or put mongod on the PATH (its download was refused: ${refusal.reason})`;
  const programs = missing.map((name) => missingJava(name as 'java' | 'mvn', 'the stand-in'));
  return [{ level: 'note', about, text }, ...programs];
}

function missingJava(name: 'java' | 'mvn', neededBy: string): Finding {
  const { debian, brew } = packagesOf(name);
  return {
    level: findProgram('apt-get') ? 'note' : 'fault',
    about: name,
    text: `missing, and ${neededBy} needs it. ${installCommand(debian, brew)}`,
  };
}

function s3Findings(env: NodeJS.ProcessEnv): Finding[] {
  const about = 's3';
  if (env.S3_ENDPOINT)
    return [{ level: 'ok', about, text: `S3_ENDPOINT: ${withoutPassword(env.S3_ENDPOINT)}` }];
  const program = findProgram('versitygw');
  if (program) return [{ level: 'ok', about, text: `${program}: ${VERSITYGW_CANNOT}` }];
  const fetched = existsSync(s3proxyJar(TOOLS_DIR));
  const missing = (fetched ? (['java'] as const) : (['java', 'mvn'] as const)).filter(
    (name) => !findProgram(name),
  );
  const text = `${S3PROXY_CANNOT}${fetched ? '' : ' (up fetches it)'}. Better: set S3_ENDPOINT or put versitygw on the PATH`;
  return [{ level: 'note', about, text }, ...missing.map((name) => missingJava(name, 'S3Proxy'))];
}

function folderFinding(): Finding {
  try {
    mkdirSync(STATE_DIR, { recursive: true });
    accessSync(STATE_DIR, constants.W_OK);
  } catch (error) {
    return {
      level: 'fault',
      about: 'folder',
      text: `${STATE_DIR} cannot be written: ${(error as Error).message}`,
    };
  }
  const { bavail, bsize } = statfsSync(STATE_DIR);
  const free = (bavail * bsize) / GIGABYTE;
  return {
    level: free < 2 ? (free < 0.5 ? 'fault' : 'note') : 'ok',
    about: 'disk',
    text: `${free.toFixed(1)} GB free at ${STATE_DIR}`,
  };
}

function openFilesFinding(): Finding {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  const low = limit !== 'unlimited' && Number(limit) < LEAST_OPEN_FILES;
  const text = `limit of open files: ${limit}${low ? '; each socket takes two. Raise it: ulimit -n 65536' : ''}`;
  return { level: low ? 'note' : 'ok', about: 'files', text };
}

function environmentFinding(env: NodeJS.ProcessEnv): Finding {
  try {
    checkProcessEnvironment(env);
    return { level: 'ok', about: 'environment', text: 'no fault' };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    return { level: 'fault', about: 'environment', text: `${error.message}. ${error.remedy}` };
  }
}

function runningCluster(): Cluster | null {
  const cluster = attachCluster(CLUSTER_FILE);
  return cluster?.processes.some(({ alive }) => alive) ? cluster : null;
}

/** What the cluster that runs says of itself; nothing when none runs. */
async function healthFindings(): Promise<Finding[]> {
  const cluster = runningCluster();
  if (!cluster?.url) return [];
  const health = await healthOf(cluster.url);
  const level = health?.status === 'ok' ? 'ok' : 'note';
  return describeHealth(health).map((line) => ({ level, about: 'health', text: line.trim() }));
}

async function portFinding(): Promise<Finding> {
  const cluster = runningCluster();
  if (cluster) return { level: 'ok', about: 'port', text: `in use by the running cluster: ${cluster.url}` };
  const free = await isPortFree(8080);
  return {
    level: free ? 'ok' : 'note',
    about: 'port',
    text: free ? '8080 is free' : '8080 is in use: up chooses another one, or give --port',
  };
}

/** Everything that `up` depends on, in the order in which `up` needs it. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [
    { level: 'ok', about: 'node', text: `${process.version} (${process.execPath})` },
    folderFinding(),
    openFilesFinding(),
    environmentFinding(env),
    ...redisFindings(env),
    ...mongoFindings(env),
    ...s3Findings(env),
    haproxyFinding(),
    await portFinding(),
    ...(await healthFindings()),
  ];
}

/** `doctor`: exit 1 when `up` would fail. */
export async function doctor(args: readonly string[]): Promise<void> {
  parseOptions(args, {});
  const findings = await examine(process.env);
  for (const { level, about, text } of findings)
    console.log(`${level.padEnd(6)} ${about.padEnd(12)} ${text}`);
  const faults = findings.filter(({ level }) => level === 'fault').length;
  console.log(faults === 0 ? './rideline up can start.' : `${faults} to fix before ./rideline up.`);
  if (faults > 0) process.exitCode = 1;
}
