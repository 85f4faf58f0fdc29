import { z } from 'zod';

/** A time in REST: ISO 8601 in UTC. On sockets times are epoch ms. */
export const isoTime = z.iso.datetime();
