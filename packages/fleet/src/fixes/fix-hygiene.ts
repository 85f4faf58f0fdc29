import { afterWeekRollover, FIX_FLAGS, type Verdict, type WireFix } from '@rideline/contract';
import { distanceMetres } from '../geo/distance.ts';
import type { JudgedFix } from './fix-record.ts';

/** A position that the next fix is compared with. */
export interface Reference {
  readonly bootIndex: number;
  readonly seq: number;
  readonly t: number;
  readonly lat: number;
  readonly lng: number;
}

/**
 * State of hygiene for one driver. `newest`: the newest accepted fix, which is the live position. `suspect`: an implausible jump that the
 * next fix may confirm; until then it is not a reference, so that one bad fix does not make all correct ones after it look like jumps.
 */
export interface HygieneMemory {
  newest: Reference | null;
  suspect: Reference | null;
}

/** Metres. A phone that reports a larger error does not know where it is. */
const ACCURACY_LIMIT_METRES = 100;
/** Domain ms that a phone's estimate of server time may run ahead. */
const FUTURE_TOLERANCE_MS = 60_000;
/** Domain ms after which a fix is too old to have been collected offline. */
const STALE_AFTER_MS = 24 * 3600_000;
/** 162 km/h: 0.84 % of the steps of the real trace are faster, all of them errors of position or time. */
const JUMP_METRES_PER_SECOND = 45;
/** Shorter intervals count as this long: a metre of noise between two fixes in one millisecond is not a jump. */
const SHORTEST_STEP_MS = 1000;
/** 360 km/h. A receiver that reports more has not measured it; its position may well be right. */
const FASTEST_METRES_PER_SECOND = 100;
const HALF_TURN = 180;
const FULL_TURN = 360;

/** Newer: a higher seq within a boot, or a boot that the server first saw later. */
export function isNewer(bootIndex: number, seq: number, than: Pick<Reference, 'bootIndex' | 'seq'>): boolean {
  return bootIndex === than.bootIndex ? seq > than.seq : bootIndex > than.bootIndex;
}

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** null means "not measured"; so does a negative speed or heading, as iOS sends it, and a speed that no car has (65535, 1e308). */
function measured(value: number | null | string | undefined, limit: number): number | null {
  const number = finite(value);
  return number === null || number < 0 || number > limit ? null : number;
}

const isText = (value: unknown) => typeof value === 'string';

function within(value: number | null, limit: number): number | null {
  return value !== null && value >= -limit && value <= limit ? value : null;
}

/** Verdicts that depend only on the fix and the time. */
function ownVerdict(wire: WireFix, fix: JudgedFix, domainNowMs: number): Verdict {
  const [, t, , , speed, heading, accuracy, flags] = wire;
  const time = finite(t);
  if (time === null || time < 0 || fix.lat === null || fix.lng === null) return 'range';
  if (isText(speed) || isText(heading) || isText(accuracy) || isText(flags)) return 'range';
  if (typeof accuracy === 'number' && !(accuracy >= 0)) return 'range';
  if (fix.lat === 0 && fix.lng === 0) return 'null_island';
  if ((fix.flags & FIX_FLAGS.mock) !== 0) return 'mock';
  if (fix.accuracy !== null && fix.accuracy > ACCURACY_LIMIT_METRES) return 'accuracy';
  if (fix.t > domainNowMs + FUTURE_TOLERANCE_MS) return 'future';
  if (fix.t < domainNowMs - STALE_AFTER_MS) return 'stale';
  return 'ok';
}

/** Before any verdict: a receiver whose week counter has rolled over measures well and dates its fixes 1,024 weeks back. */
function correctRollover(fix: JudgedFix, domainNowMs: number): void {
  const t = afterWeekRollover(fix.t, domainNowMs);
  if (t === fix.t) return;
  fix.t = t;
  fix.flags |= FIX_FLAGS.rollover;
}

function isJump(from: Reference, to: Reference): boolean {
  const seconds = Math.max(to.t - from.t, SHORTEST_STEP_MS) / 1000;
  return distanceMetres(from.lat, from.lng, to.lat, to.lng) > JUMP_METRES_PER_SECOND * seconds;
}

/** Verdict of a fix newer than the live one, compared with `memory`, which is updated. */
function verdictAgainst(memory: HygieneMemory, fix: Reference): Verdict {
  const { newest, suspect } = memory;
  if (newest !== null) {
    if (fix.t === newest.t && fix.lat === newest.lat && fix.lng === newest.lng) return 'duplicate';
    if (isJump(newest, fix)) {
      const confirmed = suspect !== null && fix.t > suspect.t && !isJump(suspect, fix);
      if (!confirmed) {
        // A repeated fix does not confirm itself, and must not replace the suspect: that would delay its confirmation.
        if (suspect === null || fix.t !== suspect.t) memory.suspect = fix;
        return 'implausible';
      }
    }
  }
  memory.newest = fix;
  memory.suspect = null;
  return 'ok';
}

/**
 * Judges one fix (docs/design/matching.md, "Fix hygiene"; docs/design/reliability.md, "Bad input", rows 20–23). A fix older than the live
 * one is late: it is not compared with anything and goes to history only. `memory` changes when the fix becomes the newest one or a
 * suspected jump; `memory.newest.seq === seq` afterwards means that the fix moves the live position.
 * @param bootIndex order in which the server first saw the driver's boots
 * @param domainNowMs the domain clock's time
 */
export function judgeFix(
  memory: HygieneMemory,
  wire: WireFix,
  bootIndex: number,
  domainNowMs: number,
): JudgedFix {
  const [seq, t, lat, lng, speed, heading, accuracy, flags] = wire;
  const turn = measured(heading, FULL_TURN);
  const fix: JudgedFix = {
    seq,
    t: Math.max(0, finite(t) ?? 0),
    lat: within(finite(lat), HALF_TURN / 2),
    lng: within(finite(lng), HALF_TURN),
    speed: measured(speed, FASTEST_METRES_PER_SECOND),
    heading: turn === FULL_TURN ? 0 : turn,
    accuracy: measured(accuracy, Number.MAX_VALUE),
    flags: (finite(flags) ?? 0) & 0xff,
    verdict: 'ok',
  };
  if (fix.t < domainNowMs - STALE_AFTER_MS) correctRollover(fix, domainNowMs);
  fix.verdict = ownVerdict(wire, fix, domainNowMs);
  if (fix.verdict !== 'ok' || fix.lat === null || fix.lng === null) return fix;
  if (memory.newest !== null && !isNewer(bootIndex, seq, memory.newest)) return fix;
  fix.verdict = verdictAgainst(memory, { bootIndex, seq, t: fix.t, lat: fix.lat, lng: fix.lng });
  return fix;
}
