/**
 * Collects documents and stores them together. Nothing bounds it while the database is slow, as in the code that it stands for; a kill loses
 * what it holds.
 */
export class FixBuffer<Document> {
  readonly #store: (documents: readonly Document[]) => Promise<unknown>;
  readonly #waitMs: number;
  readonly #most: number;
  #documents: Document[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #storing = new Set<Promise<void>>();
  #stored = 0;

  /** @param options `waitMs`: from the first document until all are stored; `most`: stored at once when there are so many */
  constructor(
    store: (documents: readonly Document[]) => Promise<unknown>,
    { waitMs, most = Number.POSITIVE_INFINITY }: { waitMs: number; most?: number },
  ) {
    this.#store = store;
    this.#waitMs = waitMs;
    this.#most = most;
  }

  /** Documents that the database has answered for. */
  get stored(): number {
    return this.#stored;
  }

  add(document: Document): void {
    this.#documents.push(document);
    if (this.#documents.length >= this.#most) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), this.#waitMs);
  }

  /** Resolves when everything that was added before is stored. */
  async flush(): Promise<void> {
    this.#write();
    await Promise.all(this.#storing);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const documents = this.#documents;
    if (documents.length === 0) return;
    this.#documents = [];
    const storing = this.#store(documents).then(() => {
      this.#stored += documents.length;
      this.#storing.delete(storing);
    });
    this.#storing.add(storing);
  }
}
