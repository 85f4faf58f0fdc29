/**
 * A backlog counts as drained at this share of its peak: in the threshold `matching-drain`, in the report of a spike, and in comparisons. A tenth
 * and not less: while the load goes on a few entries always wait, so that a smaller share of an ordinary peak is never reached.
 */
export const DRAINED_SHARE = 0.1;

/** For texts: `10 %`. */
export const DRAINED_TEXT = `${100 * DRAINED_SHARE} %`;
