import { DueTimes } from './curve.ts';
import { Dealer } from './dealing.ts';
import { Lab } from './lab.ts';
import { Pacer } from './pacer.ts';
import { Pictures } from './picture.ts';
import { FreeUsers, Turns } from './pools.ts';
import type { ArtilleryEvents } from './recorder.ts';
import { pause } from './repeat.ts';
import { Session } from './session.ts';
import {
  type Ability,
  ableTo,
  curveOf,
  type Group,
  PLANNED,
  type Planned,
  type Settings,
} from './settings.ts';
import { type Credential, type Role, readCredentials } from './tokens.ts';
import { roleOf, User } from './user.ts';

/** Artillery makes the users within the phase that every scenario has; they connect at a rate of their own. */
const ARRIVAL_MS = 5000;
/** After the last user is due to connect, before the load begins. */
const GATHER_MS = 3000;
/** How long what is under way may take after the load. */
const SETTLE_MS = 30_000;
const SETTLE_TURN_MS = 200;
const LATE_MS = 50;
/** Operations begun and not over, trips and uploads included; what is due beyond it is skipped and counted. */
const LEAST_BOUND_UNDER_WAY = 20_000;

type Pool = Turns<User> | FreeUsers<User>;

/** One run of one scenario in this generator: its users connect, do what is due, and leave together. */
export class Run {
  readonly #lab: Lab;
  readonly #settings: Settings;
  readonly #dealer: Dealer<Group>;
  readonly #credentials: Promise<Record<Role, Credential[]>>;
  readonly #pictures: Pictures | null;
  readonly #pools: Readonly<Record<Planned, Pool>> = {
    location: new Turns<User>(),
    search: new Turns<User>(),
    trip: new FreeUsers<User>(),
    upload: new FreeUsers<User>(),
  };
  readonly #startedMs: number;
  readonly #loadMs: number;
  readonly #over: Promise<void>;
  readonly #numbers: Record<Role, number> = { driver: 0, rider: 0 };
  #joined = 0;
  #present = 0;
  #underWay = 0;
  /** Trips that were begun and are not over. */
  #trips = 0;

  constructor(settings: Settings, events: ArtilleryEvents) {
    this.#settings = settings;
    this.#lab = new Lab(settings, events);
    this.#dealer = new Dealer(settings.groups);
    this.#credentials = readCredentials(settings.tokenFiles);
    // Each user awaits it and fails with its error; until the first one does, it would be an unhandled rejection.
    this.#credentials.catch(() => undefined);
    this.#pictures =
      settings.plans.upload === undefined ? null : new Pictures(settings.uploadBytes, settings.seed);
    this.#startedMs = this.#lab.nowMs();
    const connectingMs = (settings.users / settings.connectsPerSecond) * 1000;
    this.#loadMs = this.#startedMs + Math.max(ARRIVAL_MS, connectingMs) + GATHER_MS;
    this.#over = this.#load();
  }

  /** The whole life of one of Artillery's virtual users. @throws OperationFailed or Error, by which Artillery counts the user as failed */
  async user(): Promise<void> {
    const plannedMs = this.#startedMs + (this.#joined++ / this.#settings.connectsPerSecond) * 1000;
    const dueMs = Math.max(plannedMs, this.#lab.nowMs());
    const group = this.#dealer.next();
    const role = roleOf(group.does);
    const number = this.#numbers[role]++;
    this.#present++;
    let user: User | null = null;
    try {
      await pause(dueMs - this.#lab.nowMs());
      user = await this.#arrive({ role, number, does: group.does }, dueMs);
      await this.#over;
      await pause(this.#lab.partingMs());
      await user.finish(this.#lab.nowMs() + SETTLE_MS);
    } finally {
      user?.close();
      this.#present--;
      if (this.#present === 0 && this.#joined >= this.#settings.users) await this.#lab.close();
    }
  }

  async #arrive(
    { role, number, does }: { role: Role; number: number; does: readonly Ability[] },
    dueMs: number,
  ): Promise<User> {
    const { tokenFiles, firstUser } = this.#settings;
    const credential = (await this.#credentials)[role][firstUser + number] ?? null;
    if (credential === null && tokenFiles.length > 0) {
      this.#lab.recorder.failed('sign.in', 'NO_TOKEN');
      throw new Error(`there are not enough ${role} tokens in RIDELINE_TOKENS`);
    }
    const session = await Session.open(this.#lab, role, credential, dueMs);
    const pictures = does.includes('upload') ? this.#pictures : null;
    const user = new User(this.#lab, { session, does, number: firstUser + number, pictures });
    const untilMs = this.#loadMs + this.#settings.durationMs;
    if (!(await user.open(dueMs, untilMs))) {
      user.close();
      throw new Error('CONNECT_FAILED');
    }
    for (const [planned, ability] of Object.entries(PLANNED) as [Planned, Ability][])
      if (does.includes(ability)) this.#pools[planned].add(user);
    return user;
  }

  async #load(): Promise<void> {
    const { plans, durationMs } = this.#settings;
    await pause(this.#loadMs - this.#lab.nowMs());
    const pacers = (Object.keys(plans) as Planned[]).map((planned) => this.#pacerOf(planned));
    for (const pacer of pacers) pacer.start();
    await pause(this.#loadMs + durationMs - this.#lab.nowMs());
    for (const pacer of pacers) pacer.stop();
    this.#lab.end();
    const settledMs = this.#lab.nowMs() + SETTLE_MS;
    while (this.#trips > 0 && this.#lab.nowMs() < settledMs) await pause(SETTLE_TURN_MS);
  }

  #pacerOf(planned: Planned): Pacer {
    const { plans, durationMs } = this.#settings;
    const plan = plans[planned];
    const able = ableTo(PLANNED[planned], this.#settings);
    const curve = plan === undefined ? [] : curveOf(plan, able, durationMs);
    return new Pacer({
      due: new DueTimes(curve, durationMs),
      startMs: this.#loadMs,
      nowMs: this.#lab.nowMs,
      begin: (dueMs) => this.#begin(planned, dueMs),
    });
  }

  #begin(planned: Planned, dueMs: number): void {
    const { recorder, nowMs } = this.#lab;
    const latenessMs = nowMs() - dueMs;
    recorder.observe('generator.lateness', latenessMs);
    if (latenessMs > LATE_MS) recorder.count('operations.late');
    const pool = this.#pools[planned];
    const most = Math.max(LEAST_BOUND_UNDER_WAY, 2 * this.#settings.users);
    const user = this.#underWay < most ? pool.take() : null;
    if (user === null) {
      recorder.count('operations.skipped');
      return;
    }
    recorder.count('operations.sent');
    void this.#perform(planned, user, dueMs);
  }

  async #perform(planned: Planned, user: User, dueMs: number): Promise<void> {
    const pool = this.#pools[planned];
    this.#underWay++;
    if (planned === 'trip') this.#trips++;
    try {
      await user.perform(planned, dueMs);
    } catch {
      // A fault of this package: counted, so that the run's thresholds fail, and the other users go on.
      this.#lab.recorder.failed('user', 'EXCEPTION');
    } finally {
      this.#underWay--;
      if (planned === 'trip') this.#trips--;
      if (pool instanceof FreeUsers) pool.giveBack(user);
    }
  }
}
