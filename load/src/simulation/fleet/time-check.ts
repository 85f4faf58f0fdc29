import { mapConcurrently } from '@rideline/platform/process/map-concurrently';
import type { ApiClient } from '../../cluster/api-client.ts';
import { readJournal } from '../../lab/check/journal-files.ts';
import type { InvariantRecord } from '../../lab/run-report.ts';
import { Findings } from '../checks/findings.ts';
import type { EntryOf } from '../journal.ts';

/**
 * The SDK knows the server's time to half a round trip. Round trips of the worst profile are below ten seconds, and the best of several
 * counts. A phone's own clock is wrong by up to a day.
 */
export const TIME_ERROR_MOST_MS = 5000;

const HOUR_MS = 3_600_000;
/** Fixes of a page. */
const PAGE = 10_000;
const AT_ONCE = 4;

/** What the journal has of one driver; times are true epoch ms. */
interface Taken {
  fromMs: number;
  toMs: number;
  /** By boot and seq. */
  readonly times: Map<string, number>;
  /** When the app was suspended. */
  readonly suspendedMs: number[];
  /** By boot, in order of time: up to which seq the phone was acknowledged. */
  readonly acks: Map<string, { readonly atMs: number; readonly received: number }[]>;
}

interface TrackPage {
  readonly features: readonly {
    readonly properties: { readonly boot: string; readonly seq: number; readonly time: string };
  }[];
}

/**
 * Whether every stored fix has the time at which it was taken, whatever the phone's clock said. Needs a domain clock that is the real
 * time, and a journal of this machine. A fix that was taken before the phone slept, and acknowledged after it, is not judged: it may have
 * waited for the server's time meanwhile, and nothing on such a phone knows how long it slept. What cannot be read is `not-checked`.
 */
export async function checkFixTimes(
  journalPath: string,
  api: ApiClient,
  mostErrorMs = TIME_ERROR_MOST_MS,
): Promise<InvariantRecord> {
  const findings = new Findings(
    'fix-times-true',
    `Every stored fix has the time at which it was taken, within ${mostErrorMs / 1000} s, whatever the phone's clock said`,
  );
  try {
    await examine(findings, await takenOf(journalPath), { api, mostErrorMs });
  } catch (error) {
    findings.obstruct(`not all could be read: ${(error as Error).message}`);
  }
  return findings.record();
}

async function examine(
  findings: Findings,
  drivers: ReadonlyMap<string, Taken>,
  { api, mostErrorMs }: { api: ApiClient; mostErrorMs: number },
): Promise<void> {
  let worstMs = 0;
  let notJudged = 0;
  await mapConcurrently([...drivers], AT_ONCE, async ([driverId, taken]) => {
    const { fromMs, toMs, times } = taken;
    if (times.size === 0) return;
    // A wrong time is up to a day away from the true one.
    const window = {
      from: new Date(fromMs - 25 * HOUR_MS).toISOString(),
      to: new Date(toMs + 25 * HOUR_MS).toISOString(),
    };
    const query = new URLSearchParams({ ...window, refused: 'true', limit: String(PAGE) });
    const page = await api.call<TrackPage>('GET', `/v1/drivers/${driverId}/track?${query}`);
    if (page.features.length >= PAGE)
      findings.obstruct(`${driverId} has more fixes than one page: only ${PAGE} were examined`);
    for (const { boot, seq, time } of page.features.map(({ properties }) => properties)) {
      const takenMs = times.get(`${boot} ${seq}`);
      if (takenMs === undefined) continue;
      if (isUnknowable(taken, { boot, seq, takenMs })) {
        notJudged++;
        continue;
      }
      findings.examine();
      const errorMs = Date.parse(time) - takenMs;
      worstMs = Math.max(worstMs, Math.abs(errorMs));
      if (Math.abs(errorMs) > mostErrorMs)
        findings.violate(
          `${driverId} boot ${boot} seq ${seq}: stored ${Math.round(errorMs)} ms off its true time`,
        );
    }
  });
  findings.remark(`the largest error was ${Math.round(worstMs)} ms`);
  if (notJudged > 0)
    findings.remark(
      `${notJudged} fixes were taken before sleep and before the phone had heard the server's time`,
    );
}

function isUnknowable(
  { suspendedMs, acks }: Taken,
  { boot, seq, takenMs }: { boot: string; seq: number; takenMs: number },
): boolean {
  const acked = acks.get(boot)?.find(({ received }) => received >= seq);
  const ackedMs = acked?.atMs ?? Number.POSITIVE_INFINITY;
  return suspendedMs.some((ms) => takenMs <= ms && ms <= ackedMs);
}

async function takenOf(journalPath: string): Promise<ReadonlyMap<string, Taken>> {
  const drivers = new Map<string, Taken>();
  const takenBy = (driverId: string): Taken => {
    const known = drivers.get(driverId);
    if (known !== undefined) return known;
    const none = { times: new Map(), suspendedMs: [], acks: new Map() };
    const taken: Taken = { fromMs: Number.POSITIVE_INFINITY, toMs: 0, ...none };
    drivers.set(driverId, taken);
    return taken;
  };
  await readJournal(journalPath, (entry) => {
    if (entry.kind === 'fault' && entry.what === 'background')
      takenBy(entry.userId).suspendedMs.push(entry.at);
    if (entry.kind === 'fixes.acked') {
      const { acks } = takenBy(entry.driverId);
      const ofBoot = acks.get(entry.boot) ?? [];
      ofBoot.push({ atMs: entry.at, received: entry.received });
      acks.set(entry.boot, ofBoot);
    }
    if (entry.kind === 'fixes.taken') addTimes(takenBy(entry.driverId), entry);
  });
  return drivers;
}

function addTimes(taken: Taken, { boot, firstSeq, times }: EntryOf<'fixes.taken'>): void {
  for (const [index, ms] of times.entries()) {
    taken.times.set(`${boot} ${firstSeq + index}`, ms);
    taken.fromMs = Math.min(taken.fromMs, ms);
    taken.toMs = Math.max(taken.toMs, ms);
  }
}
