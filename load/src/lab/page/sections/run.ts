import type { RunEvent, RunReport } from '../../run-report.ts';
import { formatClock, formatValue } from '../browser/format-value.js';
import { faultPeriods, MOST_LISTED_EVENTS } from '../faults.ts';
import { type Html, type HtmlPart, html, shortened } from '../html.ts';
import { moreNote, table } from '../table.ts';
import { startedText } from './summary.ts';

const MOST_TEXT_CHARS = 300;
const MOST_FAULTS = 200;

const KINDS: Readonly<Record<RunEvent['kind'], string>> = {
  phase: 'phase',
  fault: 'fault',
  healed: 'healed',
  recovered: 'recovered',
  note: 'note',
};

/** Faults with their times to heal and to recover, then all events with the numbers that the plots show. */
export function eventsSection({ events }: RunReport): Html {
  if (events.length === 0) return html`<p class="none">Nothing was recorded.</p>`;
  const listed = events.slice(0, MOST_LISTED_EVENTS);
  const all = table(
    'Events, with their numbers on the plots',
    [{ title: 'No.' }, { title: 'At', figures: true }, { title: 'Kind' }, { title: 'What' }],
    listed.map(({ atMs, kind, text }, at): HtmlPart[] => [
      String(at + 1),
      formatClock(atMs / 1000),
      html`<span class="event ${kind}">${KINDS[kind]}</span>`,
      shortened(text, MOST_TEXT_CHARS),
    ]),
  );
  return html`${faultsTable(events)}${all}${moreNote(listed.length, events.length, 'events')}`;
}

function faultsTable(events: readonly RunEvent[]): HtmlPart {
  const periods = faultPeriods(events);
  if (periods.length === 0) return null;
  const lasted = (from: number, to: number | null) => (to === null ? '–' : formatValue(to - from, 'ms'));
  const rows = periods
    .slice(0, MOST_FAULTS)
    .map(({ text, atMs, healedAtMs, recoveredAtMs }): HtmlPart[] => [
      shortened(text, MOST_TEXT_CHARS),
      formatClock(atMs / 1000),
      lasted(atMs, healedAtMs),
      recoveredAtMs !== null && healedAtMs !== null && recoveredAtMs < healedAtMs
        ? 'before it was healed'
        : lasted(healedAtMs ?? atMs, recoveredAtMs),
      recoveredAtMs === null
        ? html`<span class="badge bad">did not recover</span>`
        : lasted(atMs, recoveredAtMs),
    ]);
  return html`${table(
    'Faults',
    [
      { title: 'Fault' },
      { title: 'At', figures: true },
      { title: 'Lasted', figures: true },
      { title: 'Recovered after healing', figures: true },
      { title: 'From fault to recovery', figures: true },
    ],
    rows,
  )}${moreNote(rows.length, periods.length, 'faults')}`;
}

/** What a reader needs to repeat the run and to judge it. */
export function runSection(report: RunReport): Html {
  const { target, settings, versions } = report;
  const facts: (readonly [string, HtmlPart])[] = [
    ['Command', html`<code>${shortened(report.command, 1000)}</code>`],
    ['Commit', html`<code>${shortened(report.commit, 80)}</code>`],
    ['Started', startedText(report.startedAt)],
    ['Machine', shortened(report.machine, MOST_TEXT_CHARS)],
    ['Load average before', formatValue(report.loadAverageBefore, '')],
    [
      'Target',
      `${shortened(target.what, MOST_TEXT_CHARS)} at ${shortened(target.url, MOST_TEXT_CHARS)}${target.own ? ', started for this run' : ', not started by this run'}`,
    ],
    ['Variant', `${shortened(report.variantTitle, MOST_TEXT_CHARS)} (${shortened(report.variant, 80)})`],
    ['Seed', settings.seed ?? 'none'],
    ...Object.entries(versions)
      .slice(0, 40)
      .map(([name, version]) => [shortened(name, 80), shortened(version, MOST_TEXT_CHARS)] as const),
  ];
  return html`<dl class="run">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function notesSection({ notes }: RunReport): Html {
  if (notes.length === 0) return html`<p class="none">The run left no notes.</p>`;
  return html`<ul class="notes">${notes.map((note) => html`<li>${shortened(note, 1000)}</li>`)}</ul>`;
}
