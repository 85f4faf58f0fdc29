import {
  adminDriverListSchema,
  adminDriverQuerySchema,
  adminRiderListSchema,
  adminRiderQuerySchema,
  pickFields,
} from '@rideline/contract';
import { listDrivers, listRiders, type PeopleParts } from '@rideline/fleet/accounts/people';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, READ_PROBLEMS, STAFF } from './admin-parts.ts';

export function peoplePartsOf({ db, state, region, log }: AdminParts): Omit<PeopleParts, 'onUnpresentable'> {
  return {
    db,
    state,
    region,
    onLiveAway: (error) =>
      log.debug({ reason: error.message }, 'drivers are listed without their live status'),
  };
}

export function peopleRoutes(parts: AdminParts): Route[] {
  const { mongo } = parts;
  const people = peoplePartsOf(parts);
  return [
    route({
      method: 'get',
      path: '/v1/admin/drivers',
      operation: 'listDrivers',
      summary: 'Drivers with an account, newest first, each with their entry in the live index.',
      access: STAFF,
      limit: 'standard',
      query: adminDriverQuerySchema,
      answer: adminDriverListSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query, onUnpresentable }) => {
        const { fields } = query;
        const asked = { ...people, onUnpresentable };
        const { drivers, next } = await mongo.read(() => listDrivers(asked, query, pageOf(query)));
        return { drivers: drivers.map((driver) => pickFields(driver, fields)), next: nextOf(next) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/admin/riders',
      operation: 'listRiders',
      summary: 'Riders with an account, newest first.',
      access: ADMINS,
      limit: 'standard',
      query: adminRiderQuerySchema,
      answer: adminRiderListSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query, onUnpresentable }) => {
        const { fields } = query;
        const asked = { ...people, onUnpresentable };
        const { riders, next } = await mongo.read(() => listRiders(asked, query, pageOf(query)));
        return { riders: riders.map((rider) => pickFields(rider, fields)), next: nextOf(next) };
      },
    }),
  ];
}
