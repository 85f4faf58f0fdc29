import { describe, expect, it } from 'vitest';
import { TripCommands } from './trip-commands.ts';

/** Time stands still until a timer is run. */
function commandsOf(followers: readonly number[], commandsPerSecond = 1000) {
  let nowMs = 0;
  const timers: { readonly atMs: number; readonly run: () => void }[] = [];
  const sent: { readonly driver: number; readonly commandId: string; readonly atMs: number }[] = [];
  const commands = new TripCommands({
    load: { act: 'complete', commandsPerSecond },
    trips: followers.map((count, driver) => ({ tripId: `trip-${driver}`, followers: count })),
    send: (driver, body) =>
      sent.push({ driver, commandId: (body as { commandId: string }).commandId, atMs: nowMs }),
    wallMs: () => nowMs,
    nowMs: () => nowMs,
    after: (delayMs, run) => timers.push({ atMs: nowMs + delayMs, run }),
  });
  const pass = (untilMs: number) => {
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = untilMs;
  };
  return { commands, sent, pass };
}

describe('commands of a generator', () => {
  it('are sent by the clock, and end when every follower has the state', async () => {
    const { commands, sent, pass } = commandsOf([1, 2], 100);
    expect(sent).toHaveLength(1);
    pass(10);
    expect(sent.map(({ driver }) => driver)).toEqual([0, 1]);
    for (const driver of [0, 1]) commands.onAnswer(driver, { ok: true });
    commands.onState(0, 'completed');
    // Another command's state, and one of two followers.
    commands.onState(1, 'in_progress');
    commands.onState(1, 'completed');
    expect(commands.counts).toMatchObject({ acknowledged: 2, due: 3, delivered: 2 });
    pass(30);
    commands.onState(1, 'completed');
    await commands.finished;
    expect(commands.counts).toMatchObject({ due: 3, delivered: 3, refused: 0 });
    expect(commands.counts.latenciesMs.at(-1)).toBe(20);
  });

  it('are repeated with the same id when the server cannot take them yet, and counted when it never will', () => {
    const { commands, sent, pass } = commandsOf([1, 1]);
    pass(10);
    commands.onAnswer(0, { ok: false, code: 'UNAVAILABLE', retryAfterMs: 50 });
    commands.onAnswer(1, { ok: false, code: 'ILLEGAL_TRANSITION' });
    pass(70);
    expect(sent.filter(({ driver }) => driver === 0).map(({ commandId }) => commandId)).toEqual([
      sent[0]?.commandId,
      sent[0]?.commandId,
    ]);
    expect(commands.counts).toMatchObject({ repeats: 1, refused: 1, due: 0 });
  });

  it('end half a minute after the last one when a state does not come', async () => {
    const { commands, pass } = commandsOf([1]);
    commands.onAnswer(0, { ok: true });
    pass(40_000);
    await commands.finished;
    expect(commands.counts).toMatchObject({ due: 1, delivered: 0 });
  });
});
