import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@rideline/infra/local/ports';
import { untilAborted } from '../until-aborted.ts';
import { startBareStack } from './bare-stack.ts';
import { type CpuProfile, takeCpuProfile, threadCpuOver } from './cpu-profile.ts';
import { type Generator, startGenerator } from './generator.ts';
import { type InspectorSession, inspectable, openInspector } from './inspector-session.ts';
import { startOurStack } from './our-stack.ts';
import type { SocketNumbers, Subject } from './subject.ts';
import type { ThreadCpu } from './thread-cpu.ts';

/** `bench profile`: where a gateway's CPU goes, for bare Socket.IO and ours under the load of `bench ingest`. */
export interface ProfileOptions {
  readonly quick: boolean;
  readonly onProgress: (line: string) => void;
  /** Breaks the bench off; what was started is stopped. */
  readonly signal: AbortSignal;
}

export interface ProfiledVariant {
  readonly variant: string;
  /** Frames that the profiled gateway received in the profile's time. */
  readonly frames: number;
  readonly framesLate: number;
  /** CPU of the gateway just before, without the profiler, under the same load for the same time. */
  readonly unprofiled: ThreadCpu;
  /** CPU of the gateway in the profile's time. */
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
  /** Fixes that ours was sent and that its database holds. */
  readonly ledger: { readonly sent: number; readonly stored: number };
}

const NUMBERS: SocketNumbers = { drivers: 2000, followed: 600 };
const GATEWAYS = 2;
const GATEWAY = 'gateway-1';
const FRAMES_PER_SECOND = 4000;
const PROFILE_MS = 10_000;
/** A gateway's code is compiled and optimised in about its first minute under load; until then a third of its CPU is V8's. */
export const WARM_UP_MS = 45_000;
const QUICK_WARM_UP_MS = 10_000;
/** The load begins before what is measured and ends after it. */
const MARGIN_MS = 2000;
const SETTLE_MS = 60_000;

interface Variant {
  readonly name: string;
  readonly fixesPerFrame: number;
}

const BARE: readonly Variant[] = [{ name: 'bare, no ack', fixesPerFrame: 1 }];
const OURS: readonly Variant[] = [
  { name: 'ours, 1 fix', fixesPerFrame: 1 },
  { name: 'ours, 5 fixes', fixesPerFrame: 5 },
];

/** One stack after the other: a profile is no figure to be compared by rounds. */
export async function benchProfile(options: ProfileOptions): Promise<ProfileResult> {
  const warmUpMs = options.quick ? QUICK_WARM_UP_MS : WARM_UP_MS;
  const [loadBefore = 0] = loadavg();
  const variants: ProfiledVariant[] = [];
  const profileEach = async (stack: Stack, each: readonly Variant[]) => {
    for (const variant of each) {
      options.onProgress(`${variant.name}: ${warmUpMs / 1000} s to warm up, then the profile`);
      variants.push(await profileVariant(variant, stack, { warmUpMs, signal: options.signal }));
    }
  };
  await withStack(startBareStack, options, (stack) => profileEach(stack, BARE));
  const ledger = await withStack(
    (env) => startOurStack({ front: false, env }),
    options,
    async (stack) => {
      await profileEach(stack, OURS);
      return readLedger(stack, options.signal);
    },
  );
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

interface Stack {
  readonly subject: Subject;
  readonly generator: Generator;
  readonly boot: string;
  /** The gateway that is profiled. */
  readonly pid: number;
  readonly session: InspectorSession;
}

async function withStack<Result>(
  start: (env: Readonly<Record<string, string>>) => Promise<Subject>,
  { onProgress, signal }: ProfileOptions,
  measure: (stack: Stack) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  onProgress(`starting, ${NUMBERS.drivers} drivers`);
  const [port = 0] = await freePorts(1);
  const subject = await start({ NODE_OPTIONS: inspectable(port).join(' ') });
  const generator = startGenerator();
  try {
    const boot = `profile-${Date.now()}`;
    const plan = await subject.plan(NUMBERS);
    await untilAborted(generator.connect({ ...plan, boot }), signal);
    const pid = subject.programs.find(({ name }) => name === GATEWAY)?.pid;
    if (pid === undefined) throw new Error(`no program is called ${GATEWAY}`);
    const session = await openInspector({ pid, port, signal });
    try {
      return await measure({ subject, generator, boot, pid, session });
    } finally {
      session.close();
    }
  } finally {
    await generator.close();
    await subject.stop();
  }
}

/** The same load twice in one stretch: without the profiler, and with it. */
async function profileVariant(
  { name, fixesPerFrame }: Variant,
  { generator, pid, session }: Stack,
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
  return {
    variant: name,
    // Drivers are spread over the gateways in turn, and so are their frames.
    frames: ((sent.framesSent - warm.framesSent) * PROFILE_MS) / durationMs / GATEWAYS,
    framesLate: sent.framesLate - warm.framesLate,
    unprofiled,
    profiled: cpu,
    profile,
  };
}

async function readLedger({ subject, generator, boot }: Stack, signal: AbortSignal) {
  const { fixesSent } = await untilAborted(generator.settle(SETTLE_MS), signal);
  return { sent: fixesSent, stored: (await subject.stored(boot)) ?? 0 };
}
