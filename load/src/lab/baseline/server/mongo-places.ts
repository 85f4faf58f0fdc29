import { type DriverId, greatCircleMetres } from '@rideline/contract';
import type { mongo } from 'mongoose';
import {
  type DriverPlaces,
  type FoundDriver,
  FRESH_MS,
  type PlaceQuery,
  type ShownPosition,
} from './driver-places.ts';
import type { Driver, DriverPosition, Drivers } from './drivers.ts';
import { gridRows } from './grid.ts';

/** Radius of the first circle of a search by grid cells. */
const FIRST_RADIUS_METRES = 500;

/** Positions in the drivers' documents, each written straight to MongoDB. */
export class MongoPlaces implements DriverPlaces {
  readonly #drivers: Drivers;
  /** How the nearest are found: with a 2dsphere index where the server has one, otherwise with an index of grid cells. */
  readonly by: 'sphere' | 'grid';

  private constructor(drivers: Drivers, by: 'sphere' | 'grid') {
    this.#drivers = drivers;
    this.by = by;
  }

  /** Makes the index that the server supports: the repository's stand-in for MongoDB has no geo indexes. */
  static async create(drivers: Drivers): Promise<MongoPlaces> {
    const { collection } = drivers;
    try {
      await collection.createIndex({ status: 1, place: '2dsphere' }, { name: 'place' });
      return new MongoPlaces(drivers, 'sphere');
    } catch (error) {
      if (!isServerError(error)) throw error;
      await collection.createIndex({ status: 1, cell: 1 }, { name: 'cell' });
      return new MongoPlaces(drivers, 'grid');
    }
  }

  async move(driverId: DriverId, position: DriverPosition): Promise<ShownPosition | null> {
    const driver = await this.#drivers.move(driverId, position);
    return driver?.tripId ? { tripId: driver.tripId, pos: driver.shown } : null;
  }

  /** The document itself has changed. */
  async dutyChanged(): Promise<void> {
    return undefined;
  }

  async newestOf(driverId: DriverId): Promise<{ position: DriverPosition; shown: number } | null> {
    const driver = await this.#drivers.find(driverId);
    return driver?.position ? { position: driver.position, shown: driver.shown } : null;
  }

  async nearest(query: PlaceQuery): Promise<FoundDriver[]> {
    const found = this.by === 'sphere' ? await this.#bySphere(query) : await this.#byGrid(query);
    return nearestOf(found, query);
  }

  async #bySphere(query: PlaceQuery): Promise<Driver[]> {
    const { lat, lng, radiusMetres, limit } = query;
    const $geometry = { type: 'Point', coordinates: [lng, lat] };
    const place = { $nearSphere: { $geometry, $maxDistance: radiusMetres } };
    return (await this.#find(query, { place }, limit)).flat();
  }

  /** The circle grows until it holds enough drivers, as the search of a 2dsphere index does. */
  async #byGrid(query: PlaceQuery): Promise<Driver[]> {
    for (let radius = Math.min(FIRST_RADIUS_METRES, query.radiusMetres); ; ) {
      const around = { ...query, radiusMetres: radius };
      const rows = gridRows(query.lat, query.lng, radius);
      const drivers = (
        await Promise.all(rows.map(([$gte, $lte]) => this.#find(query, { cell: { $gte, $lte } })))
      ).flat(2);
      if (radius >= query.radiusMetres || nearestOf(drivers, around).length >= query.limit) return drivers;
      radius = Math.min(query.radiusMetres, 2 * radius);
    }
  }

  #find(query: PlaceQuery, where: mongo.Filter<Driver>, limit = 0): Promise<Driver[][]> {
    const fresh = { 'position.at': { $gte: Date.now() - FRESH_MS } };
    const filters: mongo.Filter<Driver>[] =
      query.status === 'available'
        ? [{ status: 'available', claim: null }]
        : [{ status: 'busy' }, { status: 'available', claim: { $ne: null } }];
    return Promise.all(
      filters.map((filter) =>
        this.#drivers.collection
          .find({ ...filter, ...where, ...fresh } as mongo.Filter<Driver>, { projection: { position: 1 } })
          .limit(limit)
          .toArray(),
      ),
    );
  }
}

/** The server has answered, and refuses. */
const isServerError = (error: unknown) => (error as Error).name === 'MongoServerError';

export function nearestOf(drivers: readonly Driver[], query: PlaceQuery): FoundDriver[] {
  return drivers
    .flatMap(({ _id: driverId, position }) =>
      position === null
        ? []
        : [{ driverId, ...position, distanceMetres: greatCircleMetres(query, position) }],
    )
    .filter(({ distanceMetres }) => distanceMetres <= query.radiusMetres)
    .sort((one, other) => one.distanceMetres - other.distanceMetres)
    .slice(0, query.limit);
}
