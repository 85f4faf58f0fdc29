import { parseMetrics, sumOf } from '@rideline/load/cluster/prometheus';

/**
 * The value of a metric of one process, summed over the label sets that match `labels`; 0 when it is absent.
 * @param name without the prefix `rideline_`
 */
export async function processMetric(
  innerUrl: string,
  name: string,
  labels?: Record<string, string>,
): Promise<number> {
  const response = await fetch(`${innerUrl}/metrics`);
  return sumOf(parseMetrics(await response.text()), `rideline_${name}`, labels);
}
