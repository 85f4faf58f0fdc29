import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Offer, TripEvent, TripStatus } from '@rideline/contract';
import type { JournalEntry, JournalNote } from '@rideline/load/simulation/journal';
import { createDriver, createRider, type Driver, type Rider } from '@rideline/sdk';
import { vi } from 'vitest';
import type { DocumentHarness } from '../documents/document-harness.ts';

const SOON = { timeout: 60_000, interval: 25 };
const PICKUP = { lat: 37.75, lng: -122.42 };
const DROPOFF = { lat: 37.77, lng: -122.42 };

/** A short run on real servers with its journal: fixes, two rides of one driver, followers, commands, uploads. */
export class RecordedRun {
  readonly driverId = 'cab';
  readonly tripIds: string[] = [];
  readonly documentIds: string[] = [];
  entries: JournalEntry[] = [];
  readonly #harness: DocumentHarness;
  readonly #phones: (Driver | Rider)[] = [];

  constructor(harness: DocumentHarness) {
    this.#harness = harness;
    this.entries.push({
      kind: 'journal',
      at: Date.now(),
      version: 1,
      writer: 'fleet',
      scenario: 'planted',
      seed: null,
    });
  }

  #note(note: JournalNote): void {
    this.entries.push({ ...note, at: Date.now() } as JournalEntry);
  }

  /** Writes the journal into a folder, as it is now. */
  async writeTo(dir: string): Promise<void> {
    const lines = this.entries.map((entry) => `${JSON.stringify(entry)}\n`);
    await writeFile(join(dir, 'run.jsonl'), lines.join(''));
  }

  /** Both rides, driven by one driver after the other, and everything of it in the journal. */
  async drive(rides: number): Promise<void> {
    const { driverId } = this;
    const driver = createDriver({
      url: this.#harness.gateway(),
      token: () => this.#harness.token('driver', driverId),
    });
    this.#phones.push(driver);
    driver.on('command', ({ command, outcome }) => this.#ended(driverId, command.body, outcome));
    driver.connect();
    driver.setStatus('available');
    let fixes = 0;
    const step = () => {
      fixes += 1;
      driver.push({ lat: PICKUP.lat + (fixes % 2) * 0.00001, lng: PICKUP.lng });
    };
    step();
    const moving = setInterval(step, 300);
    try {
      for (let ride = 0; ride < rides; ride += 1) await this.#ride(driver, `rider-${ride}`);
    } finally {
      clearInterval(moving);
    }
    const { left } = await driver.drain(30_000);
    if (left > 0) throw new Error(`${left} fixes are not durable`);
    const { boot } = driver;
    this.#note({
      kind: 'fixes.taken',
      driverId,
      boot,
      firstSeq: 0,
      times: Array.from({ length: fixes }, () => 1),
    });
    this.#note({
      kind: 'boot.ended',
      driverId,
      boot,
      why: 'closed',
      taken: fixes,
      durable: fixes - 1,
      received: fixes - 1,
      unacknowledged: [],
      lost: [],
      sentAgain: 0,
    });
  }

  async #ride(driver: Driver, riderId: string): Promise<void> {
    const rider = createRider({
      url: this.#harness.gateway(),
      token: () => this.#harness.token('rider', riderId),
    });
    this.#phones.push(rider);
    rider.connect();
    const tripId = randomUUID();
    this.tripIds.push(tripId);
    this.#given(riderId, tripId, 'request', tripId);
    const asked = await rider.requestTrip({ tripId, pickup: PICKUP, dropoff: DROPOFF });
    if (!asked.ok) throw new Error(asked.code);
    this.#answered(riderId, tripId, asked);
    const follower = this.#follow(rider, riderId, tripId);
    const offer = await vi.waitFor(() => {
      const found = driver.offers.find((one: Offer) => one.tripId === tripId);
      if (found === undefined) throw new Error('there is no offer yet');
      return found;
    }, SOON);
    await driver.answerOffer(offer.offerId, true);
    await vi.waitFor(() => {
      if (follower.positions < 3) throw new Error('the rider has not seen the driver yet');
    }, SOON);
    for (const action of ['arrived', 'start', 'complete'] as const) {
      const done = await driver.tripCommand(asked.tripId, action);
      if (!done.ok) throw new Error(done.code);
    }
    await vi.waitFor(() => {
      if (!follower.hasEnded) throw new Error('the rider does not know that the ride has ended');
    }, SOON);
    this.#note({ kind: 'follow.ended', userId: riderId, tripId, follow: 0, why: 'done', code: null });
  }

  #follow(rider: Rider, userId: string, tripId: string): { positions: number; hasEnded: boolean } {
    const about = { userId, tripId, follow: 0 };
    const seen = { positions: 0, hasEnded: false };
    rider.follow(tripId, {
      onReset: ({ version, epoch, pos, snapshot }, why) =>
        this.#note({ kind: 'follow.reset', ...about, why, version, epoch, pos, state: snapshot.state }),
      onEvent: ({ version, type, state }: TripEvent) =>
        this.#note({ kind: 'follow.event', ...about, version, type, state }),
      onPosition: ({ epoch, pos, skipped }) => {
        seen.positions += 1;
        this.#note({
          kind: 'follow.positions',
          ...about,
          epoch,
          first: pos,
          firstSkipped: skipped,
          last: pos,
          count: 1,
          skipped,
        });
      },
      onEnd: () => {
        seen.hasEnded = true;
      },
    });
    return seen;
  }

  #given(
    userId: string,
    commandId: string,
    action: Extract<JournalNote, { kind: 'command.given' }>['action'],
    tripId: string,
  ): void {
    this.#note({ kind: 'command.given', userId, commandId, action, tripId, offerId: null, via: 'socket' });
  }

  #answered(userId: string, commandId: string, { state, version }: TripStatus): void {
    this.#note({
      kind: 'command.ended',
      userId,
      commandId,
      outcome: { ok: true, status: null, state, version },
    });
  }

  /** A driver's command with its answer, as the SDK reports it. */
  #ended(userId: string, body: Readonly<Record<string, unknown>>, outcome: object): void {
    const { commandId, action, tripId, offerId } = body as Record<string, string>;
    if (commandId === undefined) return;
    const trip = tripId ?? offerId?.replace(/_\d+$/, '') ?? '';
    this.#given(userId, commandId, offerId === undefined ? (action as 'start') : 'accept', trip);
    this.#answered(userId, commandId, outcome as TripStatus);
  }

  /** Uploads of people, one file each. */
  async upload(files: readonly Uint8Array[]): Promise<void> {
    for (const [number, bytes] of files.entries()) {
      const userId = `uploader-${number}`;
      const { documentId } = await this.#harness.upload(userId, bytes);
      this.documentIds.push(documentId);
      this.#note({
        kind: 'upload.completed',
        userId,
        documentId,
        status: 202,
        jobId: documentId,
        code: null,
      });
    }
  }

  /** Nobody does anything more. */
  end(): void {
    for (const phone of this.#phones) phone.close();
    this.entries.push({ kind: 'end', at: Date.now(), entries: this.entries.length, dropped: 0 });
  }
}
