import { darkTheme } from './plot-colours.js';
import { makeLegendButtons, moveByKeys } from './plot-keyboard.js';
import { alignedData } from './plot-lines.js';
import { plotOptions } from './plot-options.js';

const data = /** @type {import('../plot-data.ts').PlotData} */ (
  JSON.parse(document.getElementById('plot-data')?.textContent ?? '{}')
);
/** @type {Map<HTMLElement, import('uplot')>} */
const drawn = new Map();

/** @param {HTMLElement} place */
function draw(place) {
  const plot = data.plots[place.dataset.plot ?? ''];
  if (plot === undefined) return;
  if (!drawn.has(place)) moveByKeys(place, () => drawn.get(place));
  drawn.get(place)?.destroy();
  const u = new uPlot(plotOptions(plot, data, place.clientWidth), alignedData(plot, data), place);
  makeLegendButtons(place, u);
  drawn.set(place, u);
}

const resizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const u = drawn.get(/** @type {HTMLElement} */ (target));
    const width = Math.round(contentRect.width);
    if (u && width > 0 && width !== u.width) u.setSize({ width, height: u.height });
  }
});

/** @type {HTMLElement[]} */
const waiting = [...document.querySelectorAll('[data-plot]')].filter((place) => place instanceof HTMLElement);

/** Plot after plot, so that the page can be read while a long report is drawn. */
function drawNext() {
  const place = waiting.shift();
  if (place === undefined) {
    document.documentElement.dataset.drawn = String(drawn.size);
    return;
  }
  draw(place);
  resizes.observe(place);
  setTimeout(drawNext);
}
drawNext();

// Canvases do not follow CSS: they are drawn again in the other theme's colours.
darkTheme.addEventListener('change', () => {
  for (const place of [...drawn.keys()]) draw(place);
});
