import type { DriverAction, TripSnapshot } from '@rideline/sdk/driver';
import { Linking, Text, View } from 'react-native';
import { Button } from '../widgets/button.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';
import { nextAction } from './next-action.ts';
import { placeText } from './offer-card.tsx';

interface Props {
  readonly trip: TripSnapshot;
  /** How many screens follow the ride. */
  readonly watchers: number;
  readonly onCommand: (action: DriverAction) => Promise<void>;
}

const TITLES: Partial<Record<DriverAction, string>> = {
  arrived: 'I have arrived',
  start: 'Start ride',
  stop_reached: 'Stop reached',
  resume: 'Go on',
  complete: 'End ride',
};

/** The ride: where to go, the next step as one large button, and what else may happen. */
export function DriverTripCard({ trip, watchers, onCommand }: Props) {
  const { isBusy, error, run } = useWork();
  const action = nextAction(trip);
  const { state, stops = [], stopsDone = 0 } = trip;
  const isBefore = state === 'accepted' || state === 'arrived';
  const target = isBefore ? trip.pickup : (stops[stopsDone] ?? trip.dropoff);
  const send = (command: DriverAction) => void run(() => onCommand(command));
  return (
    <View style={styles.card}>
      <Text style={styles.title}>{state.replaceAll('_', ' ')}</Text>
      {target !== undefined && <Text style={styles.text}>To {placeText(target)}</Text>}
      {watchers > 0 && <Text style={styles.muted}>{watchers} following this ride</Text>}
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      {action !== null && (
        <Button title={TITLES[action] ?? action} isPrimary isDisabled={isBusy} onPress={() => send(action)} />
      )}
      <View style={styles.row}>
        {target !== undefined && (
          <Button
            title="Navigate"
            onPress={() =>
              void Linking.openURL(`geo:${target.lat},${target.lng}?q=${target.lat},${target.lng}`)
            }
          />
        )}
        {state === 'arrived' && (
          <Button title="No show" isDisabled={isBusy} onPress={() => send('no_show')} />
        )}
        {isBefore && <Button title="Cancel" isDisabled={isBusy} onPress={() => send('cancel')} />}
      </View>
    </View>
  );
}
