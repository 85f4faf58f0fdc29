import { isFlat, type Quarters, quartersOf, type Series, slopePerHour } from '../../soak/verdict.ts';
import type { Points, ProcessRecord } from '../run-report.ts';

/** How a program's memory and open files moved during a soak. */
export interface SoakVerdict {
  readonly name: string;
  readonly rssMb: Quarters;
  readonly rssMbPerHour: number;
  readonly heapMbPerHour: number;
  readonly cpuCoresPerHour: number;
  readonly files: Quarters;
  readonly filesPerHour: number;
  /** Null: not judged, because it grows with what is stored or is not part of the product. */
  readonly flat: boolean | null;
}

const MB = 1_000_000;
const MS_PER_HOUR = 3_600_000;

/**
 * Judges each program from the second quarter of the run on. Users must be constant from then: the files of a program that holds their
 * connections follow them.
 */
export function soakVerdicts(processes: readonly ProcessRecord[]): SoakVerdict[] {
  return processes.map(({ name, kind, rssBytes, heapBytes, cpuCores, openFiles }) => {
    const rss = seriesOf(rssBytes, MB);
    const files = seriesOf(openFiles);
    const [rssMb, fileQuarters] = [quartersOf(rss), quartersOf(files)];
    // Stores grow with their data, HAProxy's files follow its users, and the generator is not part of the product.
    const isJudged = kind === 'rideline';
    return {
      name,
      rssMb,
      rssMbPerHour: slopePerHour(rss),
      heapMbPerHour: slopePerHour(seriesOf(heapBytes, MB)),
      cpuCoresPerHour: slopePerHour(seriesOf(cpuCores)),
      files: fileQuarters,
      filesPerHour: slopePerHour(files),
      flat: isJudged && rss.values.length > 0 ? isFlat({ rss: rssMb, fds: fileQuarters }) : null,
    };
  });
}

function seriesOf(points: Points, divisor = 1): Series {
  const measured = points.filter((point): point is [number, number] => point[1] !== null);
  return {
    hours: measured.map(([atMs]) => atMs / MS_PER_HOUR),
    values: measured.map(([, value]) => value / divisor),
  };
}
