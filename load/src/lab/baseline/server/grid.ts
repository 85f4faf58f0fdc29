/**
 * Cells of 0.01 degrees (1.1 km to the north), numbered from west to east and then from south to north: cells beside each other in a row are
 * a range of numbers, which an ordinary index serves. A 2dsphere index of mongod does the same with S2 cells.
 */
const CELLS_PER_DEGREE = 100;
const COLUMNS = 360 * CELLS_PER_DEGREE;
const METRES_PER_DEGREE = 111_195;

const rowOf = (lat: number) => Math.floor((lat + 90) * CELLS_PER_DEGREE);
const columnOf = (lng: number) =>
  Math.min(COLUMNS - 1, Math.max(0, Math.floor((lng + 180) * CELLS_PER_DEGREE)));

export const gridCell = (lat: number, lng: number): number => rowOf(lat) * COLUMNS + columnOf(lng);

/** First and last cell of each row that a circle touches. The circle must not cross the antimeridian. */
export function gridRows(lat: number, lng: number, radiusMetres: number): [first: number, last: number][] {
  const dLat = radiusMetres / METRES_PER_DEGREE;
  const widest = Math.min(89, Math.abs(lat) + dLat);
  const dLng = dLat / Math.cos((widest * Math.PI) / 180);
  const rows: [number, number][] = [];
  for (let row = rowOf(Math.max(-90, lat - dLat)); row <= rowOf(Math.min(90, lat + dLat)); row++)
    rows.push([row * COLUMNS + columnOf(lng - dLng), row * COLUMNS + columnOf(lng + dLng)]);
  return rows;
}
