import type { GaugeRecord } from '../../run-report.ts';
import { capitalized } from '../html.ts';
import { withGaps } from '../series.ts';
import { hasValues, inLists, type Plot, partOf } from './plot.ts';

/** A section of the page: the gauges of one group, with a plot for each unit. */
export interface GaugeGroup {
  readonly id: string;
  readonly title: string;
  readonly gauges: readonly GaugeRecord[];
  readonly plots: readonly Plot[];
}

/** In the order of the page; other groups follow under their own names. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['queues', 'Queue depth'],
  ['lag', 'Lag'],
  ['caches', 'Cache hits'],
  ['connections', 'Connections'],
  ['stores', 'Stores'],
]);

export function gaugeGroups(gauges: readonly GaugeRecord[]): readonly GaugeGroup[] {
  const groups = Map.groupBy(gauges, ({ group }) => group);
  const names = [...TITLES.keys()].filter((name) => groups.has(name));
  for (const name of groups.keys()) if (!TITLES.has(name)) names.push(name);
  return names.map((name, at) => {
    const members = groups.get(name) ?? [];
    const title = TITLES.get(name) ?? name;
    return { id: `gauges-${at}`, title, gauges: members, plots: plotsOf(members, title, `gauges-${at}`) };
  });
}

function plotsOf(gauges: readonly GaugeRecord[], title: string, id: string): readonly Plot[] {
  const plots: Omit<Plot, 'id'>[] = [];
  for (const [unit, members] of Map.groupBy(gauges, (gauge) => gauge.unit)) {
    const lines = members
      .map((gauge) => ({ label: capitalized(gauge.title), points: withGaps(gauge.points) }))
      .filter(hasValues);
    const lists = inLists(lines);
    for (const [at, series] of lists.entries())
      plots.push({
        title: `${title}${partOf(at, lists.length)}`,
        note: null,
        unit,
        scale: 'linear',
        over: 'time',
        table: 'highest',
        series,
      });
  }
  return plots.map((plot, at) => ({ id: `${id}-${at}`, ...plot }));
}
