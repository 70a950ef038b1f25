import { QueueError } from "#lib/base/errors";
import { type DeadLetter, FULL_RETRY_SECONDS, type Queue, type Received } from "./port.ts";

type Held = {
  id: string;
  event: unknown;
  attempt: number;
  isLeased: boolean;
  availableAt: number;
  queuedAt: Date;
  dead: { why: string; at: Date } | null;
};

/** The queue in the memory of this process, for tests and demonstrations: what is in it ends with the process. */
export function memoryQueue(): Queue {
  // In the order of publishing; a Map keeps it.
  const entries = new Map<string, Held>();
  const alive = (): Held[] => [...entries.values()].filter(({ dead }) => dead === null);
  const heldBy = ({ id, attempt }: Received): Held | undefined => {
    const held = entries.get(id);
    return held?.isLeased && held.attempt === attempt && held.dead === null ? held : undefined;
  };
  const after = (now: Date, milliseconds: number): number => now.getTime() + milliseconds;

  return {
    name: "memory",
    joinsTransaction: false,

    async publish({ now, limits }, given) {
      const fresh = given.filter(({ id }) => !entries.has(id));
      if (alive().length + fresh.length > limits.messageQueueDepth) {
        throw new QueueError("The queue of messages is full; nothing was queued. Send it again in a moment.", {
          retryAfterSeconds: FULL_RETRY_SECONDS,
        });
      }
      for (const { id, event } of fresh) {
        const copy: unknown = JSON.parse(JSON.stringify(event));
        entries.set(id, {
          id,
          event: copy,
          attempt: 0,
          isLeased: false,
          availableAt: now.getTime(),
          queuedAt: now,
          dead: null,
        });
      }
    },

    async receive({ now }, { limit, leaseMs }) {
      const due = alive()
        .filter(({ availableAt }) => availableAt <= now.getTime())
        .sort((one, other) => one.availableAt - other.availableAt)
        .slice(0, limit);
      for (const held of due)
        Object.assign(held, { attempt: held.attempt + 1, isLeased: true, availableAt: after(now, leaseMs) });
      return due.map(({ id, event, attempt, queuedAt }) => ({ id, event, attempt, receipt: id, queuedAt }));
    },

    async ack(_ctx, done) {
      return done.filter((one) => heldBy(one) && entries.delete(one.id)).length;
    },

    async nack({ now }, given, delayMs) {
      const held = heldBy(given);
      if (held) Object.assign(held, { isLeased: false, availableAt: after(now, delayMs) });
      return held !== undefined;
    },

    async extend({ now }, given, leaseMs) {
      const held = heldBy(given);
      if (held) held.availableAt = after(now, leaseMs);
      return held !== undefined;
    },

    async bury({ now }, given, why) {
      const held = heldBy(given);
      if (held) Object.assign(held, { isLeased: false, dead: { why, at: now } });
      return held !== undefined;
    },

    async depth({ now }) {
      const living = alive();
      const later = living.filter(({ availableAt }) => availableAt > now.getTime());
      const leased = later.filter(({ isLeased }) => isLeased).length;
      const [oldest] = living.map(({ queuedAt }) => queuedAt.getTime()).sort((one, other) => one - other);
      return {
        ready: living.length - later.length,
        delayed: later.length - leased,
        leased,
        dead: entries.size - living.length,
        oldestSeconds: oldest === undefined ? null : (now.getTime() - oldest) / 1_000,
      };
    },

    async deadLetters(_ctx, limit) {
      const dead = [...entries.values()].flatMap(({ id, event, attempt, queuedAt, dead: end }): DeadLetter[] =>
        end === null ? [] : [{ id, event, attempt, queuedAt, why: end.why, deadAt: end.at }],
      );
      return dead.sort((one, other) => one.deadAt.getTime() - other.deadAt.getTime()).slice(0, limit);
    },

    async redrive({ now }, ids) {
      const moved = ids.map((id) => entries.get(id)).filter((held) => held?.dead);
      for (const held of moved) Object.assign(held!, { dead: null, attempt: 0, availableAt: now.getTime() });
      return moved.length;
    },

    async close() {
      entries.clear();
    },
  };
}
