import { defineRole } from '../role.ts';
import { NOTIFICATION_METRICS } from './metrics.ts';
import { startNotifications } from './notifications.ts';

/** Notifications: stored, sent to sockets, pushed. */
export default defineRole({
  metrics: NOTIFICATION_METRICS,
  async start(parts) {
    const { config, onStop } = parts;
    const { region, process: owner, redisStateUrl: stateUrl, push, pushTimeoutMs } = config;
    const notifications = await startNotifications({
      ...parts,
      region,
      owner,
      stateUrl,
      push,
      pushTimeoutMs,
    });
    onStop('work', 'notifications', () => notifications.stop());
  },
});
