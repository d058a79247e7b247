// The parts of long short messages, kept until all of one are there.
// Octets are joined before they are read, so a letter may be cut in two.

export class Parts {
  #open = new Map();
  #now;

  constructor({ keepSeconds = 600, most = 1000, now = Date.now } = {}) {
    Object.assign(this, { keepSeconds, most });
    this.#now = now;
  }

  /** All octets once the last part came, else null. A part that comes again takes the place of the first. */
  add(conversation, part, octets) {
    const key = JSON.stringify([conversation, part.reference, part.total]);
    this.#forget();
    const open = this.#open.get(key) ?? { since: this.#now(), came: new Map() };
    this.#open.set(key, open);
    open.came.set(part.number, octets);
    if (open.came.size < part.total) return null;
    this.#open.delete(key);
    return Buffer.concat([...open.came].sort(([a], [b]) => a - b).map(([, one]) => one));
  }

  /** The oldest first: a map keeps its order. */
  #forget() {
    for (const [key, { since }] of this.#open) {
      if (this.#open.size < this.most && this.#now() - since < this.keepSeconds * 1000) return;
      this.#open.delete(key);
    }
  }
}
