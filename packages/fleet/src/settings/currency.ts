/** Currency of fares, ISO 4217, until an admin sets one for the region. */
export const DEFAULT_CURRENCY = 'USD';
