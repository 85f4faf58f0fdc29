import type { BaseColours } from './base-style.ts';

/** The theme's colours for canvas drawing. They are defined once, in styles/tokens.css. */
export interface Palette extends BaseColours {
  readonly surface: string;
  readonly text: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly available: string;
  readonly busy: string;
  readonly offline: string;
  readonly rider: string;
}

const NAMES: Readonly<Record<keyof Palette, string>> = {
  beyond: '--map-beyond',
  land: '--map-land',
  landEdge: '--map-land-edge',
  artery: '--map-artery',
  freeway: '--map-freeway',
  place: '--map-place',
  surface: '--surface',
  text: '--text',
  accent: '--accent',
  onAccent: '--on-accent',
  available: '--available',
  busy: '--busy',
  offline: '--offline',
  rider: '--rider',
};

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(NAMES).map(([name, property]) => [
    name,
    style.getPropertyValue(property).trim(),
  ]);
  return Object.fromEntries(entries) as unknown as Palette;
}
