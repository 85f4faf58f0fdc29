/**
 * Predicts the radius that holds a target number of drivers. The cost of GEOSEARCH grows with every driver inside the radius, whatever COUNT
 * is (docs/decisions/0050-search-radius-from-density.md), so a search starts with the radius predicted by recent density, and widens it.
 */

/** Side of a cell, degrees: about 5.5 km north to south, finer than a district and coarse enough to be searched again. */
const CELL_DEGREES = 0.05;
/** First radius of an unknown cell: a few drivers in a sparse city, some dozens in the densest. */
const FIRST_RADIUS_METRES = 500;
const LEAST_RADIUS_METRES = 50;
/** Factor on the target, so that the usual search needs one round: the spread of a Poisson count at 10 is ±3. */
const HEADROOM = 1.6;
/** Weight of the newest result in the running density. */
const LEARNING = 0.4;

export interface RadiusPredictor {
  /** The first radius, metres. */
  first(lat: number, lng: number, status: string, target: number): number;
  /** The next radius after only `found` drivers were within `radiusMetres`. */
  wider(found: number, target: number, radiusMetres: number): number;
  /** Records that `found` drivers were within `radiusMetres`. */
  learn(lat: number, lng: number, status: string, found: number, radiusMetres: number): void;
}

function radiusFor(target: number, driversPerSquareMetre: number): number {
  return Math.sqrt((HEADROOM * target) / (Math.PI * driversPerSquareMetre));
}

/** Keeps the density of at most `maxCells` cells; the one updated longest ago is dropped. */
export function createRadiusPredictor(maxCells = 4096): RadiusPredictor {
  const densities = new Map<string, number>();
  const cellOf = (lat: number, lng: number, status: string) =>
    `${status}:${Math.floor(lat / CELL_DEGREES)}:${Math.floor(lng / CELL_DEGREES)}`;

  return {
    first(lat, lng, status, target) {
      const density = densities.get(cellOf(lat, lng, status));
      if (density === undefined) return FIRST_RADIUS_METRES;
      return Math.max(LEAST_RADIUS_METRES, radiusFor(target, density));
    },
    wider(found, target, radiusMetres) {
      if (found === 0) return radiusMetres * 4;
      const density = found / (Math.PI * radiusMetres * radiusMetres);
      return Math.min(radiusMetres * 4, Math.max(radiusMetres * 1.5, radiusFor(target, density)));
    },
    learn(lat, lng, status, found, radiusMetres) {
      if (radiusMetres <= 0) return;
      const cell = cellOf(lat, lng, status);
      // Half a driver when none was found: an empty cell is worth remembering, and a density of 0 would predict no radius.
      const now = Math.max(found, 0.5) / (Math.PI * radiusMetres * radiusMetres);
      const before = densities.get(cell);
      densities.delete(cell);
      densities.set(cell, before === undefined ? now : before + LEARNING * (now - before));
      if (densities.size > maxCells) {
        const oldest = densities.keys().next();
        if (!oldest.done) densities.delete(oldest.value);
      }
    },
  };
}
