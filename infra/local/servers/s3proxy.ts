import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DaemonSpec } from '../daemon.ts';
import type { S3Keys } from '../development-keys.ts';
import { withFileLock } from '../file-lock.ts';
import { LaunchError } from '../launch-error.ts';
import { ensureJavaProgram, UTF8_PATHS } from './java.ts';

export const S3PROXY_VERSION = '4.1.0';
const ARTIFACT = `org.gaul:s3proxy:${S3PROXY_VERSION}:jar:jar-with-dependencies`;
const JAR = `s3proxy-${S3PROXY_VERSION}-jar-with-dependencies.jar`;
/** Digest of the jar, so that a mirror cannot serve another one. */
const JAR_SHA256 = 'a4d025969aaf796616ed4b1e2491d87d455ce84bb28cb9db086b2e6aaa68b48d';
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

/** Shown wherever it is used. */
export const S3PROXY_CANNOT = `S3Proxy ${S3PROXY_VERSION} over a folder: one copy of each object, no events, If-Match races`;

const FETCH_MS = 300_000;
const READY_MS = 60_000;
const STOP_MS = 10_000;

/** Path of the jar. */
export function s3proxyJar(toolsDir: string): string {
  return join(toolsDir, 's3proxy', JAR);
}

function isWhole(jar: string): boolean {
  return existsSync(jar) && createHash('sha256').update(readFileSync(jar)).digest('hex') === JAR_SHA256;
}

async function fetchJar(jar: string, onProgress: (line: string) => void): Promise<void> {
  const mvn = await ensureJavaProgram('mvn', onProgress);
  onProgress('downloading S3Proxy with Maven, 55 MB (first time only)');
  const stage = `${jar}.stage`;
  const args = ['-B', COPY_GOAL, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${stage}`];
  try {
    await promisify(execFile)(mvn, args, { timeout: FETCH_MS, maxBuffer: 16_000_000 });
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const tail = stdout.trim().split('\n').slice(-12);
    throw new LaunchError(
      'S3Proxy could not be downloaded',
      'Set S3_ENDPOINT, or put versitygw on the PATH',
      tail,
    );
  }
  const fetched = join(stage, JAR);
  if (!isWhole(fetched)) {
    throw new LaunchError(
      `${fetched} has another SHA-256 than S3Proxy ${S3PROXY_VERSION}`,
      'Remove it, and check your Maven mirror',
    );
  }
  renameSync(fetched, jar);
  rmSync(stage, { recursive: true, force: true });
}

/**
 * Downloads S3Proxy's jar, once per checkout.
 * @returns the jar's path
 */
export async function ensureS3proxyJar(
  toolsDir: string,
  onProgress: (line: string) => void,
): Promise<string> {
  const jar = s3proxyJar(toolsDir);
  mkdirSync(join(toolsDir, 's3proxy'), { recursive: true });
  if (existsSync(jar)) return jar;
  // Tests and launcher may both find it missing: one downloads it, the other waits.
  return withFileLock(
    `${jar}.lock`,
    () => onProgress('waiting for the download of S3Proxy'),
    async () => {
      if (!existsSync(jar)) await fetchJar(jar, onProgress);
      return jar;
    },
  );
}

/** A value of a Java properties file: read as ISO 8859-1, with the backslash as the beginning of an escape. */
export function propertyValue(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function propertiesOf(port: number, folder: string, keys: S3Keys): string {
  return [
    `s3proxy.endpoint=http://127.0.0.1:${port}`,
    's3proxy.authorization=aws-v2-or-v4',
    `s3proxy.identity=${keys.accessKeyId}`,
    `s3proxy.credential=${keys.secretAccessKey}`,
    // Pages of any origin send forms; the form's policy limits what they can send.
    's3proxy.cors-allow-origins=*',
    's3proxy.cors-allow-methods=GET HEAD POST PUT',
    's3proxy.cors-allow-headers=*',
    'jclouds.provider=filesystem-nio2',
    `jclouds.filesystem.basedir=${propertyValue(folder)}`,
    '',
  ].join('\n');
}

/** How S3Proxy is started. */
export async function s3proxySpec(options: {
  jar: string;
  port: number;
  dataDir: string;
  keys: S3Keys;
  onProgress: (line: string) => void;
}): Promise<DaemonSpec> {
  const { jar, port, dataDir, keys, onProgress } = options;
  const java = await ensureJavaProgram('java', onProgress);
  const folder = join(dataDir, 's3');
  mkdirSync(folder, { recursive: true });
  const properties = join(dataDir, 's3proxy.properties');
  writeFileSync(properties, propertiesOf(port, folder, keys), { mode: 0o600 });
  return {
    name: 's3',
    command: java,
    args: [
      '-XX:+UseSerialGC',
      '-Xmx256m',
      '-XX:+ExitOnOutOfMemoryError',
      '-jar',
      jar,
      '--properties',
      properties,
    ],
    cwd: dataDir,
    env: UTF8_PATHS,
    logFile: join(dataDir, 'logs', 's3.log'),
    probe: { kind: 'tcp', host: '127.0.0.1', port },
    readyMs: READY_MS,
    stopMs: STOP_MS,
  };
}
