/**
 * The trips of one tick, when more are waiting than a tick takes: half of them the oldest, the others in turn. With the oldest alone, some
 * hundred trips that nobody can serve would keep all others waiting until their searches are over.
 * @param turn number of the tick
 */
export function tripsOfTick<Trip>(oldestFirst: readonly Trip[], most: number, turn: number): Trip[] {
  if (oldestFirst.length <= most) return [...oldestFirst];
  const oldest = Math.floor(most / 2);
  const others = oldestFirst.slice(oldest);
  const inTurn = most - oldest;
  const first = (turn * inTurn) % others.length;
  const wrapped = Math.max(0, first + inTurn - others.length);
  return [
    ...oldestFirst.slice(0, oldest),
    ...others.slice(0, wrapped),
    ...others.slice(first, first + inTurn),
  ];
}
