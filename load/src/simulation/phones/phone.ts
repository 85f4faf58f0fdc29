import type { ConnectionState, TransportName } from '@rideline/sdk';
import type { FleetFigures } from '../fleet/fleet-figures.ts';
import type { Journal } from '../journal-file.ts';
import type { PhoneNetwork } from '../network/phone-network.ts';
import type { PhonePlan, PhoneStep } from '../plan/phone-plan.ts';
import { CommandNotes, type EndedCommand } from './command-notes.ts';
import { PhoneClock } from './phone-clock.ts';
import { PhoneStorage } from './phone-storage.ts';

export interface PhoneParts {
  readonly plan: PhonePlan;
  readonly userId: string;
  readonly network: PhoneNetwork;
  readonly token: () => Promise<string>;
  /** Default: the SDK's. */
  readonly transports: readonly TransportName[] | undefined;
  readonly journal: Journal;
  readonly figures: FleetFigures;
  /** Uniform in [0, 1); another one for each start of the app, so that no id is made twice. */
  readonly random: (boot: number) => () => number;
  /** Something that no fault explains. */
  readonly onProblem: (problem: string) => void;
}

/** One start of an app: what is gone when its process is. */
export interface AppStart {
  readonly clock: PhoneClock;
  readonly storage: ReturnType<PhoneStorage['ofApp']>;
}

/** After the SDK gave up, the person opens the app again. */
const REOPEN_MS = 5000;

/** A simulated person's phone: the faults of the plan happen to it, and its app is started as often as it takes. */
export abstract class Phone {
  readonly plan: PhonePlan;
  readonly userId: string;
  readonly network: PhoneNetwork;
  readonly faults = new Map<string, number>();
  protected readonly parts: PhoneParts;
  protected readonly commands: CommandNotes;
  readonly #storage: PhoneStorage;
  #start: AppStart | null = null;
  #boots = 0;
  #isBackground = false;
  #jumpedMs = 0;
  /** Since when the app has no connection; null: it has one, or never had one. */
  #lostMs: number | null = null;
  #wasConnected = false;

  constructor(parts: PhoneParts) {
    this.parts = parts;
    this.plan = parts.plan;
    this.userId = parts.userId;
    this.network = parts.network;
    const person = { userId: parts.userId, role: parts.plan.role };
    this.commands = new CommandNotes(person, parts.journal, (ended) => this.#onEnded(ended));
    this.#storage = new PhoneStorage(parts.plan.hasStorage, (command) => this.commands.given(command));
  }

  /** The app is running and in the foreground. */
  get isUsable(): boolean {
    return this.#start !== null && !this.#isBackground;
  }

  boot(): void {
    if (this.#start !== null) return;
    const { plan, random, figures } = this.parts;
    const errors = { ...plan.clock, offsetMs: plan.clock.offsetMs + this.#jumpedMs };
    this.#start = {
      clock: new PhoneClock(errors, random(this.#boots)),
      storage: this.#storage.ofApp(),
    };
    this.#boots++;
    this.#lostMs = null;
    this.#wasConnected = false;
    figures.count('boots');
    this.startApp(this.#start);
  }

  apply(step: PhoneStep): void {
    if (step.kind !== 'request') this.#noteFault(step);
    switch (step.kind) {
      case 'network':
        this.network.setProfile(step.profile);
        break;
      case 'interrupt':
        this.network.interrupt(step.what);
        break;
      case 'restore':
        this.network.restore(step.survive);
        // The operating system tells the app.
        if (this.isUsable) this.wakeApp();
        break;
      case 'kill':
        this.#endStart('killed');
        break;
      case 'battery':
        this.#endStart('battery');
        break;
      case 'boot':
        this.boot();
        break;
      case 'background':
        this.#suspend();
        break;
      case 'foreground':
        this.#resume();
        break;
      case 'clock':
        this.#jumpedMs += step.byMs;
        this.#start?.clock.jump(step.byMs);
        break;
      case 'wire':
        this.network.wire.arm(step.what);
        break;
      case 'request':
        if (this.isUsable) this.request(step);
        break;
    }
  }

  /** Every fault ends; a phone that is off is started. */
  heal(): void {
    this.network.heal();
    this.#resume();
    this.boot();
    this.wakeApp();
  }

  /** The run is over. */
  close(): void {
    this.#endStart('closed');
  }

  /** Called often; `passedMs` since the run began. */
  abstract tick(passedMs: number): void;
  /** Ends what the person has begun. @returns whether nothing is open any more */
  abstract settle(): boolean;
  /** What the person waits for, and whether their app is connected: for the reader of a run that did not settle. */
  abstract describe(): string;
  protected abstract startApp(start: AppStart): void;
  /** The app is gone already: only what the simulator knows of it is written down. */
  protected abstract endApp(why: 'closed' | 'killed' | 'battery'): void;
  protected abstract wakeApp(): void;
  protected abstract request(step: Extract<PhoneStep, { kind: 'request' }>): void;

  /** What every app does with its connection's state. */
  protected onState(state: ConnectionState, reopen: () => void): void {
    const { figures, onProblem } = this.parts;
    const nowMs = performance.now();
    if (state.kind === 'connected') {
      figures.count('connects');
      if (this.#lostMs !== null) figures.measure('reconnect', nowMs - this.#lostMs);
      this.#lostMs = null;
      this.#wasConnected = true;
    } else if (this.#wasConnected) this.#lostMs ??= nowMs;
    if (state.kind !== 'stopped' || state.advice === undefined) return;
    figures.error('connect', state.advice.code);
    onProblem(`${this.userId}: the SDK gave up: ${state.advice.code}`);
    this.#start?.clock.after(REOPEN_MS, reopen);
  }

  #onEnded({ event, ms, outcome }: EndedCommand): void {
    const { figures } = this.parts;
    figures.count('commands.ended');
    const name =
      event === 'trip:request' ? 'trip.request' : event === 'offer:answer' ? 'offer.answer' : 'trip.command';
    if (outcome.ok) {
      if (ms !== null) figures.measure(name, ms);
    } else figures.error(name, outcome.code);
  }

  #endStart(why: 'closed' | 'killed' | 'battery'): void {
    const start = this.#start;
    if (start === null) return;
    this.#start = null;
    this.#isBackground = false;
    this.network.resume();
    start.storage.stop();
    start.clock.stop();
    if (why === 'battery') this.network.losePhone();
    else if (why === 'killed') this.network.loseApp();
    this.endApp(why);
  }

  #suspend(): void {
    if (this.#start === null || this.#isBackground) return;
    this.#isBackground = true;
    this.#start.clock.suspend();
    this.network.suspend();
  }

  #resume(): void {
    if (!this.#isBackground) return;
    this.#isBackground = false;
    this.network.resume();
    this.#start?.clock.resume();
    this.wakeApp();
  }

  #noteFault(step: PhoneStep): void {
    const what = 'what' in step ? `${step.kind} ${step.what}` : step.kind;
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
    const text =
      'profile' in step ? `${what} ${step.profile}` : 'byMs' in step ? `${what} ${step.byMs} ms` : what;
    this.parts.journal.note({ kind: 'fault', userId: this.userId, what: text });
  }
}
