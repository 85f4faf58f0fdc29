import type { AgeHistogram } from '../simulation/age-histogram.ts';
import type { CabTotals } from '../simulation/cabs/replay-cab.ts';
import type { Replay } from '../simulation/replay.ts';
import type { TraceClock } from '../simulation/trace/trace-clock.ts';
import type { ClusterFigures, ClusterReader } from './cluster-figures.ts';
import { count, duration, milliseconds, quantiles, quantilesOf, tally } from './figures-text.ts';

export interface PanelParts {
  out: { isTTY?: boolean; columns?: number; write(text: string): unknown };
  replay: Replay;
  reader: ClusterReader;
  clock: TraceClock;
  /** Plain lines, even on a terminal that could redraw. */
  plain: boolean;
  /** Lines that stay on top: address of the page, sign-in. */
  heading: readonly string[];
}

const REDRAW_MS = 1000;
const DEFAULT_WIDTH = 120;
const PLAIN_EVERY = 5;
/** Time zone of the city that is replayed. */
const LOCAL_TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', timeStyle: 'medium' });

/** Shows a running replay: redrawn in place on a terminal, one plain line every 5 s elsewhere. */
export class LivePanel {
  readonly #parts: PanelParts;
  readonly #live: boolean;
  readonly #startedMs = Date.now();
  #drawn = 0;
  #rounds = 0;
  #before: { atMs: number; pushed: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  /** What is going on when it is not the replay itself. */
  note = '';

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#live = parts.out.isTTY === true && !parts.plain;
  }

  start(): void {
    if (!this.#live) for (const line of this.#parts.heading) this.#parts.out.write(`${line}\n`);
    this.#timer = setInterval(() => {
      // A slow reading is awaited, so that readings never overlap.
      this.#reading ??= this.#round().finally(() => {
        this.#reading = undefined;
      });
    }, REDRAW_MS);
  }

  /** Shows the last figures; a second call does nothing. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.note = '';
    await this.#reading;
    await this.#round();
  }

  async #round(): Promise<void> {
    const { replay, reader } = this.#parts;
    const figures = await reader.read();
    const cabs = replay.totals();
    const nowMs = Date.now();
    const before = this.#before;
    const passedMs = before === undefined ? REDRAW_MS : Math.max(1, nowMs - before.atMs);
    const perSecond = ((cabs.pushed - (before?.pushed ?? 0)) * 1000) / passedMs;
    this.#before = { atMs: nowMs, pushed: cabs.pushed };
    if (this.#live) this.#draw(this.#rows(figures, cabs, perSecond));
    else if (this.#rounds++ % PLAIN_EVERY === 0)
      this.#parts.out.write(`${this.#line(figures, cabs, perSecond)}\n`);
    if (this.#live || this.#rounds % PLAIN_EVERY === 0) replay.riderAges.movingRecent.reset();
  }

  #rows(figures: ClusterFigures, cabs: CabTotals, perSecond: number): string[] {
    const { replay, clock, heading } = this.#parts;
    const riders = replay.riderTotals();
    const row = (label: string, text: string) => `${label.padEnd(10)}${text}`;
    return [
      ...heading,
      row(
        'time',
        `${this.#city()} in San Francisco, ${clock.rate}× · running ${duration(Date.now() - this.#startedMs)}`,
      ),
      row(
        'fixes',
        `${perSecond.toFixed(1)}/s · sent ${count(cabs.pushed)} · resent ${count(cabs.resent)} · late ${milliseconds(replay.lateMaxMs)}`,
      ),
      row(
        'fix age',
        `gateway ${quantiles(figures.gatewayAge)} · rider ${this.#riderAge()} · mongo ${quantiles(figures.durableAge)}`,
      ),
      row('sockets', figures.sockets.map(socketsText).join(' · ')),
      row('streams', `lag ${count(figures.streamLag)}, pending ${count(figures.streamPending)} entries`),
      row('refused', tally(figures.refused)),
      ...this.#cityRows(row),
      row(
        'riders',
        `${count(riders.following)} followed · ${count(riders.ended)} over · ${count(riders.positions)} positions seen`,
      ),
      row('ledger', this.#ledger(cabs)),
      ...troubles(figures).map((text) => row('!', text)),
      ...(this.note === '' ? [] : [row('', this.note)]),
    ];
  }

  #line(figures: ClusterFigures, cabs: CabTotals, perSecond: number): string {
    const riders = this.#parts.replay.riderTotals();
    return [
      this.#city(),
      `${perSecond.toFixed(0)} fixes/s`,
      this.#ledger(cabs),
      `age gateway ${quantiles(figures.gatewayAge)}; rider ${this.#riderAge()}; mongo ${quantiles(figures.durableAge)}`,
      figures.sockets.map(socketsText).join(', '),
      `lag ${count(figures.streamLag)}`,
      `refused ${tally(figures.refused)}`,
      this.#cityLine() ?? `trips ${count(riders.following)}`,
      ...troubles(figures),
      ...(this.note === '' ? [] : [this.note]),
    ].join(' · ');
  }

  #cityRows(row: (label: string, text: string) => string): string[] {
    const { requested } = this.#parts.replay;
    if (requested === null) return [];
    const { total, waiting, offered, toPickup, onTrip, states, offers } = requested.figures();
    const { waits } = requested;
    return [
      row(
        'trips',
        `${count(total)} requested · waiting ${count(waiting)} · offered ${count(offered)} · to pick-up ${count(toPickup)} · on trip ${count(onTrip)}`,
      ),
      row(
        'ends',
        `completed ${count(states.completed ?? 0)} · no driver ${count(states.no_drivers ?? 0)} · cancelled ${count(states.cancelled ?? 0)} · other ${count((states.failed ?? 0) + (states.no_show ?? 0))}`,
      ),
      row(
        'offers',
        `${count(offers.offers)} made · accepted ${count(offers.accepted)} · declined ${count(offers.declined)} · expired ${count(offers.missed)} · to offer ${waitsText(waits.offered)} · to driver ${waitsText(waits.accepted)}`,
      ),
    ];
  }

  #cityLine(): string | null {
    const { requested } = this.#parts.replay;
    if (requested === null) return null;
    const { total, waiting, offered, toPickup, onTrip, states } = requested.figures();
    return `trips ${count(total)}: waiting ${count(waiting)}, offered ${count(offered)}, to pick-up ${count(toPickup)}, on trip ${count(onTrip)}, done ${count(states.completed ?? 0)}`;
  }

  #city(): string {
    return LOCAL_TIME.format(this.#parts.clock.domainMs());
  }

  #riderAge(): string {
    return quantilesOf(this.#parts.replay.riderAges.movingRecent);
  }

  #ledger(cabs: CabTotals): string {
    const lost = cabs.lost === 0 ? '' : ` · dropped ${count(cabs.lost)}`;
    return `acked ${count(cabs.received)} of ${count(cabs.pushed)} · durable ${count(cabs.durable)}${lost}`;
  }

  #draw(rows: readonly string[]): void {
    // A terminal that does not report its width reports 0.
    const width = this.#parts.out.columns || DEFAULT_WIDTH;
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    const text = rows.map((row) => `\x1b[2K${clip(row, width)}\n`).join('');
    // When the panel becomes shorter, its old last rows are cleared.
    this.#parts.out.write(`${up}${text}\x1b[0J`);
    this.#drawn = rows.length;
  }
}

function waitsText(waits: AgeHistogram): string {
  return `p50 ${milliseconds(waits.quantile(0.5))}, p95 ${milliseconds(waits.quantile(0.95))}`;
}

function socketsText(sockets: ClusterFigures['sockets'][number]): string {
  const operators = sockets.operators > 0 ? ` + ${sockets.operators} operators` : '';
  return `${sockets.gateway} ${sockets.drivers} drivers + ${sockets.riders} riders${operators}`;
}

function troubles(figures: ClusterFigures): string[] {
  return [
    ...(figures.degraded.length > 0 ? [`degraded: ${figures.degraded.join(', ')}`] : []),
    ...(figures.silent.length > 0 ? [`no answer: ${figures.silent.join(', ')}`] : []),
  ];
}

function clip(text: string, width: number): string {
  return text.length < width ? text : `${text.slice(0, Math.max(0, width - 2))}…`;
}
