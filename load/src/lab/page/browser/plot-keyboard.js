/** @typedef {import('uplot')} Plot */

/** Points that Page Up and Page Down skip. */
const PAGE = 10;

/**
 * Arrow keys move the cursor over the points of a plot; the other plots follow by their shared cursor.
 * @param {HTMLElement} place
 * @param {() => Plot | undefined} plotOf
 */
export function moveByKeys(place, plotOf) {
  place.addEventListener('keydown', (event) => {
    const u = plotOf();
    // The legend's buttons have keys of their own.
    if (u === undefined || event.target !== place) return;
    const last = u.data[0].length - 1;
    const at = u.cursor.idx ?? -1;
    const target = new Map([
      ['ArrowLeft', at - 1],
      ['ArrowRight', at + 1],
      ['PageUp', at - PAGE],
      ['PageDown', at + PAGE],
      ['Home', 0],
      ['End', last],
    ]).get(event.key);
    if (target === undefined) return;
    event.preventDefault();
    const x = u.data[0][Math.min(last, Math.max(0, target))] ?? 0;
    const { left, top, height } = u.over.getBoundingClientRect();
    // As a mouse does it: `setCursor` would move the cursor of this plot alone.
    u.over.dispatchEvent(
      new MouseEvent('mousemove', { clientX: left + u.valToPos(x, 'x'), clientY: top + height / 2 }),
    );
  });
}

/**
 * uPlot's legend toggles lines by click alone: this makes its labels buttons for the keyboard and for screen readers.
 * @param {HTMLElement} place
 * @param {Plot} u
 */
export function makeLegendButtons(place, u) {
  for (const [line, label] of /** @type {NodeListOf<HTMLElement>} */ (
    place.querySelectorAll('.u-series > th')
  ).entries()) {
    if (line === 0) continue;
    label.tabIndex = 0;
    label.setAttribute('role', 'button');
    const say = () => label.setAttribute('aria-pressed', String(u.series[line]?.show === true));
    say();
    label.addEventListener('click', () => setTimeout(say));
    label.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      u.setSeries(line, { show: u.series[line]?.show !== true });
      say();
    });
  }
}
