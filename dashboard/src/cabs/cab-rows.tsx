import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Cab } from '../feed/fleet-store.ts';
import { rowsInView, scrollToRow } from '../list/virtual-rows.ts';
import type { Page } from '../page/page.ts';
import { formatAge, wallAgeMs } from '../time/age.ts';
import { SortIcon } from '../widgets/icons.tsx';
import { type ListQuery, type SortColumn, sortedBy } from './cab-list.ts';
import { formatSpeed } from './movement.ts';
import { STATE_NAMES, StateMark } from './state-mark.tsx';

/** The same as --row-height in styles/list.css. */
const ROW_HEIGHT = 32;

interface Props {
  readonly page: Page;
  readonly rows: readonly Cab[];
  readonly query: ListQuery;
  readonly chosen: string | null;
  readonly onQuery: (query: ListQuery) => void;
  readonly onChoose: (id: string) => void;
  readonly onShow: (id: string) => void;
}

/** A grid of which only the rows in view exist. */
export function CabRows({ page, rows, query, chosen, onQuery, onChoose, onShow }: Props) {
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
  const chosenRow = chosen === null ? -1 : rows.findIndex((cab) => cab.id === chosen);
  // Only when another cab is chosen: a tick that reorders the rows must not tear the list from under the reader.
  useEffect(() => {
    const element = box.current;
    if (element === null || chosenRow < 0) return;
    const top = scrollToRow(chosenRow, element.scrollTop, element.clientHeight, ROW_HEIGHT, ROW_HEIGHT);
    if (top !== null) element.scrollTop = top;
  }, [chosen, chosenRow < 0]);
  const { first, end } = rowsInView(scroll.top, scroll.height, ROW_HEIGHT, rows.length);
  const clock = page.clock.get();
  const now = page.now();
  const tierOf = page.tiersNow();

  const above = first * ROW_HEIGHT;
  const below = (rows.length - end) * ROW_HEIGHT;

  return (
    <div ref={box} class="rows" data-empty={rows.length === 0} onScroll={measure}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen, so it is a grid, and its cells are a table's
        role="grid"
        aria-label="Cabs"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={chosenRow >= first && chosenRow < end ? `cab-${chosen}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target === event.currentTarget && chosen !== null)
            onShow(chosen);
        }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <Head column="state" query={query} onQuery={onQuery} name="State" />
            <Head column="id" query={query} onQuery={onQuery} name="Cab" />
            <Head column="age" query={query} onQuery={onQuery} name="Age" />
            <Head column="speed" query={query} onQuery={onQuery} name="Speed" />
          </tr>
        </thead>
        <tbody>
          <Space height={above} />
          {rows.slice(first, end).map((cab, i) => (
            <tr
              key={cab.id}
              id={`cab-${cab.id}`}
              aria-rowindex={first + i + 2}
              aria-selected={cab.id === chosen}
              data-tier={tierOf(cab)}
              onClick={() => onChoose(cab.id)}
              onDblClick={() => onShow(cab.id)}
            >
              <td class="row-state" title={STATE_NAMES[cab.state]}>
                <StateMark state={cab.state} />
                <span class="hidden-label">{STATE_NAMES[cab.state]}</span>
              </td>
              <td class="row-id">{cab.id}</td>
              <td class="row-age" title={clock === null ? undefined : page.time.exact(cab.at)}>
                {clock === null ? '–' : formatAge(wallAgeMs(clock, cab.at, now))}
              </td>
              <td class="row-speed" title={cab.derived ? 'Told from the last two fixes' : undefined}>
                {cab.speed === null ? '–' : formatSpeed(cab.speed)}
              </td>
            </tr>
          ))}
          <Space height={below} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of the rows that are not drawn. */
function Space({ height }: { height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row that nothing focuses
  return <tr class="rows-space" aria-hidden="true" style={{ height: `${height}px` }} />;
}

interface HeadProps {
  readonly column: SortColumn;
  readonly name: string;
  readonly query: ListQuery;
  readonly onQuery: (query: ListQuery) => void;
}

function Head({ column, name, query, onQuery }: HeadProps) {
  const sorted = query.column === column;
  const direction = query.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={`head-${column}`} aria-sort={sorted ? direction : 'none'}>
      <button
        type="button"
        title={`Sort by ${name.toLowerCase()}`}
        onClick={() => onQuery(sortedBy(query, column))}
      >
        {column === 'state' ? <span class="hidden-label">{name}</span> : name}
        {(sorted || column === 'state') && (
          <SortIcon descending={sorted && query.descending} faint={!sorted} />
        )}
      </button>
    </th>
  );
}
