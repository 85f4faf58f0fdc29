import { type TripEvent, type TripHistory, tripHistorySchema } from '@rideline/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type CommandJournal,
  checkCommand,
  newCommandJournal,
  noteOutcome,
  unexplainedEffects,
} from './command-check.ts';

const TRIP = 'trip';
const event = (version: number, type: string, state: string, actor: string): TripEvent =>
  ({ tripId: TRIP, version, type, state, at: version, actor, data: {} }) as TripEvent;

const history = (change: Partial<TripHistory> = {}): TripHistory => ({
  ...tripHistorySchema.parse({
    tripId: TRIP,
    state: 'arrived',
    version: 4,
    open: true,
    driverId: 'd',
    events: [
      event(1, 'requested', 'searching', 'rider'),
      event(2, 'offered', 'offered', 'system'),
      event(3, 'accepted', 'accepted', 'driver'),
      event(4, 'arrived', 'arrived', 'driver'),
    ],
    commands: [
      { commandId: 'accept', state: 'accepted', version: 3 },
      { commandId: 'arrive', state: 'arrived', version: 4 },
    ],
    commandsComplete: true,
  }),
  ...change,
});

type Outcome = Parameters<typeof noteOutcome>[1];
const ok = (state: string, version: number) => ({ ok: true, status: null, state, version }) as Outcome;
const refused = (effect: 'none' | 'unknown', code = 'ILLEGAL_TRANSITION') =>
  ({ ok: false, status: null, code, effect }) as Outcome;

function command(
  commandId: string,
  action: CommandJournal['action'],
  ...outcomes: Outcome[]
): CommandJournal {
  const made = { ...newCommandJournal(commandId), tripId: TRIP, action };
  for (const outcome of outcomes) noteOutcome(made, outcome);
  return made;
}
const faultsOf = (made: CommandJournal, held = history()) => checkCommand(made, held).faults;

it('LOAD-60: a command with one effect and equal answers is right, also after refusals and when it repeated what was done', () => {
  expect(faultsOf(command('arrive', 'arrived', ok('arrived', 4), ok('arrived', 4)))).toEqual([]);
  expect(faultsOf(command('arrive', 'arrived', refused('none'), ok('arrived', 4)))).toEqual([]);
  expect(faultsOf(command('arrive-again', 'arrived', ok('arrived', 4)))).toEqual([]);
  // A repeated request is answered with the state of its moment.
  expect(faultsOf(command(TRIP, 'request', ok('searching', 1), ok('accepted', 3)))).toEqual([]);
  expect(unexplainedEffects(history())).toEqual([]);
});

it('LOAD-60: an acknowledged effect that is not stored is found', () => {
  expect(faultsOf(command('start', 'start', ok('in_progress', 5)))).toEqual([
    'start start on trip trip was answered with version 5, which is not stored',
  ]);
  expect(faultsOf(command('x', 'start', ok('in_progress', 4)))).toHaveLength(1);
});

it('LOAD-60: a command that took effect twice is found, whether its id is stored twice or an event has no command', () => {
  const twice = history({ commands: [...history().commands, { ...history().commands[1] } as never] });
  expect(faultsOf(command('arrive', 'arrived', ok('arrived', 4)), twice)).toHaveLength(1);
  const second = history({ events: [...history().events, event(5, 'arrived', 'arrived', 'driver')] });
  expect(unexplainedEffects(second)).toEqual([
    'trip trip: no command made version 5 (arrived by the driver)',
  ]);
  // Older commands are not kept: then nothing can be said about them.
  expect(unexplainedEffects({ ...second, commandsComplete: false })).toEqual([]);
});

it('LOAD-60: different answers to one command, and an effect of a command that was refused without one, are found', () => {
  expect(faultsOf(command('arrive', 'arrived', ok('arrived', 4), ok('accepted', 3)))).toHaveLength(1);
  expect(faultsOf(command('arrive', 'arrived', ok('accepted', 3)))).toHaveLength(1);
  expect(faultsOf(command('arrive', 'arrived', refused('none')))).toHaveLength(1);
});

it('LOAD-62: a command with an unknown result may have taken effect or not; the stored one says which', () => {
  // BUSY ends the last of several tries: an earlier one may have taken effect.
  const tries = [[], [refused('unknown')], [refused('none'), refused('unknown')], [refused('none', 'BUSY')]];
  // Codes of the sender and of proxies: the server did not answer the last try.
  for (const code of ['DISCONNECTED', 'HTTP_502', 'ECONNRESET', 'toString'])
    tries.push([refused('none', code)]);
  for (const outcomes of tries) {
    expect(checkCommand(command('arrive', 'arrived', ...outcomes), history())).toEqual({
      faults: [],
      wasUnknown: true,
      effect: true,
    });
    expect(checkCommand(command('other', 'arrived', ...outcomes), history())).toMatchObject({
      faults: [],
      effect: false,
    });
  }
});

/** What happened to one command: the tries that were not answered, whether it took effect, and how often it was answered. */
const lives = fc.array(
  fc.record({
    tookEffect: fc.boolean(),
    isAnswered: fc.boolean(),
    repeats: fc.nat(3),
    unknowns: fc.nat(2),
  }),
  { minLength: 1, maxLength: 12 },
);

it('LOAD-60: commands that take effect at most once pass, however they are repeated; each second effect and each lost one is found', () => {
  fc.assert(
    fc.property(lives, fc.nat(), (drawn, pick) => {
      const events = [event(1, 'requested', 'searching', 'rider')];
      const stored: TripHistory['commands'] = [];
      const commands = drawn.map(({ tookEffect, isAnswered, repeats, unknowns }, index) => {
        const outcomes: Outcome[] = Array.from({ length: unknowns }, () => refused('unknown'));
        if (tookEffect) {
          const version = events.length + 1;
          const state = index % 2 === 0 ? 'at_stop' : 'in_progress';
          events.push(event(version, index % 2 === 0 ? 'paused' : 'resumed', state, 'driver'));
          stored.push({ commandId: `c${index}`, state, version } as TripHistory['commands'][number]);
          if (isAnswered) outcomes.push(...Array.from({ length: repeats + 1 }, () => ok(state, version)));
        } else if (isAnswered) outcomes.push(refused('none'));
        return command(`c${index}`, 'pause', ...outcomes);
      });
      const held = history({ events, commands: stored, version: events.length });
      const all = (one: TripHistory) => [
        ...commands.flatMap((made) => faultsOf(made, one)),
        ...unexplainedEffects(one),
      ];
      expect(all(held)).toEqual([]);
      for (const made of commands)
        expect(checkCommand(made, held)).toMatchObject({
          wasUnknown: made.answers.length === 0 && (made.unknowns > 0 || made.refusals === 0),
          effect: stored.some(({ commandId }) => commandId === made.commandId),
        });
      const victim = stored[pick % Math.max(1, stored.length)];
      if (victim === undefined) return;
      const again = events.length + 1;
      const second = { ...(events[victim.version - 1] as TripEvent), version: again };
      const twice = { ...held, events: [...events, second], version: again };
      expect(all(twice)).toHaveLength(1);
      expect(all({ ...twice, commands: [...stored, { ...victim, version: again }] })).toHaveLength(1);
      const isPromised = commands.some(
        ({ commandId, answers }) => commandId === victim.commandId && answers.length > 0,
      );
      const without = events.filter(({ version }) => version !== victim.version);
      const lost = { ...held, events: without, commands: stored.filter((one) => one !== victim) };
      expect(all(lost).length).toBe(isPromised ? 1 : 0);
    }),
    { seed: 60, numRuns: 300 },
  );
});
