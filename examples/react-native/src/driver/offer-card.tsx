import type { Offer } from '@rideline/sdk/driver';
import { Text, View } from 'react-native';
import { useTick } from '../state/use-tick.ts';
import { Button } from '../widgets/button.tsx';
import { styles } from '../widgets/styles.ts';
import { useWork } from '../widgets/use-work.ts';

interface Props {
  readonly offer: Offer;
  /** The server's clock, epoch ms: the phone's own may be wrong by hours. */
  readonly serverNow: () => number;
  readonly onAnswer: (accept: boolean) => Promise<void>;
}

const TICK_MS = 250;

/** An offer with its countdown. The server decides: an answer after the window, or after another driver's, is refused. */
export function OfferCard({ offer, serverNow, onAnswer }: Props) {
  useTick(TICK_MS);
  const { isBusy, error, run } = useWork();
  const { fareMinor, currency, etaSeconds, distanceMetres, pickup, dropoff, queued } = offer;
  const secondsLeft = Math.max(0, Math.ceil((offer.expiresAt - serverNow()) / 1000));
  return (
    <View style={styles.card}>
      <View style={styles.row}>
        <Text style={[styles.title, { flexGrow: 1 }]}>{queued ? 'Next ride' : 'New ride'}</Text>
        <Text style={styles.figure} accessibilityRole="timer">
          {secondsLeft} s
        </Text>
      </View>
      <Text style={styles.text}>
        {(fareMinor / 100).toFixed(2)} {currency}
      </Text>
      <Text style={styles.muted}>
        {Math.ceil(etaSeconds / 60)} min, {(distanceMetres / 1000).toFixed(1)} km to the pick-up
      </Text>
      <Text style={styles.muted}>
        {placeText(pickup)} → {placeText(dropoff)}
      </Text>
      {error !== null && <Text style={styles.bad}>{error}</Text>}
      <View style={styles.row}>
        <Button title="Decline" isDisabled={isBusy} onPress={() => void run(() => onAnswer(false))} />
        <Button
          title={isBusy ? 'Answering …' : 'Accept'}
          isPrimary
          isDisabled={isBusy || secondsLeft === 0}
          onPress={() => void run(() => onAnswer(true))}
        />
      </View>
    </View>
  );
}

export const placeText = ({ lat, lng }: { readonly lat: number; readonly lng: number }): string =>
  `${lat.toFixed(4)}, ${lng.toFixed(4)}`;
