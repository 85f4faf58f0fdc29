export * from './errors.ts';
export * from './events.ts';
export * from './fix.ts';
export * from './geo.ts';
export * from './http.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './trips.ts';
