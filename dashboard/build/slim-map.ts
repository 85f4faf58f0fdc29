/**
 * Slims a city's map for the page: `node dashboard/build/slim-map.ts IN.geojson OUT.geojson`.
 *
 * Input: neighbourhood polygons (`layer: neighborhood`, `name`) and road lines (`layer: artery | freeway`), as
 * load/data/README.md describes them. Output: the same with 5 decimals (1.1 m, less than a pixel at zoom 17), every
 * road class as one feature, and one label point for each neighbourhood (a label placed by the renderer would be
 * repeated in every tile that the polygon touches).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Feature, FeatureCollection, LineString, MultiPolygon, Position } from 'geojson';

type Source = FeatureCollection<LineString | MultiPolygon, { layer: string; name?: string }>;

const round = (value: number) => Math.round(value * 1e5) / 1e5;

function roundLine(line: Position[]): Position[] {
  const out: Position[] = [];
  for (const [lng = 0, lat = 0] of line) {
    const point = [round(lng), round(lat)];
    const last = out.at(-1);
    if (last === undefined || last[0] !== point[0] || last[1] !== point[1]) out.push(point);
  }
  return out;
}

function distanceToSegment(
  [px = 0, py = 0]: Position,
  [ax = 0, ay = 0]: Position,
  [bx = 0, by = 0]: Position,
): number {
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
  const along =
    length2 === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2));
  return Math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay));
}

/** Distance to the nearest edge, negative outside; in degrees, which is precise enough to place a label. */
function depth(point: Position, ring: Position[]): number {
  const [px = 0, py = 0] = point;
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i] ?? [0, 0];
    const b = ring[j] ?? [0, 0];
    const [ax = 0, ay = 0] = a;
    const [bx = 0, by = 0] = b;
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
    nearest = Math.min(nearest, distanceToSegment(point, a, b));
  }
  return inside ? nearest : -nearest;
}

/** The point of a 40 × 40 grid that lies deepest inside the largest ring. */
function labelPoint(polygons: Position[][][]): Position {
  const rings = polygons.map((polygon) => polygon[0] ?? []);
  const ring = rings.reduce((a, b) => (b.length > a.length ? b : a));
  const lngs = ring.map(([lng = 0]) => lng);
  const lats = ring.map(([, lat = 0]) => lat);
  const [west, east] = [Math.min(...lngs), Math.max(...lngs)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  let best: Position = [west, south];
  let bestDepth = Number.NEGATIVE_INFINITY;
  for (let x = 1; x < 40; x++) {
    for (let y = 1; y < 40; y++) {
      const point = [west + ((east - west) * x) / 40, south + ((north - south) * y) / 40];
      const found = depth(point, ring);
      if (found > bestDepth) [best, bestDepth] = [point, found];
    }
  }
  return best.map(round);
}

function slim(source: Source): FeatureCollection {
  const features: Feature[] = [];
  const roads = new Map<string, Position[][]>();
  for (const { geometry, properties } of source.features) {
    if (geometry.type === 'LineString') {
      const lines = roads.get(properties.layer) ?? [];
      lines.push(roundLine(geometry.coordinates));
      roads.set(properties.layer, lines);
      continue;
    }
    const coordinates = geometry.coordinates.map((polygon) => polygon.map(roundLine));
    features.push({
      type: 'Feature',
      properties: { layer: 'land' },
      geometry: { type: 'MultiPolygon', coordinates },
    });
    features.push({
      type: 'Feature',
      properties: { layer: 'place', name: properties.name ?? '' },
      geometry: { type: 'Point', coordinates: labelPoint(coordinates) },
    });
  }
  for (const [layer, lines] of roads) {
    const coordinates = lines.filter((line) => line.length > 1);
    features.push({
      type: 'Feature',
      properties: { layer },
      geometry: { type: 'MultiLineString', coordinates },
    });
  }
  return { type: 'FeatureCollection', features };
}

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  process.stderr.write('usage: node dashboard/build/slim-map.ts IN.geojson OUT.geojson\n');
  process.exit(1);
}
writeFileSync(output, JSON.stringify(slim(JSON.parse(readFileSync(input, 'utf8')) as Source)));
