import { monotonic, pause } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { isDatabaseAway, sqlState } from "#lib/database/error";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { lookForNews } from "./sql/look.ts";
import { type Delivery, claimDueDeliveries, DELIVERIES_PER_CLAIM } from "./sql/claim-due-deliveries.ts";

/** How often a process looks for all its streams, because another process may have received a result. */
const LOOK_MS = 1_000;
/** A stream ends after this, so that a revoked key takes effect, and its reader opens it again. */
const STREAM_MS = 55_000;
/** After this time a full instance has most likely a free place. */
const RETRY_SECONDS = 10;

/** One open stream. Its reader is behind while `events` is not empty. */
type Stream = {
  conversationId: string;
  until: number;
  /** Until the stream has looked for results from before it was opened, no other reader gets results of its conversation. */
  isOpening: boolean;
  opened: Promise<void>;
  events: Delivery[];
  end: End | null;
  wake: () => void;
};
/** `displaced`: newer streams of the same conversation took its place. */
type End = "ended" | "displaced";

/** A stream as its reader uses it. */
export type OpenStream = Readonly<{
  /** The next result, or the reason why the stream ends. */
  next: () => Promise<Delivery | End>;
  close: () => void;
}>;

/** The streams of this process on one database: by conversation, the oldest first. */
type Hub = {
  db: Db;
  log: Ctx["log"];
  streams: Map<string, Set<Stream>>;
  count: number;
  /** Conversations that have a new result. */
  changed: Set<string>;
  /** The look that is under way, or the last one. */
  look: Promise<void>;
  wake: () => void;
};
const hubs = new Map<Db, Hub>();

/**
 * Wakes the open streams of this process when a conversation has a new result. It only saves time: the process looks every second
 * anyway.
 */
export function announce(conversationId: string): void {
  for (const hub of hubs.values()) {
    if (!hub.streams.has(conversationId)) continue;
    hub.changed.add(conversationId);
    hub.wake();
  }
}

/** How many streams this process holds on a database. */
export function countStreams(db: Db): number {
  return hubs.get(db)?.count ?? 0;
}

/**
 * Opens a stream of the results of a conversation; the reader has received everything up to `after`. Beyond the limit of its
 * conversation it displaces the oldest stream, whose connection may be long dead. Refuses `unavailable` when this process holds
 * the maximum number of streams. The stream also closes when `signal` aborts.
 */
