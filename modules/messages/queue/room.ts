import { monotonic } from "#lib/time/clock";
import { QueueError } from "#lib/base/errors";
import { FULL_RETRY_SECONDS } from "./port.ts";

/** The maximum age of this process's knowledge of the room, in milliseconds. */
const KNOWN_MS = 1_000;
/** Once the room is used up it is looked at again after this time, by which the entries of other requests are committed. */
const USED_UP_MS = 100;

/** Refuses entries beyond QUEUE_MAX_DEPTH: `take` takes room for them, or throws a `QueueError` when there is none. */
export type Room = Readonly<{ take: (entries: number, look: () => Promise<number>) => Promise<void> }>;

/**
 * The room in a queue outside of this process, as this process knows it: looked at once a second, and less by what it has published
 * since. Several processes may exceed the limit by what they publish within that second.
 */
export function roomInQueue(): Room {
  let known = { left: 0, until: 0, isFull: false };
  let looking: Promise<void> | undefined;

  async function lookAgain(look: () => Promise<number>): Promise<void> {
    const left = await look();
    known = { left, until: monotonic() + KNOWN_MS, isFull: left <= 0 };
  }

  return {
    async take(entries, look) {
      const isShort = known.left < entries && !known.isFull;
      if (monotonic() > known.until - (isShort ? KNOWN_MS - USED_UP_MS : 0)) {
        // Requests at the same moment share one look, or each would take the whole room.
        looking ??= lookAgain(look).finally(() => {
          looking = undefined;
        });
        await looking;
      }
      if (known.left < entries) throw full();
      known.left -= entries;
    },
  };
}

/** The refusal of a queue without room. */
export const full = () =>
  new QueueError("The queue of messages is full; nothing was queued. Send it again in a moment.", {
    retryAfterSeconds: FULL_RETRY_SECONDS,
  });
