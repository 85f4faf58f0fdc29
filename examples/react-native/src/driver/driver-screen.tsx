import { useDriver, useOffers } from '@rideline/sdk/react';
import { useEffect } from 'react';
import { ScrollView, Text, View } from 'react-native';
import { useStore } from '../state/store.ts';
import { Button } from '../widgets/button.tsx';
import { ConnectionLine } from '../widgets/connection-line.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';
import type { DriverClient } from './driver-client.ts';
import { DriverTripCard } from './driver-trip-card.tsx';
import { OfferCard } from './offer-card.tsx';

interface Props {
  readonly client: DriverClient;
  readonly onSignOut: () => void;
}

export function DriverScreen({ client, onSignOut }: Props) {
  const view = useStore(client.view);
  const { driver } = client;
  const { trip, queued, watchers } = useDriver(driver);
  const offers = useOffers(driver);
  useEffect(() => void client.start(), [client]);
  return (
    <ScrollView contentContainerStyle={styles.content}>
      <ConnectionLine client={driver} />
      {view.conditions.map((condition) => (
        <Text key={condition} style={styles.bad}>
          {condition.replaceAll('_', ' ')}
        </Text>
      ))}
      {view.isUnconfirmed && <Text style={styles.bad}>The last step is not confirmed yet.</Text>}
      {offers.map((offer) => (
        <OfferCard
          key={offer.offerId}
          offer={offer}
          serverNow={() => driver.serverNow()}
          onAnswer={(accept) => client.answer(offer.offerId, accept)}
        />
      ))}
      {trip === null ? (
        <OnlineCard client={client} />
      ) : (
        <DriverTripCard
          trip={trip}
          watchers={watchers}
          onCommand={(action) => client.command(trip.tripId, action)}
        />
      )}
      {queued !== null && <Text style={styles.muted}>Another ride follows.</Text>}
      <View style={styles.row}>
        <Button title="Sign out" isDisabled={trip !== null} onPress={onSignOut} />
      </View>
    </ScrollView>
  );
}

/** Without a trip: going online and offline, and what stands against it. */
function OnlineCard({ client }: { readonly client: DriverClient }) {
  const { isOnline, status, notification } = useStore(client.view);
  const { isBusy, error, run } = useWork();
  return (
    <View style={styles.card}>
      <Text style={styles.title}>{isOnline ? 'You are online' : 'You are offline'}</Text>
      {status === 'waiting' && <Text style={styles.muted}>The server has not confirmed this yet.</Text>}
      {typeof status === 'object' && <Text style={styles.bad}>The server refuses this: {status.code}</Text>}
      {notification !== null && <Text style={styles.muted}>{notification.title}</Text>}
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      <Button
        title={isOnline ? 'Go offline' : 'Go online'}
        isPrimary={!isOnline}
        isDisabled={isBusy}
        onPress={() => void run(() => (isOnline ? client.goOffline() : client.goOnline()))}
      />
    </View>
  );
}
