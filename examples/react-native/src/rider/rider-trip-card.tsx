import { useFollow, useTrip } from '@rideline/sdk/react';
import type { Rider } from '@rideline/sdk/rider';
import { Share, Text, View } from 'react-native';
import { useTick } from '../state/use-tick.ts';
import { Button } from '../widgets/button.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';
import { hasEnded, mayCancel } from './followed-trip.ts';
import type { RiderClient } from './rider-client.ts';

interface Props {
  readonly client: RiderClient;
  readonly tripId: string;
}

/** The followed trip: its state, who drives, where the car is, and what the rider can do. */
export function RiderTripCard({ client, tripId }: Props) {
  const { rider } = client;
  const trip = useTrip(rider, tripId);
  const endCode = useFollow(rider, tripId, (view) => view.endCode);
  const gap = useFollow(rider, tripId, (view) => view.gap);
  const { isBusy, error, run } = useWork();
  const isOver = endCode !== null || (trip !== null && hasEnded(trip));

  async function share(): Promise<void> {
    await Share.share({ message: await client.share(tripId) });
  }

  return (
    <View style={styles.card}>
      <Text style={styles.title}>{trip?.state.replaceAll('_', ' ') ?? 'Your ride'}</Text>
      {endCode !== null && <Text style={styles.bad}>The ride cannot be followed ({endCode}).</Text>}
      {trip?.driver && (
        <Text style={styles.text}>
          {trip.driver.name} · {trip.driver.vehicle} · {trip.driver.plate}
        </Text>
      )}
      {!isOver && <Car rider={rider} tripId={tripId} />}
      {gap !== null && <Text style={styles.muted}>Some updates were missed while you were offline.</Text>}
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      <View style={styles.row}>
        {isOver && <Button title="Done" isPrimary onPress={() => client.closeTrip()} />}
        {!isOver && trip?.driver && (
          <Button title="Share" isDisabled={isBusy} onPress={() => void run(share)} />
        )}
        {trip !== null && mayCancel(trip) && (
          <Button title="Cancel" isDisabled={isBusy} onPress={() => void run(() => client.cancel(tripId))} />
        )}
      </View>
    </View>
  );
}

/** The car: renders with each position, and each second because its age grows. */
function Car({ rider, tripId }: { readonly rider: Rider; readonly tripId: string }) {
  useTick(1000);
  const view = useFollow(rider, tripId);
  if (view?.position == null) return <Text style={styles.muted}>No position yet</Text>;
  const follow = rider.followed(tripId);
  const ageSeconds = Math.round((follow?.ageMs() ?? 0) / 1000);
  const isStale = view.status === 'stale';
  return (
    <View>
      {/* On a map: `drawnPosition(follow)` in each animation frame, which moves the car between its fixes. */}
      <Text style={isStale ? styles.muted : styles.text}>
        {view.position.lat.toFixed(5)}, {view.position.lng.toFixed(5)}
      </Text>
      <Text style={isStale ? styles.bad : styles.muted}>
        {isStale ? `Last seen ${ageSeconds} s ago` : `${ageSeconds} s ago`}
      </Text>
      {view.etaSeconds !== null && !isStale && (
        <Text style={styles.figure}>{Math.max(1, Math.ceil(view.etaSeconds / 60))} min</Text>
      )}
    </View>
  );
}
