import type { z } from "zod";
import type { Ctx, ServerEvent } from "#lib/context";
import { tellOf } from "./rules.ts";
import type { eventsAnswer, eventsInput, ToldEvent } from "./schema.ts";
import { type Told, takeToTell } from "./sql/tell.ts";
import { isOver } from "./store.ts";
import { type OpenStream, openStream } from "./streams.ts";

type Input = z.infer<typeof eventsInput>;

/** A reader whose stream gave way to newer ones waits so long before it comes back, or all would displace each other. */
const DISPLACED_RETRY_MS = 15_000;

/**
 * The results the holder of this conversation is to be told now. With `after`, what was told before comes again only
 * when its repeat is due.
 */
export async function pollEvents(ctx: Ctx, { conversationId, after }: Input): Promise<z.input<typeof eventsAnswer>> {
  const told = await takeToTell(ctx, { conversationIds: [conversationId], after: BigInt(after ?? 0) });
  return { events: told.map(eventOf), isOver: await isOver(ctx.db, conversationId), now: ctx.now };
}

/**
 * The same as a stream: each result as soon as it is there, and again until it is acknowledged. Ends when the conversation
 * is over, and after a minute. Refuses `unavailable` when this instance holds as many streams as it may.
 */
export function streamEvents(
  ctx: Ctx,
  { conversationId, after }: Input,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  return eventsOf(openStream(ctx, { conversationId, after: BigInt(after ?? 0), signal }));
}

async function* eventsOf(stream: OpenStream): AsyncGenerator<ServerEvent> {
  try {
    while (true) {
      const told = await stream.next();
      if (told === "over") return;
      if (told === "displaced") return yield { retryMs: DISPLACED_RETRY_MS };
      yield { id: String(told.deliveryId), event: "result", data: eventOf(told) };
    }
  } finally {
    stream.close();
  }
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
