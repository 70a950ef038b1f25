import type { z } from "zod";
import type { Ctx, ServerEvent } from "#lib/base/context";
import { deliveryText } from "./rules.ts";
import type { eventsAnswer, eventsInput, ResultEvent } from "./schema.ts";
import { type Delivery, claimDueDeliveries } from "./sql/claim-due-deliveries.ts";
import { isConversationEnded } from "./store.ts";
import { type OpenStream, openStream } from "./streams.ts";

type Input = z.infer<typeof eventsInput>;

/** The wait of a reader whose stream was displaced by newer ones; without it, streams would displace each other in turn. */
const DISPLACED_RETRY_MS = 15_000;

/**
 * Delivers the results that are due in this conversation. With `after`, an earlier event is redelivered only when its
 * backoff has passed.
 */
export async function pollEvents(ctx: Ctx, { conversationId, after }: Input): Promise<z.input<typeof eventsAnswer>> {
  const deliveries = await claimDueDeliveries(ctx, { conversationIds: [conversationId], after: BigInt(after ?? 0) });
  return { events: deliveries.map(eventOf), isOver: await isConversationEnded(ctx.db, conversationId), now: ctx.now };
}

/**
 * Delivers results as a stream: each result when it is finished, and again until it is acknowledged. Ends when the conversation
 * has ended, and after a minute. Refuses `unavailable` when this instance holds the maximum number of streams.
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
      const next = await stream.next();
      if (next === "ended") return;
      if (next === "displaced") return yield { retryMs: DISPLACED_RETRY_MS };
      yield { id: String(next.deliveryId), event: "result", data: eventOf(next) };
    }
  } finally {
    stream.close();
  }
}

/** The event of a delivery. A redelivery has the same id. */
export function eventOf(delivery: Delivery): ResultEvent {
  const { taskId, toolName, error, attempt, sessionPayload, deliverAs, deliveryId } = delivery;
  const outcome = error === null ? "completed" : "failed";
  return {
    id: String(deliveryId),
    type: deliverAs,
    text: deliveryText(delivery),
    contextId: taskId,
    metadata: { taskId, toolName, outcome, attempt, sessionPayload },
  };
}
