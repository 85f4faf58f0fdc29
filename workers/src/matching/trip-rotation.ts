/**
 * The trips of one tick when more are waiting than a tick takes: half of them the oldest, the others in rotation. With the oldest alone, a
 * few hundred trips that no driver can serve would keep all others waiting until their searches are over.
 * @param tick number of the tick
 */
export function tripsOfTick<Trip>(oldestFirst: readonly Trip[], most: number, tick: number): Trip[] {
  if (oldestFirst.length <= most) return [...oldestFirst];
  const oldest = Math.floor(most / 2);
  const others = oldestFirst.slice(oldest);
  const rotating = most - oldest;
  const first = (tick * rotating) % others.length;
  const wrapped = Math.max(0, first + rotating - others.length);
  return [
    ...oldestFirst.slice(0, oldest),
    ...others.slice(0, wrapped),
    ...others.slice(first, first + rotating),
  ];
}
