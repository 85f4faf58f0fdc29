import { useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../page/page.ts';
import { formatAge } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import { DownIcon } from '../widgets/icons.tsx';
import type { HealthView } from './health.ts';

/** What each degradation level refuses (SPEC DEG-24). */
const LEVELS: Readonly<Record<number, string>> = {
  1: 'Level 1: lists and exports are refused.',
  2: 'Level 2: everything that is not part of a trip is refused.',
  3: 'Level 3: new sign-ins are refused; trips continue.',
};

/** The system's health as one word, with the reasons on demand. */
export function HealthBadge({ page }: { page: Page }) {
  const view = useStore(page.health);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false);
    };
    addEventListener('pointerdown', closeOutside);
    return () => removeEventListener('pointerdown', closeOutside);
  }, [open]);
  const { word, tone } = summaryOf(view);
  return (
    <span class="health" ref={box}>
      <button
        type="button"
        class={`health-button health-${tone}`}
        aria-expanded={open}
        aria-controls="health-reasons"
        onClick={() => setOpen(!open)}
      >
        {word}
        <DownIcon />
      </button>
      <div id="health-reasons" class="health-reasons" hidden={!open}>
        <Reasons view={view} nowMs={page.nowMs()} />
      </div>
    </span>
  );
}

function summaryOf(view: HealthView): { word: string; tone: 'good' | 'bad' | 'unknown' } {
  if (view.kind === 'unknown') return { word: 'Health', tone: 'unknown' };
  if (view.kind === 'silent') return { word: 'No health data', tone: 'bad' };
  switch (view.health.status) {
    case 'ok':
      return { word: 'System healthy', tone: 'good' };
    case 'degraded':
      return { word: view.health.level ? `Degraded, level ${view.health.level}` : 'Degraded', tone: 'bad' };
    case 'unready':
      return { word: 'Not ready', tone: 'bad' };
  }
}

function Reasons({ view, nowMs }: { view: HealthView; nowMs: number }) {
  if (view.kind === 'unknown') return <p>Not checked yet.</p>;
  const age = formatAge(Math.max(0, nowMs - view.sinceMs));
  if (view.kind === 'silent') {
    return (
      <p>
        The API has not answered for {age}. <code>{view.code}</code>
      </p>
    );
  }
  const { process, reasons, status, level = 0 } = view.health;
  return (
    <>
      <p>
        {process} has reported {status} for {age}.
      </p>
      {level > 0 && <p>{LEVELS[level]}</p>}
      {reasons.length > 0 && (
        <ul>
          {reasons.map(({ dependency, reason }) => (
            <li key={dependency + reason}>
              <strong>{dependency}</strong> {reason}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
