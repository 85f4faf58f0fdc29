const EVERY_MS = 10_000;

/**
 * Prints `text()` every 10 s until `work` has ended, also while nothing moves: with millions of documents a step takes minutes, and
 * silence looks like a command that hangs.
 */
export async function withProgress<Result>(
  say: (line: string) => void,
  text: () => string,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => say(text()), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** The items, each counted when it is taken. */
export async function* counted<Item>(
  items: AsyncIterable<Item>,
  onCount: (count: number) => void,
): AsyncGenerator<Item> {
  let count = 0;
  for await (const item of items) {
    count += 1;
    onCount(count);
    yield item;
  }
}
