/** The plotting library, which stands before the page's script and defines one global. */
declare const uPlot: typeof import('uplot');
