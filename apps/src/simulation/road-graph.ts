import type { FeatureCollection, Geometry, Position } from 'geojson';
import { metresBetween, type Point } from '../location/place.ts';

interface Road {
  readonly to: number;
  readonly metres: number;
}

/** The roads of the city map as a graph: lines that share a point are joined there. One-way streets are not known. */
export interface RoadGraph {
  readonly nodes: readonly Point[];
  readonly roads: readonly (readonly Road[])[];
}

const ROAD_LAYERS = new Set(['artery', 'freeway']);
/** Parts of the map that are joined to nothing (piers, islands) are left out: a route could not leave them. */
export function roadGraph(city: FeatureCollection<Geometry, { layer?: string } | null>): RoadGraph {
  const indexOf = new Map<string, number>();
  const nodes: Point[] = [];
  const roads: Road[][] = [];
  const node = ([lng = 0, lat = 0]: Position): number => {
    const key = `${lng} ${lat}`;
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, nodes.length);
    roads.push([]);
    return nodes.push({ lat, lng }) - 1;
  };
  for (const { geometry, properties } of city.features) {
    if (geometry.type !== 'MultiLineString' || !ROAD_LAYERS.has(properties?.layer ?? '')) continue;
    for (const line of geometry.coordinates) {
      for (let i = 1; i < line.length; i++) {
        const [a, b] = [node(line[i - 1] ?? []), node(line[i] ?? [])];
        const metres = metresBetween(nodes[a] as Point, nodes[b] as Point);
        roads[a]?.push({ to: b, metres });
        roads[b]?.push({ to: a, metres });
      }
    }
  }
  return largestPart({ nodes, roads });
}

function largestPart({ nodes, roads }: RoadGraph): RoadGraph {
  const partOf = new Array<number>(nodes.length).fill(-1);
  let largest = { part: -1, size: 0 };
  for (let start = 0, part = 0; start < nodes.length; start++) {
    if (partOf[start] !== -1) continue;
    const waiting = [start];
    partOf[start] = part;
    let size = 0;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      size++;
      for (const { to } of roads[at] ?? []) {
        if (partOf[to] !== -1) continue;
        partOf[to] = part;
        waiting.push(to);
      }
    }
    if (size > largest.size) largest = { part, size };
    part++;
  }
  return { nodes, roads: roads.map((from, index) => (partOf[index] === largest.part ? from : [])) };
}

function nearestNode({ nodes, roads }: RoadGraph, to: Point): number {
  let best = -1;
  let bestMetres = Number.POSITIVE_INFINITY;
  for (const [index, node] of nodes.entries()) {
    if (roads[index]?.length === 0) continue;
    const metres = metresBetween(node, to);
    if (metres < bestMetres) [best, bestMetres] = [index, metres];
  }
  return best;
}

/** The shortest way along the roads (A*), from and to the given points; the straight line in a city without roads. */
export function routeBetween(graph: RoadGraph, from: Point, to: Point): Point[] {
  const [start, goal] = [nearestNode(graph, from), nearestNode(graph, to)];
  const goalNode = graph.nodes[goal];
  if (start < 0 || goalNode === undefined) return [from, to];
  const metresTo = new Map([[start, 0]]);
  const cameFrom = new Map<number, number>();
  const open = new MinHeap();
  open.push(start, 0);
  const settled = new Set<number>();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === goal) break;
    if (settled.has(at)) continue;
    settled.add(at);
    const soFar = metresTo.get(at) ?? 0;
    for (const { to: next, metres } of graph.roads[at] ?? []) {
      const total = soFar + metres;
      if (total >= (metresTo.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      metresTo.set(next, total);
      cameFrom.set(next, at);
      open.push(next, total + metresBetween(graph.nodes[next] as Point, goalNode));
    }
  }
  const path: Point[] = [to];
  for (let at: number | undefined = goal; at !== undefined; at = cameFrom.get(at))
    path.unshift(graph.nodes[at] as Point);
  return [from, ...path];
}

/** A binary heap of nodes by their estimated length of way. */
class MinHeap {
  readonly #items: { node: number; key: number }[] = [];

  push(node: number, key: number): void {
    const items = this.#items;
    items.push({ node, key });
    for (let at = items.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.#key(parent) <= this.#key(at)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): number | undefined {
    const items = this.#items;
    const [top] = items;
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top?.node;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < items.length && this.#key(left) < this.#key(least)) least = left;
      if (right < items.length && this.#key(right) < this.#key(least)) least = right;
      if (least === at) return top.node;
      this.#swap(at, least);
      at = least;
    }
  }

  #key(at: number): number {
    return this.#items[at]?.key ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    [items[a], items[b]] = [items[b] as (typeof items)[number], items[a] as (typeof items)[number]];
  }
}
