import { ERRORS, type ErrorCode, type TripHistory } from '@rideline/contract';
import type { CommandOutcomeNote, EntryOf } from '../journal.ts';

/** Different answers kept of one command: two are enough to show that it was not answered alike. */
const ANSWERS_KEPT = 4;

/** Events of people that no command makes: creation, and the decline that the server writes for a driver who is on another trip. */
const WITHOUT_COMMAND = new Set(['requested', 'scheduled', 'imported', 'declined']);

/** What the journals say about one command, however often it was sent. */
export interface CommandJournal {
  readonly commandId: string;
  /** Null: only its end is in the journals. */
  tripId: string | null;
  action: EntryOf<'command.given'>['action'] | null;
  /** Different successful answers. */
  readonly answers: Extract<CommandOutcomeNote, { ok: true }>[];
  refusals: number;
  /** Tries after which the effect is not known. */
  unknowns: number;
}

export const newCommandJournal = (commandId: string): CommandJournal => ({
  commandId,
  tripId: null,
  action: null,
  answers: [],
  refusals: 0,
  unknowns: 0,
});

/**
 * Writers note how a command ended, not each of its tries. A code after which apps repeat says only that the last try had no effect; an
 * earlier one may have had one. A code outside the closed list (DISCONNECTED, HTTP_502, ECONNRESET) is no answer of the server at all.
 */
function isRefused({ code, effect }: Extract<CommandOutcomeNote, { ok: false }>): boolean {
  return effect === 'none' && Object.hasOwn(ERRORS, code) && ERRORS[code as ErrorCode].retry !== 'later';
}

export function noteOutcome(command: CommandJournal, outcome: CommandOutcomeNote): void {
  if (outcome.ok) {
    const isKnown = command.answers.some(
      ({ state, version }) => state === outcome.state && version === outcome.version,
    );
    if (!isKnown && command.answers.length < ANSWERS_KEPT) command.answers.push(outcome);
  } else if (isRefused(outcome)) command.refusals += 1;
  else command.unknowns += 1;
}

/** `effect`: whether it took effect, by the final read · `wasUnknown`: the sender could not know. */
export interface CommandFinding {
  readonly faults: string[];
  readonly wasUnknown: boolean;
  readonly effect: boolean;
}

/**
 * Compares one command with its trip. A successful answer names a version: that event must exist with that state, also for a command that
 * only repeated what had been done. A command whose every try was refused without effect must have none. A command without an answer may
 * have had one effect or none.
 */
export function checkCommand(command: CommandJournal, history: TripHistory): CommandFinding {
  const { commandId, action, answers, refusals, unknowns } = command;
  const faults: string[] = [];
  const name = `${action ?? 'command'} ${commandId} on trip ${history.tripId}`;
  const stored = history.commands.filter((one) => one.commandId === commandId);
  if (stored.length > 1) faults.push(`${name} took effect ${stored.length} times`);
  for (const { state, version } of answers) {
    const event = history.events.find((one) => one.version === version);
    if (event === undefined) faults.push(`${name} was answered with version ${version}, which is not stored`);
    else if (event.state !== state)
      faults.push(`${name} was answered with ${state} at version ${version}, which is ${event.state}`);
  }
  // The answer to a repeated request is the trip's state of that moment.
  if (action !== 'request' && answers.length > 1)
    faults.push(
      `${name} was answered with ${answers.map(({ state, version }) => `${state} (${version})`).join(' and ')}`,
    );
  const [effect] = stored;
  const [answer] = answers;
  if (effect && answer && answer.version !== effect.version && action !== 'request')
    faults.push(
      `${name} was answered with version ${answer.version} and took effect at version ${effect.version}`,
    );
  if (effect && answers.length === 0 && refusals > 0 && unknowns === 0)
    faults.push(`${name} was refused without effect and took effect at version ${effect.version}`);
  return {
    faults,
    wasUnknown: answers.length === 0 && (refusals === 0 || unknowns > 0),
    effect: action === 'request' || effect !== undefined,
  };
}

/** Events that a person caused and no stored command explains: a command that took effect a second time. */
export function unexplainedEffects(history: TripHistory): string[] {
  const { tripId, events, commands, commandsComplete } = history;
  const versions = commands.map(({ version }) => version);
  const explained = new Set(versions);
  const faults = versions
    .filter((version, index) => versions.indexOf(version) !== index)
    .map((version) => `trip ${tripId}: two commands made version ${version}`);
  if (!commandsComplete) return faults;
  for (const { version, type, actor } of events) {
    if (actor === 'system' || WITHOUT_COMMAND.has(type) || explained.has(version)) continue;
    faults.push(`trip ${tripId}: no command made version ${version} (${type} by the ${actor})`);
  }
  return faults;
}
