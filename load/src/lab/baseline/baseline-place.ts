import type { LoadPlace, PlaceNeeds } from '../runner/load-place.ts';
import { standInNotes, versionsOf } from '../runner/own-place.ts';
import { type RunningBaseline, startBaseline } from './running-baseline.ts';
import { type BaselineVariant, VARIANTS } from './variants.ts';

/** What an acknowledgement means in a baseline, and what it leaves out: a comparison is read with it. */
export const BASELINE_NOTES: readonly string[] = [
  'Acknowledgements: a baseline acknowledges a fix when MongoDB has stored it (majority); Rideline when the log has it (Redis append-only file), and MongoDB a moment later. A trip request and a command are in MongoDB (majority) before they are answered, on both sides.',
  'A baseline loses the events of a process that dies between a write and its message, has no notifications, fares, documents, revocations, request limits, operators’ pages and checks of jumping fixes, and does not remember what a follower missed. All of this costs Rideline something.',
  'Both sides: the same routes, payloads and validation (the contract’s schemas), tokens verified once and remembered, the same V8 flags, MongoDB client and write concern, HAProxy configuration and number of Node processes.',
];

/** Starts a baseline stack for the needs of a scenario. @throws LaunchError, or Error with the end of a log */
export async function openBaselinePlace(
  variant: BaselineVariant,
  needs: PlaceNeeds,
  onProgress: (line: string) => void,
): Promise<LoadPlace> {
  const { scale, fronts, env } = needs;
  await using started = new AsyncDisposableStack();
  const searchBudgetMs = Number(env.RIDELINE_SEARCH_BUDGET_MS);
  const baseline = started.use(
    await startBaseline({
      variant,
      processes: scale.gateway + scale.api + scale.workers,
      workers: scale.workers,
      fronts,
      ...(searchBudgetMs > 0 ? { searchBudgetMs } : {}),
      onProgress,
    }),
  );
  const { cluster, urls, processes, issueToken } = baseline;
  const versions = await versionsOf(cluster);
  const running = started.move();
  return {
    urls,
    own: true,
    what: placeText(variant, baseline),
    variant,
    variantTitle: VARIANTS[variant].title,
    versions,
    notes: [...standInNotes(cluster), ...searchNotes(baseline), ...BASELINE_NOTES],
    issueToken,
    inside: {
      programs: baseline.programs,
      processes: () => processes,
      kindOf: (name) => (processes.some((each) => each.name === name) ? 'baseline' : 'server'),
      queues: baseline.queues,
      // Fixes are stored before they are acknowledged: none waits.
      fixBacklog: async () => null,
    },
    cluster: null,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function placeText(variant: BaselineVariant, { cluster, processes, urls }: RunningBaseline): string {
  const workers = processes.filter(({ port }) => port === 0).length;
  const servers = `${processes.length - workers} servers${workers > 0 ? ` and ${workers} workers` : ''}`;
  const kinds = cluster.servers.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  return `${VARIANTS[variant].what}; ${servers} behind ${urls.length} HAProxy; ${kinds}`;
}

/** The stand-in has no geo index. */
function searchNotes({ cluster }: RunningBaseline): string[] {
  const mongo = cluster.servers.find(({ name }) => name === 'mongo');
  return mongo?.kind === 'stand-in'
    ? [
        'The stand-in for MongoDB has no 2dsphere index: drivers in MongoDB are found by an index of grid cells.',
      ]
    : [];
}
