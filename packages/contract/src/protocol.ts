/** The protocol versions that this server supports. */
export const PROTOCOL = { min: 1, max: 1 } as const;
