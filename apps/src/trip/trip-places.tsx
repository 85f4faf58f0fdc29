import { useWords } from '../language/language.ts';
import type { Point } from '../location/place.ts';
import type { PlaceNames } from '../map/place-names.ts';

interface Props {
  readonly pickup: Point;
  readonly dropoff: Point;
  readonly stops: readonly Point[];
  readonly names: PlaceNames;
}

/** The places of a trip, in order. */
export function TripPlaces({ pickup, dropoff, stops, names }: Props) {
  const { text } = useWords();
  const places = [
    { key: 'pickup', label: text('trip.pickup'), point: pickup },
    ...stops.map((point, i) => ({ key: `stop-${i}`, label: text('trip.stop', { number: i + 1 }), point })),
    { key: 'dropoff', label: text('trip.dropoff'), point: dropoff },
  ];
  return (
    <ol className="places">
      {places.map(({ key, label, point }) => (
        <li key={key} className={`place place-${key.replace(/-\d+$/, '')}`}>
          <span className="muted small">{label}</span>
          <span>{names.nameOf(point)}</span>
        </li>
      ))}
    </ol>
  );
}
