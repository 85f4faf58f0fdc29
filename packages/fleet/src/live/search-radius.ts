/**
 * How far a search has to look for the drivers that it wants. GEOSEARCH pays for every driver inside the radius, whatever COUNT says
 * (docs/decisions/0050-search-radius-from-density.md), so a search starts with the radius that the density seen lately predicts, and widens.
 */

/** Side of a cell, degrees: about 5.5 km north to south, finer than a district and coarse enough to be met again. */
const CELL_DEGREES = 0.05;
/** Without any knowledge: a few drivers in a sparse city, some dozens in the densest. */
const FIRST_RADIUS_METRES = 500;
const LEAST_RADIUS_METRES = 50;
/** Predicted for more than wanted, so that the usual search needs one round: spread of a Poisson count at 10 is ±3. */
const HEADROOM = 1.6;
/** Weight of the newest answer in the running density. */
const LEARNING = 0.4;

export interface RadiusPredictor {
  /** The radius to begin with, metres. */
  first(lat: number, lng: number, status: string, wanted: number): number;
  /** The next radius after `found` drivers, too few, were all there are within `radiusMetres`. */
  wider(found: number, wanted: number, radiusMetres: number): number;
  /** Tells that `found` drivers were within `radiusMetres`. */
  learn(lat: number, lng: number, status: string, found: number, radiusMetres: number): void;
}

function radiusFor(wanted: number, driversPerSquareMetre: number): number {
  return Math.sqrt((HEADROOM * wanted) / (Math.PI * driversPerSquareMetre));
}

/** Keeps the density of at most `maxCells` cells; the one not learned of for longest is forgotten. */
export function createRadiusPredictor(maxCells = 4096): RadiusPredictor {
  const densities = new Map<string, number>();
  const cellOf = (lat: number, lng: number, status: string) =>
    `${status}:${Math.floor(lat / CELL_DEGREES)}:${Math.floor(lng / CELL_DEGREES)}`;

  return {
    first(lat, lng, status, wanted) {
      const density = densities.get(cellOf(lat, lng, status));
      if (density === undefined) return FIRST_RADIUS_METRES;
      return Math.max(LEAST_RADIUS_METRES, radiusFor(wanted, density));
    },
    wider(found, wanted, radiusMetres) {
      if (found === 0) return radiusMetres * 4;
      const density = found / (Math.PI * radiusMetres * radiusMetres);
      return Math.min(radiusMetres * 4, Math.max(radiusMetres * 1.5, radiusFor(wanted, density)));
    },
    learn(lat, lng, status, found, radiusMetres) {
      if (radiusMetres <= 0) return;
      const cell = cellOf(lat, lng, status);
      // Half a driver where none was found: "none here" is knowledge too, and a density of 0 predicts no radius.
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
