import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@rideline/infra/local/ports';
import { untilAborted } from '../../command/until-aborted.ts';
import { type InspectorSession, inspectable, openInspector } from '../../process/inspector-session.ts';
import type { BenchRunOptions } from '../bench.ts';
import type { Ledger } from '../ledger.ts';
import { startBareStack } from '../stack/bare-stack.ts';
import { startOurStack } from '../stack/our-stack.ts';
import { type RunningStack, readLedger, startRunning } from '../stack/running-stack.ts';
import type { SocketNumbers, Subject } from '../stack/subject.ts';
import { warmUpMs as warmUpMsOf } from '../stack/warm-up.ts';
import { type CpuProfile, takeCpuProfile, threadCpuOver } from './cpu-profile.ts';
import type { ThreadCpu } from './thread-cpu.ts';

/** `bench profile`: where a gateway's CPU goes, for bare Socket.IO and ours under the load of `bench ingest`. */
export interface ProfiledVariant {
  readonly variant: string;
  /** Frames that the profiled gateway received during the profile. */
  readonly frames: number;
  /** Of both gateways' frames. */
  readonly lateShare: number;
  /** CPU of the gateway just before, without the profiler, under the same load for the same time. */
  readonly unprofiled: ThreadCpu;
  /** CPU of the gateway during the profile. */
  readonly profiled: ThreadCpu;
  readonly profile: CpuProfile;
}

export interface ProfileResult {
  /** Over both gateways. */
  readonly framesPerSecond: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly numbers: SocketNumbers;
  /** The machine's load average over a minute before anything was started. */
  readonly loadBefore: number;
  readonly variants: readonly ProfiledVariant[];
  readonly ledger: Ledger;
}

const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };
const GATEWAYS = 2;
const GATEWAY = 'gateway-1';
const FRAMES_PER_SECOND = 4000;
const PROFILE_MS = 10_000;
/** The load begins before the measurement and ends after it. */
const MARGIN_MS = 2000;

interface Variant {
  readonly name: string;
  readonly fixesPerFrame: number;
}

const BARE: readonly Variant[] = [{ name: 'bare, no ack', fixesPerFrame: 1 }];
const OURS: readonly Variant[] = [
  { name: 'ours, 1 fix', fixesPerFrame: 1 },
  { name: 'ours, 5 fixes', fixesPerFrame: 5 },
];

/** One stack after the other: profiles are not compared round by round. */
export async function benchProfile(options: BenchRunOptions): Promise<ProfileResult> {
  const warmUpMs = warmUpMsOf(options.quick);
  const [loadBefore = 0] = loadavg();
  const variants: ProfiledVariant[] = [];
  const profileEach = async (stack: InspectedStack, each: readonly Variant[]) => {
    for (const variant of each) {
      options.onProgress(`${variant.name}: ${warmUpMs / 1000} s to warm up, then the profile`);
      variants.push(await profileVariant(variant, stack, { warmUpMs, signal: options.signal }));
    }
  };
  await withStack(
    (env) => startBareStack({ env }),
    options,
    (stack) => profileEach(stack, BARE),
  );
  const ledger = await withStack(
    (env) => startOurStack({ front: false, env }),
    options,
    async (stack) => {
      await profileEach(stack, OURS);
      return readLedger('ours', stack, options.signal);
    },
  );
  if (ledger === null) throw new Error('our stack returned no ledger');
  return {
    framesPerSecond: FRAMES_PER_SECOND,
    warmUpMs,
    durationMs: PROFILE_MS,
    numbers: NUMBERS,
    loadBefore,
    variants,
    ledger,
  };
}

interface InspectedStack extends RunningStack {
  /** The gateway that is profiled. */
  readonly pid: number;
  readonly session: InspectorSession;
}

async function withStack<Result>(
  start: (env: Readonly<Record<string, string>>) => Promise<Subject>,
  { onProgress, signal }: BenchRunOptions,
  measure: (stack: InspectedStack) => Promise<Result>,
): Promise<Result> {
  onProgress(`starting, ${NUMBERS.drivers} drivers`);
  const [port = 0] = await freePorts(1);
  const env = { NODE_OPTIONS: inspectable(port).join(' ') };
  await using running = await startRunning(() => start(env), NUMBERS, signal);
  const pid = running.subject.programs.find(({ name }) => name === GATEWAY)?.pid;
  if (pid === undefined) throw new Error(`no program has the name ${GATEWAY}`);
  const session = await openInspector({ pid, port, signal });
  try {
    return await measure({ ...running, pid, session });
  } finally {
    session.close();
  }
}

/** The same load twice in one run: without the profiler, and with it. */
async function profileVariant(
  { name, fixesPerFrame }: Variant,
  { generator, pid, session }: InspectedStack,
  { warmUpMs, signal }: { warmUpMs: number; signal: AbortSignal },
): Promise<ProfiledVariant> {
  const load = { framesPerSecond: FRAMES_PER_SECOND, fixesPerFrame, acknowledged: false };
  const warm = await untilAborted(generator.send({ ...load, durationMs: warmUpMs }), signal);
  const durationMs = MARGIN_MS + 2 * PROFILE_MS + MARGIN_MS;
  const measure = async () => {
    await delay(MARGIN_MS, undefined, { signal });
    const unprofiled = await threadCpuOver(pid, PROFILE_MS, signal);
    return { unprofiled, ...(await takeCpuProfile({ session, pid, durationMs: PROFILE_MS, signal })) };
  };
  const sending = untilAborted(generator.send({ ...load, durationMs }), signal);
  const [sent, { unprofiled, profile, cpu }] = await Promise.all([sending, measure()]);
  const [frames, late] = [sent.framesSent - warm.framesSent, sent.framesLate - warm.framesLate];
  return {
    variant: name,
    // Drivers, and so their frames, are spread evenly over the gateways.
    frames: (frames * PROFILE_MS) / durationMs / GATEWAYS,
    lateShare: late / Math.max(1, frames + late),
    unprofiled,
    profiled: cpu,
    profile,
  };
}
