import { greatCircleMetres, type Point } from '@rideline/contract';
import type { DayCab, DayRequest, MatchingDay } from './day.ts';

/** A free cab in reach of a request. */
export interface CabInReach {
  /** Index of the cab in the day. */
  readonly cab: number;
  readonly etaSeconds: number;
  readonly idleSeconds: number;
}

export interface WaitingRequest {
  readonly request: DayRequest;
  readonly ageSeconds: number;
  /** Nearest first, at most `CITY_RULES.candidates`. */
  readonly inReach: readonly CabInReach[];
}

/** Which cab takes which request, as decided in one tick. */
export interface CityPair {
  readonly request: DayRequest;
  readonly cab: number;
  readonly etaSeconds: number;
}

/** Gets the requests in the order of their arrival. */
export interface MatchingPolicy {
  readonly name: string;
  readonly tickSeconds: number;
  /** Whether time alone, without a new request or cab, can change the decision. */
  readonly byAge?: true;
  match(waiting: readonly WaitingRequest[]): CityPair[];
}

export interface ServedRequest {
  readonly request: DayRequest;
  readonly cab: number;
  readonly matchedAt: number;
  readonly waitSeconds: number;
  readonly doneAt: number;
}

export interface CityResult {
  readonly served: readonly ServedRequest[];
  readonly lost: readonly DayRequest[];
  /** By cab: the share of its time online spent driving to a rider or with one. */
  readonly busyShares: readonly number[];
  readonly worstTickMs: number;
}

/** The rules of docs/design/matching.md, "Baseline", so that its table and ours are comparable. */
export const CITY_RULES = { patienceSeconds: 180, etaLimitSeconds: 900, candidates: 12 } as const;

const AWAY = 0;
const FREE = 1;
const BUSY = 2;

interface Cab {
  readonly index: number;
  readonly day: DayCab;
  state: typeof AWAY | typeof FREE | typeof BUSY;
  place: Point;
  freeSince: number;
  /** Number of its current free period: distances computed in one period hold until it ends, because free cabs stand still. */
  spell: number;
  busySeconds: number;
  onlineUntil: number;
}

interface Near {
  readonly index: number;
  readonly spell: number;
  readonly etaSeconds: number;
}

interface Waiting {
  readonly request: DayRequest;
  /** Cabs within the limit, nearest first. Those whose free period is over are dropped when they are met. */
  near: Near[];
}

/**
 * A day of a city under one policy, in simulated time: no cruising, every offer is accepted, cabs drive in straight lines at the day's
 * median speed. Deterministic.
 */
export function simulateCity(day: MatchingDay, policy: MatchingPolicy): CityResult {
  return new City(day, policy).run();
}

class City {
  readonly #day: MatchingDay;
  readonly #policy: MatchingPolicy;
  readonly #cabs: Cab[];
  readonly #startAt: number;
  /** By tick: cabs that come online, go offline, or set their rider down. */
  readonly #dueAt = new Map<number, Cab[]>();
  #waiting: Waiting[] = [];
  readonly #served: ServedRequest[] = [];
  readonly #lost: DayRequest[] = [];
  #worstTickMs = 0;

