import type { Cab } from '../feed/fleet-store.ts';
import { RowSpacer } from '../list/row-spacer.tsx';
import { useVirtualRows } from '../list/use-virtual-rows.ts';
import type { Page } from '../page/page.ts';
import { formatAge, wallAgeMs } from '../time/age.ts';
import { SortIcon } from '../widgets/icons.tsx';
import { type CabQuery, type SortColumn, sortedBy } from './cab-list.ts';
import { formatSpeed } from './movement.ts';
import { STATE_NAMES, StateMark } from './state-mark.tsx';

interface Props {
  readonly page: Page;
  readonly rows: readonly Cab[];
  readonly query: CabQuery;
  readonly selected: string | null;
  readonly onQuery: (query: CabQuery) => void;
  readonly onSelect: (id: string) => void;
  readonly onShow: (id: string) => void;
}

/** A grid that renders only the rows in view. */
export function CabRows({ page, rows, query, selected, onQuery, onSelect, onShow }: Props) {
  const selectedRow = selected === null ? -1 : rows.findIndex((cab) => cab.id === selected);
  const { box, measure, first, end } = useVirtualRows(rows.length, selected, selectedRow);
  const clock = page.clock.get();
  const nowMs = page.nowMs();
  const tierOf = page.tiersNow();

  return (
    <div ref={box} class="rows" data-empty={rows.length === 0} onScroll={measure}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected, so it is a grid, and its cells are a table's
        role="grid"
        aria-label="Cabs"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={selectedRow >= first && selectedRow < end ? `cab-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target === event.currentTarget && selected !== null)
            onShow(selected);
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
          <RowSpacer rows={first} />
          {rows.slice(first, end).map((cab, i) => (
            <tr
              key={cab.id}
              id={`cab-${cab.id}`}
              aria-rowindex={first + i + 2}
              aria-selected={cab.id === selected}
              data-tier={tierOf(cab)}
              onClick={() => onSelect(cab.id)}
              onDblClick={() => onShow(cab.id)}
            >
              <td class="row-state" title={STATE_NAMES[cab.state]}>
                <StateMark state={cab.state} />
                <span class="hidden-label">{STATE_NAMES[cab.state]}</span>
              </td>
              <td class="row-id">{cab.id}</td>
              <td class="row-age" title={clock === null ? undefined : page.time.exact(cab.at)}>
                {clock === null ? '–' : formatAge(wallAgeMs(clock, cab.at, nowMs))}
              </td>
              <td class="row-speed" title={cab.derived ? 'Derived from the last two fixes' : undefined}>
                {cab.speed === null ? '–' : formatSpeed(cab.speed)}
              </td>
            </tr>
          ))}
          <RowSpacer rows={rows.length - end} />
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps {
  readonly column: SortColumn;
  readonly name: string;
  readonly query: CabQuery;
  readonly onQuery: (query: CabQuery) => void;
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
