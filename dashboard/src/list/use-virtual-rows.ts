import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowsInView, scrollToRow } from './virtual-rows.ts';

/** The same as --row-height in styles/list.css. */
export const ROW_HEIGHT_PIXELS = 32;

interface VirtualRows {
  /** The scrolling box around the rows. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** Call on scroll. */
  measure(): void;
  readonly first: number;
  /** One past the last row. */
  readonly end: number;
}

/** Keeps track of the rows that are in view, and scrolls a newly selected row into view. */
export function useVirtualRows(
  rowCount: number,
  selectedId: string | null,
  selectedRow: number,
): VirtualRows {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  const measure = () => {
    const element = box.current;
    if (element !== null) setScroll({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(measure, []);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  // Depends on the selection only: rows that are reordered by a tick do not scroll the list while it is read.
  useEffect(() => {
    const element = box.current;
    if (element === null || selectedRow < 0) return;
    const { scrollTop, clientHeight } = element;
    const top = scrollToRow(selectedRow, scrollTop, clientHeight, ROW_HEIGHT_PIXELS, ROW_HEIGHT_PIXELS);
    if (top !== null) element.scrollTop = top;
  }, [selectedId, selectedRow < 0]);
  return { box, measure, ...rowsInView(scroll.top, scroll.height, ROW_HEIGHT_PIXELS, rowCount) };
}
