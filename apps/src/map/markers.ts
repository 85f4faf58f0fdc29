import type { SceneCar, ScenePin } from './scene.ts';

const SVG = 'http://www.w3.org/2000/svg';

function svg(
  className: string,
  size: number,
  paths: readonly Readonly<Record<string, string>>[],
): HTMLElement {
  const box = document.createElement('div');
  box.className = className;
  box.setAttribute('aria-hidden', 'true');
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 32 32');
  picture.setAttribute('width', String(size));
  picture.setAttribute('height', String(size));
  for (const attributes of paths) {
    const shape = document.createElementNS(SVG, 'path');
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    picture.append(shape);
  }
  box.append(picture);
  return box;
}

/** A disc, with a wedge in the direction of travel when it is known; with the number of cars for a group. */
export function carElement({ kind, count }: Pick<SceneCar, 'kind' | 'count'>): HTMLElement {
  if (kind === 'group') {
    const group = document.createElement('div');
    group.className = 'map-car map-car-group';
    // The sheet says how many there are.
    group.setAttribute('aria-hidden', 'true');
    group.textContent = String(count ?? '');
    return group;
  }
  return svg('map-car map-car-own', 36, [
    { class: 'map-car-disc', d: 'M16 4a12 12 0 1 0 0 24a12 12 0 1 0 0-24z' },
    { class: 'map-car-wedge', d: 'M16 8l6 14-6-3.5-6 3.5z' },
    { class: 'map-car-dot', d: 'M16 11a5 5 0 1 0 0 10a5 5 0 1 0 0-10z' },
  ]);
}

/** pick-up: a drop with a hole · drop-off: a drop with a square · stop: a smaller drop. */
export function pinElement(kind: ScenePin['kind']): HTMLElement {
  const inner = kind === 'dropoff' ? 'M12 8h8v8h-8z' : 'M16 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z';
  return svg(`map-pin map-pin-${kind}`, kind === 'stop' ? 28 : 36, [
    {
      class: 'map-pin-drop',
      d: 'M16 2C10 2 5 6.8 5 12.7 5 20.6 16 31 16 31s11-10.4 11-18.3C27 6.8 22 2 16 2z',
    },
    { class: 'map-pin-inner', d: inner },
  ]);
}
