/** Stands in for @maplibre/mlt, see map-source.ts. */
export const GEOMETRY_TYPE = {};

export function decodeTile(): never {
  throw new Error(
    'MLT tiles are not built into this page: serve MVT tiles, or remove the alias in map-source.ts',
  );
}
