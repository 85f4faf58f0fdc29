import type * as SocketClient from 'socket.io-client';
import type { JournalNote } from '../../src/simulation/journal.ts';
import { City } from './city.ts';
import { Journal } from './journal.ts';
import { type ArtilleryEvents, Recorder } from './recorder.ts';
import { RestClient } from './rest.ts';
import { ServerClock } from './server-clock.ts';
import { ableTo, type Settings } from './settings.ts';
import { loadSocketClient } from './socket-client.ts';

const PARTINGS_PER_SECOND = 500;
const MOST_PARTING_MS = 15_000;
/** Commands of drivers whose event has not reached the rider yet. */
const MOST_COMMANDS = 50_000;

/** What all users of one generator share. */
export class Lab {
  readonly settings: Settings;
  readonly recorder: Recorder;
  readonly clock = new ServerClock();
  readonly city: City;
  readonly rest: RestClient;
  readonly client: typeof SocketClient;
  readonly #journal: Journal | null;
  /** When the driver's command was due, by trip and event: both ends of a trip are users of this generator. */
  readonly #commands = new Map<string, number>();
  /** Fixes that drivers hold because they are not acknowledged, of all drivers. */
  heldFixes = 0;
  readonly #onEnding = new Set<() => void>();
  #isEnding = false;

  constructor(settings: Settings, events: ArtilleryEvents) {
    this.settings = settings;
    this.recorder = new Recorder(events);
    this.client = loadSocketClient();
    const { target, httpConnections, httpTimeoutMs, journalPath, scenario, seed, centre, firstUser } =
      settings;
    this.rest = new RestClient({ target, connections: httpConnections, timeoutMs: httpTimeoutMs });
    this.city = new City({ centre, seed, first: firstUser, drivers: ableTo('drive', settings) });
    this.#journal =
      journalPath === null
        ? null
        : new Journal({
            path: journalPath,
            scenario,
            seed,
            onDropped: () => this.recorder.count('journal.dropped'),
          });
  }

  readonly nowMs = (): number => performance.now();

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The load is over: what is under way is brought to its end. */
  end(): void {
    this.#isEnding = true;
    for (const call of [...this.#onEnding]) call();
    this.#onEnding.clear();
  }

  /** How long a user waits with what the end of the load makes it do: thousands at once would be a load of their own. */
  partingMs(): number {
    return Math.random() * Math.min(MOST_PARTING_MS, (this.settings.users / PARTINGS_PER_SECOND) * 1000);
  }

  /**
   * Calls this when the load is over; at once when it is. Returns the function that takes it back. Not a promise: each of the thousands that wait
   * for one and stop waiting would leave its reaction in it.
   */
  onEnding(call: () => void): () => void {
    if (this.#isEnding) call();
    else this.#onEnding.add(call);
    return () => this.#onEnding.delete(call);
  }

  note(note: JournalNote): void {
    this.#journal?.note(note);
  }

  get hasJournal(): boolean {
    return this.#journal !== null;
  }

  commandSent(tripId: string, event: string, dueMs: number): void {
    if (this.#commands.size < MOST_COMMANDS) this.#commands.set(`${tripId} ${event}`, dueMs);
  }

  /** When the command that caused this event was due; null when it is not known, or was taken before. */
  takeCommand(tripId: string, event: string): number | null {
    const key = `${tripId} ${event}`;
    const dueMs = this.#commands.get(key) ?? null;
    this.#commands.delete(key);
    return dueMs;
  }

  async close(): Promise<void> {
    this.rest.close();
    await this.#journal?.close();
    this.recorder.close();
  }
}
