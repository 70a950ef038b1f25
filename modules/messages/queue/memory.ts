import type { DeadLetter, Queue, Received } from "./port.ts";
import { full } from "./room.ts";

type Held = {
  id: string;
  event: unknown;
  attempt: number;
  isLeased: boolean;
  availableAt: number;
  queuedAt: Date;
  /** Its place in line; undefined while it has none. */
  place?: Place | undefined;
};
type Dead = Held & Pick<DeadLetter, "why" | "deadAt">;

/**
 * The queue in the memory of this process, for tests and demonstrations: its entries end with the process. Publishing and receiving
 * an entry takes a time that grows with the logarithm of the number of waiting entries.
 */
export function memoryQueue(): Queue {
  const living = new Map<string, Held>();
  // A Map keeps the order in which the entries died.
  const dead = new Map<string, Dead>();
  const line = new Line();
  const heldBy = ({ id, attempt }: Received): Held | undefined => {
    const held = living.get(id);
    return held?.isLeased && held.attempt === attempt ? held : undefined;
  };
  const leave = (held: Held): void => {
    line.remove(held);
    living.delete(held.id);
  };
  const after = (now: Date, milliseconds: number): number => now.getTime() + milliseconds;
  /** Changes an entry that goes on waiting, until `availableAt`. */
  const wait = (held: Held, change: Partial<Held> & { availableAt: number }): void => {
    Object.assign(held, change);
    line.add(held);
  };

  return {
    name: "memory",
    queueing: null,
    acknowledging: null,

    async publish({ now, limits }, given) {
      const fresh = given.filter(({ id }) => !living.has(id) && !dead.has(id));
      if (living.size + fresh.length > limits.messageQueueDepth) throw full();
      for (const { id, event } of fresh) {
        const copy: unknown = JSON.parse(JSON.stringify(event));
        const availableAt = now.getTime();
        const held: Held = { id, event: copy, attempt: 0, isLeased: false, availableAt, queuedAt: now };
        living.set(id, held);
        line.add(held);
      }
    },

    async receive({ now }, { limit, leaseMs }) {
      const due: Held[] = [];
      while (due.length < limit) {
        const held = line.take(now.getTime());
        if (!held) break;
        due.push(held);
      }
      for (const held of due)
        wait(held, { attempt: held.attempt + 1, isLeased: true, availableAt: after(now, leaseMs) });
      return due.map(({ id, event, attempt, queuedAt }) => ({ id, event, attempt, receipt: id, queuedAt }));
    },

    async ack(_ctx, done) {
      return done.filter((one) => {
        const held = heldBy(one);
        if (held) leave(held);
        return held !== undefined;
      }).length;
    },

    async nack({ now }, given, delayMs) {
      const held = heldBy(given);
      if (held) wait(held, { isLeased: false, availableAt: after(now, delayMs) });
      return held !== undefined;
    },

    async extend({ now }, given, leaseMs) {
      const held = heldBy(given);
      if (held) wait(held, { availableAt: after(now, leaseMs) });
      return held !== undefined;
    },

    async bury({ now, limits, log }, given, why) {
      const held = heldBy(given);
      if (!held) return false;
      leave(held);
      dead.set(held.id, { ...held, why, deadAt: now });
      // Memory is limited: there is as much room for dead letters as for waiting entries.
      const [oldest] = dead.keys();
      if (oldest !== undefined && dead.size > limits.messageQueueDepth) {
        dead.delete(oldest);
        log.warn({ message: oldest }, "the oldest dead letter in memory made room for another one");
      }
      return true;
    },

    async depth({ now }) {
      const waiting = [...living.values()];
      const later = waiting.filter(({ availableAt }) => availableAt > now.getTime());
      const leased = later.filter(({ isLeased }) => isLeased).length;
      const oldest = waiting.reduce(
        (first, { queuedAt }) => Math.min(first, queuedAt.getTime()),
        Number.POSITIVE_INFINITY,
      );
      return {
        ready: waiting.length - later.length,
        delayed: later.length - leased,
        leased,
        dead: dead.size,
        oldestSeconds: waiting.length === 0 ? null : (now.getTime() - oldest) / 1_000,
      };
    },

    async deadLetters(_ctx, limit) {
      return [...dead.values().take(limit)].map(({ id, event, attempt, queuedAt, why, deadAt }) => {
        return { id, event, attempt, queuedAt, why, deadAt };
      });
    },

    async retire(_db, { before, limit }) {
      const old = [...dead.values().take(limit)].filter(({ deadAt }) => deadAt < before);
      for (const { id } of old) dead.delete(id);
      return old.map(({ id }) => id);
    },

    async redrive({ now }, ids) {
      const moved = [...new Set(ids)].flatMap((id) => dead.get(id) ?? []);
      for (const { id, event, queuedAt } of moved) {
        const held: Held = { id, event, attempt: 0, isLeased: false, availableAt: now.getTime(), queuedAt };
        dead.delete(id);
        living.set(id, held);
        line.add(held);
      }
      return moved.length;
    },

    async rest() {},

    async close() {
      living.clear();
      dead.clear();
      line.clear();
    },
  };
}