  constructor(day: MatchingDay, policy: MatchingPolicy) {
    this.#day = day;
    this.#policy = policy;
    const first = Math.min(day.requests[0]?.at ?? 0, ...day.cabs.map(({ from }) => from));
    this.#startAt = Math.floor(first);
    this.#cabs = day.cabs.map((cab, index) => ({
      index,
      day: cab,
      state: AWAY,
      place: cab.place,
      freeSince: cab.from,
      spell: 0,
      busySeconds: 0,
      onlineUntil: cab.until,
    }));
    for (const cab of this.#cabs) {
      this.#due(cab.day.from, cab);
      this.#due(cab.day.until, cab);
    }
  }

  run(): CityResult {
    const { requests } = this.#day;
    let next = 0;
    let changed = false;
    for (let tick = 0; next < requests.length || this.#waiting.length > 0; tick += 1) {
      const now = this.#startAt + tick * this.#policy.tickSeconds;
      if (this.#settle(tick, now)) changed = true;
      for (; next < requests.length && (requests[next] as DayRequest).at <= now; next += 1) {
        this.#waiting.push(this.#arrived(requests[next] as DayRequest));
        changed = true;
      }
      this.#lose(now);
      if (this.#waiting.length === 0 || !(changed || this.#policy.byAge)) continue;
      // A taken cab may have crowded others out of a request's nearest: try again.
      changed = this.#match(now) > 0;
    }
    return {
      served: this.#served,
      lost: this.#lost,
      busyShares: this.#cabs.map(({ busySeconds, day, onlineUntil }) => {
        const online = onlineUntil - day.from;
        return online > 0 ? busySeconds / online : 0;
      }),
      worstTickMs: this.#worstTickMs,
    };
  }

  #due(at: number, cab: Cab): void {
    const tick = Math.max(0, Math.ceil((at - this.#startAt) / this.#policy.tickSeconds));
    const due = this.#dueAt.get(tick);
    if (due) due.push(cab);
    else this.#dueAt.set(tick, [cab]);
  }

  /** @returns whether a cab has become free */
  #settle(tick: number, now: number): boolean {
    let freed = false;
    for (const cab of this.#dueAt.get(tick) ?? []) {
      if (cab.state === BUSY && cab.freeSince > now) continue;
      const online = cab.day.until > now;
      if (online && cab.state !== FREE) {
        cab.state = FREE;
        cab.spell += 1;
        freed = true;
        for (const waiting of this.#waiting) this.#noteNear(waiting, cab);
      }
      if (!online) cab.state = AWAY;
    }
    this.#dueAt.delete(tick);
    return freed;
  }

  #arrived(request: DayRequest): Waiting {
    const waiting: Waiting = { request, near: [] };
    for (const cab of this.#cabs) if (cab.state === FREE) this.#noteNear(waiting, cab);
    return waiting;
  }

  #noteNear({ request, near }: Waiting, cab: Cab): void {
    const etaSeconds = greatCircleMetres(cab.place, request.pickup) / this.#day.metresPerSecond;
    if (etaSeconds > CITY_RULES.etaLimitSeconds) return;
    const { index, spell } = cab;
    const after = near.findIndex((one) => one.etaSeconds > etaSeconds);
    near.splice(after < 0 ? near.length : after, 0, { index, spell, etaSeconds });
  }

  #lose(now: number): void {
    this.#waiting = this.#waiting.filter(({ request }) => {
      const patient = now - request.at <= CITY_RULES.patienceSeconds;
      if (!patient) this.#lost.push(request);
      return patient;
    });
  }

  #inReach(waiting: Waiting, now: number): CabInReach[] {
    waiting.near = waiting.near.filter(({ index, spell }) => {
      const cab = this.#cabs[index] as Cab;
      return cab.state === FREE && cab.spell === spell;
    });
    return waiting.near.slice(0, CITY_RULES.candidates).map(({ index, etaSeconds }) => ({
      cab: index,
      etaSeconds,
      idleSeconds: now - (this.#cabs[index] as Cab).freeSince,
    }));
  }

  #match(now: number): number {
    const waiting = this.#waiting.map((one) => ({
      request: one.request,
      ageSeconds: now - one.request.at,
      inReach: this.#inReach(one, now),
    }));
    const startedAt = performance.now();
    const pairs = this.#policy.match(waiting);
    this.#worstTickMs = Math.max(this.#worstTickMs, performance.now() - startedAt);
    const taken = new Set(pairs.map(({ request }) => request));
    for (const pair of pairs) this.#drive(pair, now);
    this.#waiting = this.#waiting.filter(({ request }) => !taken.has(request));
    return pairs.length;
  }

  #drive({ request, cab: index, etaSeconds }: CityPair, now: number): void {
    const cab = this.#cabs[index] as Cab;
    if (cab.state !== FREE) throw new Error(`${this.#policy.name} gave cab ${cab.day.id} two rides at once`);
    const doneAt = now + etaSeconds + request.rideSeconds;
    cab.state = BUSY;
    cab.place = request.dropoff;
    cab.freeSince = doneAt;
    cab.busySeconds += doneAt - now;
    cab.onlineUntil = Math.max(cab.onlineUntil, doneAt);
    this.#due(doneAt, cab);
    const waitSeconds = now + etaSeconds - request.at;
    this.#served.push({ request, cab: index, matchedAt: now, waitSeconds, doneAt });
  }
}