export function openStream(
  { db, now, log, limits, actor }: Ctx,
  { conversationId, after, signal }: { conversationId: string; after: bigint; signal: AbortSignal },
): OpenStream {
  const own = hubs.get(db)?.streams.get(conversationId);
  const oldest = own && own.size >= limits.streamsPerConversation ? [...own][0] : undefined;
  if (!oldest && countStreams(db) >= limits.streamsPerInstance) {
    const sentence = `This instance holds as many event streams as it may; open it again in ${RETRY_SECONDS} seconds, or ask for the events as one answer.`;
    throw new Refusal("unavailable", sentence, { retryAfterSeconds: RETRY_SECONDS });
  }
  const stream: Stream = {
    conversationId,
    until: monotonic() + STREAM_MS,
    isOpening: true,
    opened: Promise.resolve(),
    events: [],
    end: null,
    wake: () => {},
  };
  const hub = join(stream, { db, log });
  if (oldest) endStream(hub, oldest, "displaced");
  const close = () => {
    signal.removeEventListener("abort", close);
    endStream(hub, stream, "ended");
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  const underWay = [hub.look, ...[...(own ?? [])].map(({ opened }) => opened)];
  stream.opened = Promise.allSettled(underWay).then(() => begin(hub, stream, { now, actor, after }));
  // The reader gets the fault when it requests the first event.
  stream.opened.catch(() => undefined);
  const next = async (): Promise<Delivery | End> => {
    await stream.opened;
    while (stream.events.length === 0 && stream.end === null) {
      await new Promise<void>((resolve) => {
        stream.wake = resolve;
      });
    }
    return stream.events.shift() ?? stream.end!;
  };
  return { next, close };
}

function join(stream: Stream, { db, log }: Pick<Ctx, "db" | "log">): Hub {
  const known = hubs.get(db);
  const hub = known ?? {
    db,
    log,
    streams: new Map(),
    count: 0,
    changed: new Set(),
    look: Promise.resolve(),
    wake: () => {},
  };
  const own = hub.streams.get(stream.conversationId) ?? new Set();
  hub.streams.set(stream.conversationId, own.add(stream));
  hub.count += 1;
  if (!known) {
    hubs.set(db, hub);
    void keepLooking(hub);
  }
  return hub;
}

/** Forgets a stream that ended; its reader still gets the results that were pushed before. */
function endStream(hub: Hub, stream: Stream, end: End): void {
  const own = hub.streams.get(stream.conversationId);
  if (!own?.delete(stream)) return;
  if (own.size === 0) hub.streams.delete(stream.conversationId);
  hub.count -= 1;
  stream.end = end;
  stream.wake();
  if (hub.count === 0) hub.wake();
}

function push(stream: Stream, deliveries: readonly Delivery[]): void {
  stream.events.push(...deliveries);
  if (deliveries.length > 0) stream.wake();
}

/**
 * Pushes the results that were due before the stream was opened, but for those that were pushed while it waited for the claims
 * before its own. One that was never delivered before is for every stream of the conversation, like those that a round finds;
 * results that become due meanwhile are found in the next round.
 */
async function begin(
  hub: Hub,
  stream: Stream,
  { now, actor, after }: Pick<Ctx, "now" | "actor"> & { after: bigint },
): Promise<void> {
  try {
    const received = stream.events.map(({ deliveryId }) => deliveryId);
    const to = { conversationIds: [stream.conversationId], after, received };
    for (const one of await claimDueDeliveries({ db: hub.db, now, actor }, to)) {
      const readers = one.attempt === 1 ? hub.streams.get(stream.conversationId) : undefined;
      for (const reader of new Set(readers).add(stream)) push(reader, [one]);
    }
  } catch (error) {
    endStream(hub, stream, "ended");
    throw error;
  } finally {
    stream.isOpening = false;
  }
}

/** The loop for all streams on a database, which runs while there are any. */
async function keepLooking(hub: Hub): Promise<void> {
  let lookAt = monotonic() + LOOK_MS;
  while (hub.count > 0) {
    if (hub.changed.size === 0) await sleep(hub, lookAt - monotonic());
    const isForAll = monotonic() >= lookAt;
    const asked = isForAll ? [...hub.streams.keys()] : [...hub.changed];
    hub.changed.clear();
    if (isForAll) endOld(hub);
    hub.look = look(hub, asked);
    try {
      await hub.look;
    } catch (error) {
      // The streams stay open: many simultaneous reconnects would put more load on the database.
      const fault = { isAway: isDatabaseAway(error), sqlState: sqlState(error) };
      hub.log.warn(fault, "the event streams could not read new events");
    }
    if (isForAll) lookAt = monotonic() + LOOK_MS;
  }
  hubs.delete(hub.db);
}

async function sleep(hub: Hub, milliseconds: number): Promise<void> {
  const woken = new AbortController();
  hub.wake = () => woken.abort();
  await pause(Math.max(0, milliseconds), woken.signal).catch(() => undefined);
  hub.wake = () => {};
}

function endOld(hub: Hub): void {
  const now = monotonic();
  for (const own of hub.streams.values()) {
    for (const stream of own) if (stream.until <= now) endStream(hub, stream, "ended");
  }
}

/** Looks for due deliveries of these conversations in one statement, and claims them. */
async function look(hub: Hub, conversationIds: readonly string[]): Promise<void> {
  const waiting = conversationIds.filter((id) => hasFreeReader(hub, id));
  if (waiting.length === 0) return;
  const { now, due, ended } = await lookForNews(hub.db, waiting);
  for (let left = due; left.length > 0; left = left.filter((id) => hasFreeReader(hub, id))) {
    const deliveries = await claimDueDeliveries(
      { db: hub.db, now, actor: { kind: "system" } },
      { conversationIds: left },
    );
    for (const one of deliveries) for (const stream of hub.streams.get(one.conversationId) ?? []) push(stream, [one]);
    if (deliveries.length < DELIVERIES_PER_CLAIM) break;
  }
  for (const id of ended) for (const stream of hub.streams.get(id) ?? []) endStream(hub, stream, "ended");
}

/** Whether a stream of this conversation waits for a result and has read all earlier ones. */
function hasFreeReader(hub: Hub, conversationId: string): boolean {
  const own = [...(hub.streams.get(conversationId) ?? [])];
  return own.every(({ isOpening }) => !isOpening) && own.some(({ events }) => events.length === 0);
}
