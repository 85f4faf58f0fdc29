/** How much load, as the report repeats it. */
export interface LoadSettings {
  readonly users: number;
  readonly minutes: number;
  /** Of the scenario's main operation, per second; null when the scenario has none. */
  readonly rate: number | null;
  readonly transport: 'websocket' | 'polling';
  readonly seed: string | null;
}
