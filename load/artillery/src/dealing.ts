/**
 * Deals users to groups by share, always in the same order: after n users no group is more than one user away from its share. Artillery's own
 * weights choose at random, so that a small run may have riders and no driver.
 */
export class Dealer<Group extends { readonly share: number }> {
  readonly #groups: readonly Group[];
  readonly #credits: number[];
  readonly #total: number;

  constructor(groups: readonly Group[]) {
    this.#groups = groups;
    this.#credits = groups.map(() => 0);
    this.#total = groups.reduce((sum, { share }) => sum + share, 0);
    if (!(this.#total > 0)) throw new Error('the shares of the groups must be more than 0 together');
  }

  /** Smooth weighted round robin, as in nginx: each group gains its share, and the richest one pays for the user. */
  next(): Group {
    let richest = 0;
    for (const [index, { share }] of this.#groups.entries()) {
      this.#credits[index] = (this.#credits[index] ?? 0) + share;
      if ((this.#credits[index] ?? 0) > (this.#credits[richest] ?? 0)) richest = index;
    }
    this.#credits[richest] = (this.#credits[richest] ?? 0) - this.#total;
    return this.#groups[richest] as Group;
  }
}
