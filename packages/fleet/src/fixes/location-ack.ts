import { type BootId, LIMITS, type LocationAck } from '@rideline/contract';
import type { SeqRanges } from './seq-ranges.ts';

/**
 * The cumulative acknowledgement of a boot. `have`: seqs in the log, durable or given up by the phone · `lowest`: the phone holds nothing below it.
 * The lowest seq that arrives first is not taken for the boot's first one: a phone sends its newest fix first and what it collected before
 * afterwards, and a frame that was lost on a broken connection comes again (decision 0147). The client is told instead.
 */
export function locationAck(boot: BootId, have: SeqRanges, durable: number, lowest = 0): LocationAck {
  const received = have.highest;
  const gaps = have
    .gaps(Math.max(durable + 1, lowest), received, LIMITS.ackGaps)
    .map(([from, to]): [number, number] => [from, to]);
  const [first] = gaps;
  const ack = { boot, received, durable, gaps };
  if (durable >= 0 || first?.[0] !== 0) return ack;
  const detail = `lowest: seqs 0 to ${first[1]} have not arrived, and nothing of this boot is durable before they do; send them, or lowest: ${first[1] + 1}`;
  return { ...ack, detail };
}
