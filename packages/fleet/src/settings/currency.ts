/** The currency of fares, ISO 4217, until an admin sets the region's own. */
export const DEFAULT_CURRENCY = 'USD';
