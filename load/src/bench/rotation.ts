/** Starts each round with another item, so that no variant always runs on the warmest or the coldest machine. */
export function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
