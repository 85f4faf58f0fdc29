import { TRIP_STATES, type TripStateName, type TripSummary } from '@rideline/contract';
import type { ComponentChild, VNode } from 'preact';
import { expect, it } from 'vitest';
import type { Palette } from '../map/palette.ts';
import { drawRiders } from '../map/trip-layer.ts';
import { TripMark } from './trip-mark.tsx';
import { GROUPS_ON_MAP, type MarkFill, markOf } from './trip-marks.ts';
import { groupOf } from './trip-store.ts';

const PALETTE = { rider: 'RIDER', offline: 'OFFLINE', surface: 'SURFACE', land: 'LAND' } as Palette;

/** A canvas context that records which shapes are filled in which colour. */
function recorder() {
  const filled: string[] = [];
  let path: string[] = [];
  const context = {
    fillStyle: '',
    beginPath: () => {
      path = [];
    },
    moveTo: () => path.push('point'),
    lineTo: () => path.push('point'),
    arc: () => path.push('arc'),
    closePath: () => undefined,
    stroke: () => undefined,
    fill: () => filled.push(`${path.join(' ')}: ${context.fillStyle}`),
  };
  return { context: context as unknown as CanvasRenderingContext2D, filled };
}

const DIAMOND = 'point point point point';
/** What the map fills, by the fill of the mark: first the diamond, then its part. */
const ON_CANVAS: Readonly<Record<MarkFill, readonly string[]>> = {
  none: [`${DIAMOND}: SURFACE`],
  dot: [`${DIAMOND}: SURFACE`, 'arc: RIDER'],
  half: [`${DIAMOND}: SURFACE`, 'point point point: RIDER'],
  full: [`${DIAMOND}: RIDER`],
};

function onMap(state: TripStateName, selected: boolean): readonly string[] {
  const trip = { tripId: 't', state, pickup: { lat: 1, lng: 2 }, dropoff: { lat: 1, lng: 3 } } as TripSummary;
  const { context, filled } = recorder();
  drawRiders(context, {
    trips: new Map([['t', trip]]),
    selected: selected ? 't' : null,
    projection: { pixels: 1, left: 0, top: 0 } as never,
    palette: PALETTE,
    carAt: () => null,
  });
  // The drop-off of a selected trip is drawn after its mark.
  return filled.slice(0, ON_CANVAS[markOf(state).fill].length);
}

/** Which shapes of the mark beside text are filled. */
function inText(state: TripStateName): MarkFill {
  const { props } = TripMark({ group: groupOf(state) }) as VNode<{ children: ComponentChild[] }>;
  const shapes = [props.children]
    .flat()
    .filter((child): child is VNode<{ class?: string }> => Boolean(child));
  const filled = shapes.flatMap((shape, at) =>
    shape.props.class === 'trip-mark-fill' ? [`${shape.type} ${at}`] : [],
  );
  const fills: Record<string, MarkFill> = {
    '': 'none',
    'path 0': 'full',
    'circle 1': 'dot',
    'path 1': 'half',
  };
  return fills[filled.join()] as MarkFill;
}

it.each(TRIP_STATES)(
  'TRIP-61: the mark of a trip that is %s is the same on the map, in the list and in the legend',
  (state) => {
    const { fill, onMap: shown } = markOf(state);
    expect(inText(state)).toBe(fill);
    expect(onMap(state, true)).toEqual(shown === 'never' ? [] : ON_CANVAS[fill]);
    expect(onMap(state, false)).toEqual(shown === 'always' ? ON_CANVAS[fill] : []);
    // The legend explains every mark that the map draws.
    expect(GROUPS_ON_MAP.includes(groupOf(state))).toBe(shown !== 'never');
  },
);

it('TRIP-61: the groups of open trips have marks that differ, and a selected ride does not look like a waiting rider', () => {
  const fills = GROUPS_ON_MAP.map((group) => TripMark({ group }) as VNode<{ 'data-fill': MarkFill }>);
  expect(new Set(fills.map(({ props }) => props['data-fill'])).size).toBe(GROUPS_ON_MAP.length);
  expect(onMap('in_progress', true)).not.toEqual(onMap('searching', true));
});
