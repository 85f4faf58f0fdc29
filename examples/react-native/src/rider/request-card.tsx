import { useState } from 'react';
import { Text, TextInput, View } from 'react-native';
import type { Device } from '../device/device.ts';
import { Button } from '../widgets/button.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';
import { pointFrom } from './point-from.ts';
import type { Point } from './rider-client.ts';

interface Props {
  readonly device: Pick<Device, 'location' | 'askForLocation'>;
  readonly onRequest: (pickup: Point, dropoff: Point) => Promise<void>;
}

/** Pick-up and destination as coordinates: the map is left to the app. */
export function RequestCard({ device, onRequest }: Props) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { isBusy, error, run } = useWork();
  const pickup = pointFrom(from);
  const dropoff = pointFrom(to);

  async function startHere(): Promise<void> {
    if (!(await device.askForLocation())) return;
    const here = await device.location().current?.();
    if (here !== undefined) setFrom(`${here.lat.toFixed(5)}, ${here.lng.toFixed(5)}`);
  }

  return (
    <View style={styles.card}>
      <Text style={styles.title}>Where to?</Text>
      <TextInput
        style={styles.input}
        accessibilityLabel="Pick-up, latitude and longitude"
        placeholder="Pick-up: 37.7694, -122.4862"
        value={from}
        onChangeText={setFrom}
      />
      <Button title="Use my position" isDisabled={isBusy} onPress={() => void run(startHere)} />
      <TextInput
        style={styles.input}
        accessibilityLabel="Destination, latitude and longitude"
        placeholder="Destination: 37.7955, -122.3937"
        value={to}
        onChangeText={setTo}
      />
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      <Button
        title={isBusy ? 'Requesting …' : 'Request ride'}
        isPrimary
        isDisabled={isBusy || pickup === null || dropoff === null}
        onPress={() => {
          if (pickup !== null && dropoff !== null) void run(() => onRequest(pickup, dropoff));
        }}
      />
    </View>
  );
}
