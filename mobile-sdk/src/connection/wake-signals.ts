import type { AppPhase, AppStateSource } from '../app-state/app-state.ts';
import type { Recorder } from '../diagnostics/recorder.ts';
import { isGoodNews, type NetworkHint, type NetworkSource } from '../network/network.ts';

export interface WakeSignalsParts {
  readonly network: NetworkSource | undefined;
  readonly appState: AppStateSource | undefined;
  readonly recorder: Recorder;
  /** The network is back or another one, or the app is in the foreground again. */
  readonly onWake: () => void;
}

/** Listens to the phone's surroundings while a client is open. Silence and bad news change nothing. */
export class WakeSignals {
  readonly #parts: WakeSignalsParts;
  #hint: NetworkHint | undefined;
  #phase: AppPhase | undefined;
  #stops: (() => void)[] = [];

  constructor(parts: WakeSignalsParts) {
    this.#parts = parts;
  }

  get network(): NetworkHint | null {
    return this.#hint ?? null;
  }

  get app(): AppPhase | null {
    return this.#phase ?? null;
  }

  start(): void {
    this.stop();
    const { network, appState } = this.#parts;
    if (network !== undefined) this.#stops.push(network.subscribe((hint) => this.#onHint(hint)));
    if (appState !== undefined) this.#stops.push(appState.subscribe((phase) => this.#onPhase(phase)));
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #onHint({ online, kind }: NetworkHint): void {
    const before = this.#hint;
    const now: NetworkHint = { online, ...(kind === undefined ? {} : { kind }) };
    if (before?.online === online && before?.kind === kind) return;
    this.#hint = now;
    this.#parts.recorder.log('network.changed', { online: online ?? undefined, network: kind });
    if (isGoodNews(before, now)) this.#parts.onWake();
  }

  #onPhase(phase: AppPhase): void {
    const before = this.#phase;
    this.#phase = phase;
    // A page from the back/forward cache is in the foreground without having been reported in the background.
    if (before === phase && phase === 'background') return;
    this.#parts.recorder.log(phase === 'foreground' ? 'app.foreground' : 'app.background', {});
    if (phase === 'foreground' && before !== undefined) this.#parts.onWake();
  }
}
