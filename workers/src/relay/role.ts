import { defineRole, onFatal, openReader } from '../role.ts';
import { RELAY_METRICS } from './metrics.ts';
import { ensureHintGroup, startRelay } from './relay.ts';
import { tripRelayOf } from './trip-relay-of.ts';

/** Trip events from MongoDB's outboxes to trip logs, drivers, riders and operators. */
export default defineRole({
  metrics: RELAY_METRICS,
  async start(parts) {
    const { config, state, metrics, logger, onStop } = parts;
    const { region } = config;
    await ensureHintGroup(state, region);
    const relay = startRelay({
      relay: tripRelayOf(parts),
      consumer: config.process,
      region,
      state,
      openReader: () => openReader(parts, 'state', 'hints'),
      metrics,
      logger,
      onFatal,
    });
    onStop('work', 'relay', () => relay.stop());
  },
});
