import { machineText } from '../bench/report-text.ts';
import { JUDGED_FROM_MS, RIGHT_SHARE } from './figures.ts';
import { NICENESS, type UploadsResult } from './run.ts';

export interface Target {
  readonly what: string;
  readonly met: boolean;
}

const share = ({ judged, right }: UploadsResult) => (judged === 0 ? 1 : right / judged);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function uploadsTargets(result: UploadsResult): Target[] {
  const { users, processed, lost, rejected } = result;
  return [
    { what: `none of ${users} lost, none refused`, met: lost === 0 && rejected === 0 && processed === users },
    {
      what: `the estimated wait within ±30 % for ${RIGHT_SHARE * 100} % of those that waited over ${JUDGED_FROM_MS / 1000} s`,
      met: share(result) >= RIGHT_SHARE,
    },
  ];
}

export function uploadsReport(result: UploadsResult): string {
  const {
    users,
    perMinute,
    bytes,
    atOnce,
    sentMs,
    acceptedMs,
    endedMs,
    processed,
    rejected,
    lost,
    waitMs,
    ratio,
  } = result;
  const again = Object.entries(result.again).map(([reason, count]) => `${count} × ${reason}`);
  const cpu = Object.entries(result.cpu).map(
    ([name, microseconds]) => `${name} ${(microseconds / 1000).toFixed(1)}`,
  );
  return [
    `uploads: ${users} users, a JPEG of ${(bytes / 1000).toFixed(0)} kB each, all at once over ${atOnce} connections`,
    `  the queue's limiter was raised to ${perMinute} per minute for this run; the product's default is 100`,
    `  ${machineText()}, load before ${result.loadBefore.toFixed(1)}; ${Object.entries(result.servers)
      .map((server) => server.join(': '))
      .join(', ')}`,
    `  phones and API at a lower priority (niceness ${NICENESS}), after a warm-up with ${result.warmUp} other uploads, so that on one machine they do not starve the workers while completes come in`,
    `  forms and files ${seconds(sentMs)} (${((users * 1000) / sentMs).toFixed(0)}/s); then all complete at once:`,
    `  all answered 202 after ${seconds(acceptedMs)} (${((users * 1000) / acceptedMs).toFixed(0)}/s), all done after ${seconds(endedMs)} (${((users * 60_000) / endedMs).toFixed(0)} per minute)`,
    `  processed ${processed}, rejected ${rejected}, lost ${lost}; longest queue ${result.deepest}`,
    `  wait p50 ${seconds(waitMs.p50)}, p95 ${seconds(waitMs.p95)}, longest ${seconds(waitMs.max)}`,
    `  estimate ÷ wait, of ${result.judged} that waited over 10 s: p5 ${ratio.p5.toFixed(2)}, p50 ${ratio.p50.toFixed(2)}, p95 ${ratio.p95.toFixed(2)}; right within ±30 %: ${(share(result) * 100).toFixed(1)} %`,
    `  retried calls: ${again.length === 0 ? 'none' : again.join(', ')}`,
    `  CPU, ms per document: ${cpu.join(', ')}`,
    ...uploadsTargets(result).map(({ what, met }) => `  ${met ? 'met' : 'NOT MET'}: ${what}`),
  ].join('\n');
}