/** Up to this many places without an entry are not worth a cleanup. */
const FEW = 64;

type Place = Readonly<{ held: Held; at: number; nth: number }>;

/**
 * Entries in the order in which they may be received: by their time, and entries of one time in the order of arrival. Entries that
 * arrive in this order stand in an array; the few others, which workers have in hand or have put off, are in a binary heap. So a
 * backlog slows nothing down. A place whose entry has left is passed over when its turn comes.
 */
class Line {
  /** The places before `#first` were taken. */
  #row: Place[] = [];
  #first = 0;
  #places: Place[] = [];
  #size = 0;
  #added = 0;

  /** Adds an entry by its time; its earlier place becomes invalid. */
  add(held: Held): void {
    const place: Place = { held, at: held.availableAt, nth: this.#added };
    this.#added += 1;
    if (held.place === undefined) this.#size += 1;
    held.place = place;
    const last = this.#row.at(-1);
    // An entry that was received before may have a time far ahead; at the end of the array it would send all later entries to the heap.
    if (held.attempt === 0 && (last === undefined || last.at <= place.at)) this.#row.push(place);
    else {
      this.#places.push(place);
      this.#rise(this.#places.length - 1);
    }
    this.#tidy();
  }

  remove(held: Held): void {
    if (held.place !== undefined) this.#size -= 1;
    held.place = undefined;
    this.#tidy();
  }

  /** Drops places whose entries have left, before they are the majority: such a place keeps its entry in memory. A sorted array is a heap. */
  #tidy(): void {
    const isCurrent = (place: Place): boolean => place.held.place === place;
    if (this.#row.length - this.#first + this.#places.length > 2 * this.#size + FEW) {
      this.#row = this.#row.slice(this.#first).filter(isCurrent);
      this.#first = 0;
      this.#places = this.#places.filter(isCurrent).sort((one, other) => (isBefore(one, other) ? -1 : 1));
    } else if (this.#first > this.#row.length / 2 + FEW) {
      this.#row = this.#row.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Removes and returns the first entry whose time has come by `now`. */
  take(now: number): Held | undefined {
    for (;;) {
      const [inRow, inHeap] = [this.#row[this.#first], this.#places[0]];
      const isRow = inRow !== undefined && (inHeap === undefined || isBefore(inRow, inHeap));
      const first = isRow ? inRow : inHeap;
      if (first === undefined) return undefined;
      const { held } = first;
      const isCurrent = held.place === first;
      if (isCurrent && first.at > now) return undefined;
      if (isRow) this.#first += 1;
      else this.#dropFirst();
      if (!isCurrent) continue;
      this.remove(held);
      return held;
    }
  }

  clear(): void {
    this.#row = [];
    this.#first = 0;
    this.#places = [];
    this.#size = 0;
  }

  #dropFirst(): void {
    const last = this.#places.pop();
    if (last && this.#places.length > 0) {
      this.#places[0] = last;
      this.#sink();
    }
  }

  #rise(from: number): void {
    for (let at = from, above = (at - 1) >> 1; at > 0 && isBefore(this.#places[at]!, this.#places[above]!); ) {
      this.#swap(at, above);
      [at, above] = [above, (above - 1) >> 1];
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const below = [2 * at + 1, 2 * at + 2].filter((place) => place < this.#places.length);
      const first = below.reduce(
        (one, other) => (isBefore(this.#places[other]!, this.#places[one]!) ? other : one),
        at,
      );
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #swap(one: number, other: number): void {
    [this.#places[one], this.#places[other]] = [this.#places[other]!, this.#places[one]!];
  }
}

function isBefore(one: Place, other: Place): boolean {
  return one.at === other.at ? one.nth < other.nth : one.at < other.at;
}
