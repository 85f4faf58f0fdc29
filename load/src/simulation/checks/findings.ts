import type { InvariantRecord } from '../../lab/run-report.ts';

/** Most violations that a record lists; all are counted. */
const LISTED = 100;
const TEXT_MOST = 2000;

/** The note of an invariant about which the journals say nothing: a run without uploads cannot lose one, and proves nothing about uploads. */
export const NOTHING_TO_EXAMINE = 'the journals have nothing of this kind';

/** What was found about one invariant, in bounded memory. */
export class Findings {
  readonly #id: string;
  readonly #what: string;
  readonly #violations: string[] = [];
  readonly #obstacles = new Set<string>();
  readonly #remarks: string[] = [];
  #total = 0;
  #examined = 0;

  /** @param id stable, as in the report @param what the invariant, for people */
  constructor(id: string, what: string) {
    this.#id = id;
    this.#what = what;
  }

  examine(count = 1): void {
    this.#examined += count;
  }

  violate(text: string): void {
    this.#total += 1;
    if (this.#violations.length < LISTED) this.#violations.push(text.slice(0, TEXT_MOST));
  }

  /** Something could not be examined: unless a violation was found elsewhere, the invariant counts as not checked. */
  obstruct(why: string): void {
    if (this.#obstacles.size < LISTED) this.#obstacles.add(why);
  }

  /** For the reader of the report; changes no verdict. */
  remark(text: string): void {
    this.#remarks.push(text);
  }

  record(): InvariantRecord {
    const isObstructed = this.#obstacles.size > 0;
    const isEmpty = !isObstructed && this.#examined === 0;
    const notes = isEmpty ? [NOTHING_TO_EXAMINE] : [...this.#obstacles, ...this.#remarks];
    return {
      id: this.#id,
      what: this.#what,
      verdict: this.#total > 0 ? 'violated' : isObstructed || isEmpty ? 'not-checked' : 'holds',
      examined: this.#examined,
      violations: [...this.#violations],
      violationsTotal: this.#total,
      note: notes.length === 0 ? null : notes.join('; ').slice(0, TEXT_MOST),
    };
  }
}
