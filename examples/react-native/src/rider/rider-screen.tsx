import { useEffect } from 'react';
import { ScrollView, Text, View } from 'react-native';
import type { Device } from '../device/device.ts';
import { useStore } from '../state/store.ts';
import { Button } from '../widgets/button.tsx';
import { ConnectionLine } from '../widgets/connection-line.tsx';
import { styles } from '../widgets/styles.ts';
import { RequestCard } from './request-card.tsx';
import type { RiderClient } from './rider-client.ts';
import { RiderTripCard } from './rider-trip-card.tsx';

interface Props {
  readonly client: RiderClient;
  readonly device: Device;
  readonly onSignOut: () => void;
}

export function RiderScreen({ client, device, onSignOut }: Props) {
  const { isKnown, tripId, isUnconfirmed } = useStore(client.view);
  useEffect(() => void client.start(), [client]);
  return (
    <ScrollView contentContainerStyle={styles.content} keyboardShouldPersistTaps="handled">
      <ConnectionLine client={client.rider} />
      {isUnconfirmed && <Text style={styles.bad}>The last step is not confirmed yet.</Text>}
      {tripId !== null && <RiderTripCard client={client} tripId={tripId} />}
      {tripId === null && !isKnown && <Text style={styles.muted}>Looking for your ride …</Text>}
      {tripId === null && isKnown && (
        <RequestCard device={device} onRequest={(pickup, dropoff) => client.request(pickup, dropoff)} />
      )}
      <View style={styles.row}>
        <Button title="Sign out" onPress={onSignOut} />
      </View>
    </ScrollView>
  );
}
