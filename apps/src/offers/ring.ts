/** Hz and seconds: two rising tones, again each `EVERY_MS` until the offer is answered. */
const TONES = [
  { hz: 740, at: 0, for: 0.16 },
  { hz: 988, at: 0.2, for: 0.24 },
] as const;
const EVERY_MS = 1400;
const VOLUME = 0.25;
const VIBRATION_MS = [200, 100, 200];

/** The tone of an offer. A browser plays sound only after the person has touched the page: `unlock` is called by going online. */
export class Ring {
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  unlock(): void {
    this.#context ??= new AudioContext();
    // Rejected when there was no touch: the offer then has no sound.
    this.#context.resume().catch(() => undefined);
  }

  get isRinging(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    if (this.isRinging) return;
    this.#play();
    this.#timer = setInterval(() => this.#play(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #play(): void {
    navigator.vibrate?.(VIBRATION_MS);
    const context = this.#context;
    if (context?.state !== 'running') return;
    for (const tone of TONES) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      const start = context.currentTime + tone.at;
      oscillator.frequency.value = tone.hz;
      // A tone that begins or ends at full volume clicks.
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
      gain.gain.linearRampToValueAtTime(0, start + tone.for);
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(start);
      oscillator.stop(start + tone.for);
    }
  }
}
