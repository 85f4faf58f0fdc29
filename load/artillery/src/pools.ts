/** Users who take turns: the next one is the one whose turn was longest ago. */
export class Turns<User> {
  readonly #users: User[] = [];
  #next = 0;

  add(user: User): void {
    this.#users.push(user);
  }

  take(): User | null {
    if (this.#users.length === 0) return null;
    const user = this.#users[this.#next % this.#users.length] ?? null;
    this.#next = (this.#next + 1) % this.#users.length;
    return user;
  }
}

/** Users who do one thing at a time; the one who is free for the longest time is next. */
export class FreeUsers<User> {
  #queue: User[] = [];
  #head = 0;

  add(user: User): void {
    this.#queue.push(user);
  }

  take(): User | null {
    const user = this.#queue[this.#head] ?? null;
    if (user !== null) this.#head++;
    // The taken part is dropped when it is the larger one, so that taking costs the same on average however long the queue is.
    if (this.#head > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return user;
  }

  giveBack(user: User): void {
    this.#queue.push(user);
  }
}
