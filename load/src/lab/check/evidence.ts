import { BootJournal } from '../../simulation/checks/boot-check.ts';
import {
  type CommandJournal,
  newCommandJournal,
  noteOutcome,
} from '../../simulation/checks/command-check.ts';
import type { FollowCheck } from '../../simulation/checks/follow-check.ts';
import type { EntryOf, JournalEntry } from '../../simulation/journal.ts';

/** Most things of a kind that are held in memory; a soak of 90 minutes has a tenth of it. */
export const MOST_HELD = {
  boots: 200_000,
  commands: 1_000_000,
  uploads: 200_000,
} as const satisfies EvidenceLimits;

export type EvidenceLimits = Readonly<Record<'boots' | 'commands' | 'uploads', number>>;

export interface UploadJournal {
  readonly documentId: string;
  /** Answered with 202. */
  accepted: boolean;
}

/** What the journals of a run promise, without what needs no comparison with the servers. Memory is bounded by `MOST_HELD`. */
export class Evidence {
  readonly boots = new Map<string, BootJournal>();
  readonly commands = new Map<string, CommandJournal>();
  readonly uploads = new Map<string, UploadJournal>();
  /** Kinds of which there were more than can be held. */
  readonly overflowed = new Set<keyof EvidenceLimits>();
  readonly #follows: FollowCheck;
  readonly #most: EvidenceLimits;
  #entries = 0;

  constructor(follows: FollowCheck, most: EvidenceLimits = MOST_HELD) {
    this.#follows = follows;
    this.#most = most;
  }

  get entries(): number {
    return this.#entries;
  }

  take(entry: JournalEntry, journal: string): void {
    this.#entries += 1;
    switch (entry.kind) {
      case 'fixes.taken':
      case 'fixes.acked':
      case 'boot.ended':
        this.#boot(entry)?.take(entry);
        break;
      case 'command.given': {
        const command = this.#command(entry.commandId);
        if (command === undefined) break;
        command.tripId = entry.tripId;
        command.action = entry.action;
        break;
      }
      case 'command.ended': {
        const command = this.#command(entry.commandId);
        if (command) noteOutcome(command, entry.outcome);
        break;
      }
      case 'follow.reset':
      case 'follow.positions':
      case 'follow.event':
      case 'follow.ended':
        this.#follows.take(entry, journal);
        break;
      case 'upload.granted':
        this.#upload(entry.documentId);
        break;
      case 'upload.completed': {
        const upload = this.#upload(entry.documentId);
        if (upload && entry.status === ACCEPTED) upload.accepted = true;
        break;
      }
      case 'journal':
      case 'end':
      case 'fixes.refused':
      case 'offer.shown':
      case 'ride.shown':
      case 'fault':
        break;
      default:
        entry satisfies never;
    }
  }

  #boot({ driverId, boot }: EntryOf<'fixes.taken' | 'fixes.acked' | 'boot.ended'>): BootJournal | undefined {
    return this.#held('boots', `${driverId} ${boot}`, () => new BootJournal(driverId, boot));
  }

  #command(commandId: string): CommandJournal | undefined {
    return this.#held('commands', commandId, () => newCommandJournal(commandId));
  }

  #upload(documentId: string): UploadJournal | undefined {
    return this.#held('uploads', documentId, () => ({ documentId, accepted: false }));
  }

  #held<Kind extends keyof EvidenceLimits, Held>(
    kind: Kind,
    key: string,
    make: () => Held,
  ): Held | undefined {
    const held = this[kind] as unknown as Map<string, Held>;
    const known = held.get(key);
    if (known !== undefined) return known;
    if (held.size >= this.#most[kind]) {
      this.overflowed.add(kind);
      return undefined;
    }
    const made = make();
    held.set(key, made);
    return made;
  }
}

const ACCEPTED = 202;
