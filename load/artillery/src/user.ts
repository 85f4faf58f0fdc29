import type { Notification } from '@rideline/contract';
import { Driver } from './driver.ts';
import type { Lab } from './lab.ts';
import type { Pictures } from './picture.ts';
import { Rider } from './rider.ts';
import { searchDrivers } from './search.ts';
import type { Session } from './session.ts';
import type { Ability, Planned } from './settings.ts';
import type { Role } from './tokens.ts';
import { Uploader } from './upload.ts';

/** The role whose token a user with these abilities needs. */
export const roleOf = (does: readonly Ability[]): Role => (does.includes('drive') ? 'driver' : 'rider');

/** One simulated person with one connection. */
export class User {
  readonly #lab: Lab;
  readonly #session: Session;
  readonly #driver: Driver | null;
  readonly #rider: Rider | null;
  readonly #uploader: Uploader | null;

  constructor(
    lab: Lab,
    about: { session: Session; does: readonly Ability[]; number: number; pictures: Pictures | null },
  ) {
    const { session, does, number, pictures } = about;
    const role = roleOf(does);
    this.#lab = lab;
    this.#session = session;
    this.#uploader = pictures === null ? null : new Uploader(lab, { session, role, pictures });
    const onNotification = (notification: Notification) => this.#uploader?.onNotification(notification);
    this.#driver = role === 'driver' ? new Driver(lab, { session, number, onNotification }) : null;
    this.#rider = role === 'rider' ? new Rider(lab, { session, number, onNotification }) : null;
  }

  open(dueMs: number, untilMs: number): Promise<boolean> {
    const phone = this.#driver ?? this.#rider;
    return phone === null ? Promise.resolve(false) : phone.open(dueMs, untilMs);
  }

  /** Does what was due at this instant. Resolves when it is over; never rejects with a failure of the servers, which is counted. */
  async perform(planned: Planned, dueMs: number): Promise<void> {
    switch (planned) {
      case 'location':
        this.#driver?.fix(dueMs);
        return;
      case 'trip':
        await this.#rider?.ride(dueMs);
        return;
      case 'search':
        if (this.#rider !== null)
          await searchDrivers(this.#lab, { token: this.#session.token, place: this.#rider.place(), dueMs });
        return;
      case 'upload':
        await this.#uploader?.upload(dueMs);
        return;
      default:
        planned satisfies never;
    }
  }

  /** Brings to its end what the server must still get. */
  async finish(untilMs: number): Promise<void> {
    await this.#driver?.drain(untilMs);
  }

  close(): void {
    this.#driver?.close();
    this.#rider?.close();
    this.#session.close();
  }
}
