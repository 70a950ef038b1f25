import { once } from "node:events";
import type { z } from "zod";
import { monotonic, readClock } from "#lib/clock";
import type { Ctx, ServerEvent } from "#lib/context";
import { arrivals } from "./arrivals.ts";
import { tellOf } from "./rules.ts";
import type { eventsAnswer, eventsInput, ToldEvent } from "./schema.ts";
import { type Told, takeToTell } from "./sql/tell.ts";
import { isOver } from "./store.ts";

type Input = z.infer<typeof eventsInput>;

/** A stream looks this often by itself. */
const LOOK_MS = 1_000;
/** A stream ends after this, so that a key that was revoked meanwhile is noticed, and is opened again by its reader. */
const STREAM_MS = 55_000;
/** Everything there is has been heard of. */
const ALL_HEARD = 2n ** 62n;

/**
 * The results the holder of this conversation is to be told now. With `after`, what was told before comes again only
 * when its repeat is due.
 */
export async function pollEvents(ctx: Ctx, { conversationId, after }: Input): Promise<z.input<typeof eventsAnswer>> {
  const told = await takeToTell(ctx, { conversationId, after: BigInt(after ?? 0) });
  return { events: told.map(eventOf), isOver: await isOver(ctx.db, conversationId), now: ctx.now };
}

/** The same as a stream: each result as soon as it is there, and again until it is acknowledged. */
export async function* streamEvents(
  ctx: Ctx,
  { conversationId, after }: Input,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const until = monotonic() + STREAM_MS;
  let heard = BigInt(after ?? 0);
  while (!signal.aborted && monotonic() < until) {
    // Listens before it looks: what arrives meanwhile is not slept over.
    const news = waitForNews(conversationId, signal);
    for (const told of await takeToTell({ ...ctx, now: await readClock(ctx.db) }, { conversationId, after: heard })) {
      yield { id: String(told.deliveryId), event: "result", data: eventOf(told) };
    }
    heard = ALL_HEARD;
    if (await isOver(ctx.db, conversationId)) return;
    await news;
  }
}

async function waitForNews(conversationId: string, signal: AbortSignal): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  await once(arrivals, conversationId, { signal: either }).catch(() => undefined);
}

/** What the holder passes on, with the id that tells a repeat from news. */
export function eventOf(told: Told): ToldEvent {
  const { taskId, toolName, error, attempt, sessionPayload, deliverAs, deliveryId } = told;
  const outcome = error === null ? "completed" : "failed";
  return {
    id: String(deliveryId),
    type: deliverAs,
    text: tellOf(told),
    contextId: taskId,
    metadata: { taskId, toolName, outcome, attempt, sessionPayload },
  };
}
