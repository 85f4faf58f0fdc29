/**
 * Notices that `durable` stands still although the server has fixes. Either Mongo is away, and patience is right, or
 * the server's log lost its tail, and only sending again helps. Both look alike from a phone: so it tries the oldest
 * frame again, rarely, and more rarely with each fruitless try.
 */
export class StallWatch {
  private readonly firstMs: number;
  private readonly maxMs: number;
  private periodMs: number;
  private sinceMs: number | undefined;

  constructor(firstMs: number, maxMs: number) {
    this.firstMs = firstMs;
    this.maxMs = maxMs;
    this.periodMs = firstMs;
  }

  advanced(nowMs: number): void {
    this.periodMs = this.firstMs;
    this.sinceMs = nowMs;
  }

  /** `something`: the server has fixes that are not durable yet. */
  update(something: boolean, nowMs: number): void {
    if (!something) this.sinceMs = undefined;
    else this.sinceMs ??= nowMs;
  }

  dueAt(): number | undefined {
    return this.sinceMs === undefined ? undefined : this.sinceMs + this.periodMs;
  }

  tried(nowMs: number): void {
    this.sinceMs = nowMs;
    this.periodMs = Math.min(this.maxMs, this.periodMs * 2);
  }
}
