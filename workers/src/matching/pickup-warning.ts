import type { Notice } from '@rideline/fleet/notifications/notification-queue';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import type { Clock } from '@rideline/platform/process/clock';

/** Notification to a rider that the driver is not approaching; one for each driver of the trip. */
export function pickupWarning({ _id, riderId, version }: StoredTrip, why: string, clock: Clock): Notice {
  return {
    notificationId: `${_id}-${version}-pickup`,
    role: 'rider',
    userId: riderId,
    kind: 'pickup_warning',
    event: { at: Math.round(clock.domainMs()) },
    data: { tripId: _id, why },
  };
}
