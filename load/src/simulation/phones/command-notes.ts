import type { DriverAction } from '@rideline/contract';
import type { CommandOutcome, StoredCommand } from '@rideline/sdk';
import type { CommandOutcomeNote, EntryOf } from '../journal.ts';
import type { Journal } from '../journal-file.ts';
import { commandIdOf } from './phone-storage.ts';

type Action = EntryOf<'command.given'>['action'];

/** An offer's id begins with its trip's. */
const OFFER_ID = /^(.+)_\d+$/;

export interface EndedCommand {
  readonly event: string;
  /** Since the command was given. */
  readonly ms: number | null;
  readonly outcome: CommandOutcome<object>;
}

/** Writes down the commands of one person: each once when it is given, and once when it has ended. */
export class CommandNotes {
  readonly #userId: string;
  readonly #journal: Journal;
  readonly #role: 'driver' | 'rider';
  readonly #onEnded: (ended: EndedCommand) => void;
  readonly #givenMs = new Map<string, number>();

  constructor(
    person: { readonly userId: string; readonly role: 'driver' | 'rider' },
    journal: Journal,
    onEnded: (ended: EndedCommand) => void,
  ) {
    this.#userId = person.userId;
    this.#role = person.role;
    this.#journal = journal;
    this.#onEnded = onEnded;
  }

  given(command: StoredCommand): void {
    const { body } = command;
    const commandId = commandIdOf(command);
    this.#givenMs.set(commandId, performance.now());
    const offerId = typeof body.offerId === 'string' ? body.offerId : null;
    const tripId = offerId === null ? String(body.tripId) : (OFFER_ID.exec(offerId)?.[1] ?? offerId);
    this.#journal.note({
      kind: 'command.given',
      userId: this.#userId,
      commandId,
      action: actionOf(command, this.#role),
      tripId,
      offerId,
      via: 'socket',
    });
  }

  ended(command: StoredCommand, outcome: CommandOutcome<object>): void {
    const commandId = commandIdOf(command);
    const givenMs = this.#givenMs.get(commandId);
    this.#givenMs.delete(commandId);
    this.#journal.note({
      kind: 'command.ended',
      userId: this.#userId,
      commandId,
      outcome: outcomeNote(outcome),
    });
    const ms = givenMs === undefined ? null : performance.now() - givenMs;
    this.#onEnded({ event: command.event, ms, outcome });
  }
}

function actionOf({ event, body }: StoredCommand, role: 'driver' | 'rider'): Action {
  switch (event) {
    case 'trip:request':
      return 'request';
    case 'offer:answer':
      return body.accept === true ? 'accept' : 'decline';
    default: {
      const action = body.action as DriverAction;
      return action === 'cancel' && role === 'driver' ? 'driver_cancel' : action;
    }
  }
}

function outcomeNote(outcome: CommandOutcome<object>): CommandOutcomeNote {
  if (!outcome.ok) return { ok: false, status: null, code: outcome.code, effect: outcome.effect ?? 'none' };
  const { state, version } = outcome as unknown as { state: CommandState; version: number };
  return { ok: true, status: null, state, version };
}

type CommandState = Extract<CommandOutcomeNote, { ok: true }>['state'];
