import { TRIP_ENDS, type TripHistory } from '@rideline/contract';
import { ApiCallFailed, type ApiClient } from '../../cluster/api-client.ts';
import {
  type CommandJournal,
  checkCommand,
  unexplainedEffects,
} from '../../simulation/checks/command-check.ts';
import { type DriverTime, overlapsOf, timesOf } from '../../simulation/checks/trip-check.ts';
import { illegalSteps } from '../../simulation/checks/trip-steps.ts';
import { readHistories, TRIPS_AT_ONCE } from './held-by-servers.ts';
import type { InvariantFindings } from './invariants.ts';
import { type SettlingOptions, untilSettled } from './settling.ts';

interface TripJournal {
  readonly tripId: string;
  /** The request was answered with success. */
  readonly accepted: boolean;
  readonly commands: readonly CommandJournal[];
}

/** The trips of the journals, each with its commands. */
function tripsOf(commands: Iterable<CommandJournal>): TripJournal[] {
  const byTrip = Map.groupBy(commands, ({ tripId }) => tripId);
  byTrip.delete(null);
  return [...byTrip].map(([tripId, own]) => ({
    tripId: tripId as string,
    accepted: own.some(({ action, answers }) => action === 'request' && answers.length > 0),
    commands: own,
  }));
}

/** Settled: nothing is due. A trip that is scheduled for later has not begun. */
function isSettled({ accepted }: TripJournal, history: TripHistory | null): boolean {
  if (history === null) return !accepted;
  return TRIP_ENDS.includes(history.state) || history.state === 'scheduled';
}

/** States in which a trip waits for its driver, and not for the system: it ends by itself only hours after the driver's phone is gone. */
const RIDES: readonly TripHistory['state'][] = ['accepted', 'arrived', 'in_progress', 'at_stop'];
const CONFLICT = 409;

/** Cancels the rides that the run left open, each once, as an operator does for a driver who is gone. */
class RideEnds {
  readonly #api: ApiClient;
  readonly #ended = new Set<string>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  get count(): number {
    return this.#ended.size;
  }

  /** @throws ApiCallFailed */
  async end({ tripId, state }: TripHistory): Promise<void> {
    if (!RIDES.includes(state) || this.#ended.has(tripId)) return;
    const body = { commandId: `end-${tripId}`, reason: 'the load run is over' };
    try {
      await this.#api.call('POST', `/v1/trips/${tripId}/cancel`, body);
      this.#ended.add(tripId);
    } catch (error) {
      // It has changed since it was read: the next reading decides, and cancels it again when it is still a ride.
      if (!(error instanceof ApiCallFailed && error.status === CONFLICT)) throw error;
    }
  }
}

/** Judges one trip after another, and at the end what holds among them. */
class TripJudge {
  readonly #findings: InvariantFindings;
  readonly #times: DriverTime[] = [];
  #tookEffect = 0;
  #hadNone = 0;

  constructor(findings: InvariantFindings) {
    this.#findings = findings;
  }

  judge(trip: TripJournal, history: TripHistory | null): void {
    const { ends, commands } = this.#findings;
    if (trip.accepted) {
      ends.examine(history?.state === 'scheduled' ? 0 : 1);
      if (history === null) ends.violate(`trip ${trip.tripId} was accepted and does not exist`);
      else if (!isSettled(trip, history))
        ends.violate(`trip ${trip.tripId} was accepted and is ${history.state}`);
    }
    if (history === null) {
      // A request that was refused made no trip; its acceptance is judged above.
      commands.examine(trip.commands.length);
      for (const { action, commandId, answers } of trip.commands)
        if (action !== 'request' && answers.length > 0)
          commands.violate(`command ${commandId} was answered; its trip ${trip.tripId} does not exist`);
      return;
    }
    this.#judgeAssignments(history);
    this.#judgeCommands(trip, history);
  }

  #judgeAssignments(history: TripHistory): void {
    const { assignments } = this.#findings;
    const { events, tripId } = history;
    const { times, twoDrivers } = timesOf(events);
    if (times.length > 0) assignments.examine();
    this.#times.push(...times);
    if (twoDrivers) assignments.violate(`trip ${tripId} was given to a second driver while it had one`);
  }

  #judgeCommands(trip: TripJournal, history: TripHistory): void {
    const { commands } = this.#findings;
    for (const command of trip.commands) {
      const { faults, wasUnknown, effect } = checkCommand(command, history);
      commands.examine();
      for (const fault of faults) commands.violate(fault);
      if (!wasUnknown) continue;
      if (effect) this.#tookEffect += 1;
      else this.#hadNone += 1;
    }
    for (const fault of unexplainedEffects(history)) commands.violate(fault);
    for (const fault of illegalSteps(history.events)) commands.violate(`trip ${history.tripId}: ${fault}`);
  }

  /** @param skewMs by how much the clocks of two processes may differ */
  end(skewMs: number): void {
    const { assignments, commands } = this.#findings;
    for (const overlap of overlapsOf(this.#times, skewMs)) assignments.violate(`driver ${overlap} at a time`);
    const unknown = this.#tookEffect + this.#hadNone;
    if (unknown > 0)
      commands.remark(
        `${unknown} had an unknown result: ${this.#tookEffect} took effect, ${this.#hadNone} did not`,
      );
    if (skewMs > 0) assignments.remark(`overlaps below ${skewMs} ms are taken for a difference of clocks`);
  }
}

/** Compares trips and commands with the histories that the servers hold: three invariants in one reading. */
export async function checkTrips(
  api: ApiClient,
  commands: Iterable<CommandJournal>,
  findings: InvariantFindings,
  options: SettlingOptions & { readonly skewMs: number; readonly endRides: boolean },
): Promise<void> {
  const judge = new TripJudge(findings);
  const rideEnds = new RideEnds(api);
  await untilSettled(
    'trips',
    tripsOf(commands),
    TRIPS_AT_ONCE,
    async (batch, isLast) => {
      const held = await readHistories(
        api,
        batch.map(({ tripId }) => tripId),
      );
      if (options.endRides)
        for (const history of held.values()) if (history !== null) await rideEnds.end(history);
      return batch.filter((trip) => {
        const history = held.get(trip.tripId) ?? null;
        if (!isSettled(trip, history) && !isLast) return true;
        judge.judge(trip, history);
        return false;
      });
    },
    options,
  );
  if (rideEnds.count > 0)
    findings.ends.remark(`${rideEnds.count} rides were open when their drivers had left, and were cancelled`);
  judge.end(options.skewMs);
}
