import { ledgerText } from '../ledger.ts';
import { lateLines, machineText, measuredText, tableText } from '../report-text.ts';
import { warmUpMs } from '../stack/warm-up.ts';
import { type Flame, fitToThread, foldProfile, selfBy } from './flame-fold.ts';
import { KINDS } from './flame-origin.ts';
import type { ProfiledVariant, ProfileResult } from './run.ts';
import { speedscopeFile } from './speedscope-file.ts';
import { allThreadsUs } from './thread-cpu.ts';

const MOST_PLACES = 14;
const MOST_FUNCTIONS = 20;
/** µs per frame; less would print as 0.00. */
const LEAST_SHOWN = 0.005;

type Row = readonly string[];

const perFrame = (us: number, { frames }: ProfiledVariant) => (us / frames).toFixed(2);

/** The samples, fitted to the main thread's CPU without the profiler, so that the profiler's own cost is left out. */
function treeOf({ profile, unprofiled }: ProfiledVariant): Flame {
  const root = foldProfile(profile);
  fitToThread(root, unprofiled.mainUs);
  return root;
}

/** Self time per frame by whose code it is, then by file or package and by function for the largest. */
export function profileReport(result: ProfileResult): string {
  const { variants, ledger, numbers } = result;
  const trees = variants.map((variant) => ({ variant, root: treeOf(variant) }));
  return [
    machineText(),
    `one gateway of two, ${numbers.drivers} sockets, ${numbers.followed} of them followed (bare: none), ${result.framesPerSecond} frames/s in all; each warmed up for ${result.warmUpMs / 1000} s, then ${result.durationMs / 1000} s without the profiler and ${result.durationMs / 1000} s with it; load of the machine before: ${result.loadBefore.toFixed(1)}`,
    '',
    tableText(
      ['CPU µs per frame', ...variants.map(({ variant }) => variant)],
      [...kindRows(trees), ...threadRows(variants)],
    ),
    ...trees.flatMap(({ variant, root }) => ['', placesText(variant, root)]),
    '',
    ledgerText(ledger),
    ...lateLines(variants.map(({ variant, lateShare }) => ({ name: variant, lateShare }))),
    ...CAVEATS,
    ...(result.warmUpMs < warmUpMs(false)
      ? [
          '--quick: too short a warm-up, V8 still compiles and optimises: the V8Worker threads and the slower code have too large a share',
        ]
      : []),
  ].join('\n');
}

const CAVEATS = [
  "Bare Socket.IO runs with our gateways' V8 flags.",
  "Rows add up to what /proc counted for the gateway in the run without the profiler; the profiler, which samples twice per ms, only shows how the main thread's time is divided.",
  'V8 counts reading sockets and calling epoll as idle: the event loop is what the kernel counts beyond the samples. Where samples sum up to more (V8 cannot see that another process has the core), all are scaled down and no event loop is left: such a column is reliable only on a quiet machine.',
  'A sample stands for the time until the next one, two intervals at most. An inlined function counts towards the function that it is inlined in.',
];

function kindRows(trees: readonly { variant: ProfiledVariant; root: Flame }[]): Row[] {
  const sums = trees.map(({ variant, root }) => {
    const byKind = new Map(selfBy(root, ({ origin }) => origin.kind));
    return (kind: string) => perFrame(byKind.get(kind) ?? 0, variant);
  });
  return [
    ...KINDS.map((kind) => [`  ${kind}`, ...sums.map((of) => of(kind))]),
    ['main thread, the sum of these', ...trees.map(({ variant, root }) => perFrame(root.totalUs, variant))],
  ];
}

function threadRows(variants: readonly ProfiledVariant[]): Row[] {
  const names = new Set(
    variants.flatMap(({ unprofiled, frames }) =>
      [...unprofiled.othersUs].filter(([, us]) => us / frames >= LEAST_SHOWN).map(([name]) => name),
    ),
  );
  const row = (title: string, usOf: (variant: ProfiledVariant) => number) => [
    title,
    ...variants.map((variant) => perFrame(usOf(variant), variant)),
  ];
  return [
    ...[...names].map((name) =>
      row(`thread ${name}`, ({ unprofiled }) => unprofiled.othersUs.get(name) ?? 0),
    ),
    row('gateway (/proc)', ({ unprofiled }) => allThreadsUs(unprofiled)),
    row('main thread in system calls (/proc)', ({ unprofiled }) => unprofiled.mainKernelUs),
    row('main thread, from the samples alone', ({ profile }) => foldProfile(profile).totalUs),
    row('gateway with the profiler (/proc)', ({ profiled }) => allThreadsUs(profiled)),
  ];
}

function placesText(variant: ProfiledVariant, root: Flame): string {
  const rows = (list: [string, number][], most: number) =>
    list
      .slice(0, most)
      .map(([name, us]) => [name, perFrame(us, variant), `${((100 * us) / root.totalUs).toFixed(1)} %`]);
  const places = rows(
    selfBy(root, ({ origin }) => origin.place),
    MOST_PLACES,
  );
  const functions = rows(
    selfBy(root, ({ label, where }) => (where === '' ? label : `${label} · ${where}`)),
    MOST_FUNCTIONS,
  );
  return [
    tableText([`${variant.variant}: file or package`, 'µs per frame', 'share'], places),
    '',
    tableText([`${variant.variant}: function`, 'µs per frame', 'share'], functions),
  ].join('\n');
}

/** The trees of all variants in one file for flame graph viewers: `npx speedscope profile.speedscope.json`. */
export function profileTrees({ variants }: ProfileResult): { name: string; text: string }[] {
  const trees = variants.map((variant) => ({
    name: variant.variant,
    root: treeOf(variant),
    frames: variant.frames,
  }));
  const title = `A gateway's main thread, ${measuredText()}`;
  return [{ name: 'profile.speedscope.json', text: `${JSON.stringify(speedscopeFile(title, trees))}\n` }];
}

/** For programs: µs of CPU per frame by kind of code, by file or package, and by thread. */
export function profileJson(result: ProfileResult): object {
  const variants = result.variants.map((taken) => {
    const { variant, frames, lateShare, profiled, unprofiled, profile } = taken;
    const root = treeOf(taken);
    const each = (sums: Iterable<readonly [string, number]>) =>
      Object.fromEntries([...sums].map(([name, us]) => [name, us / frames]));
    return {
      variant,
      frames,
      lateShare,
      usPerFrame: allThreadsUs(unprofiled) / frames,
      usPerFrameProfiled: allThreadsUs(profiled) / frames,
      mainThread: root.totalUs / frames,
      mainThreadInKernel: unprofiled.mainKernelUs / frames,
      mainThreadBySamples: foldProfile(profile).totalUs / frames,
      otherThreads: each(unprofiled.othersUs),
      byKind: each(selfBy(root, ({ origin }) => origin.kind)),
      byPlace: each(selfBy(root, ({ origin }) => origin.place)),
    };
  });
  return { ...result, variants };
}
