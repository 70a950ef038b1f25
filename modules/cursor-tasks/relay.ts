import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { OutboundError, type OutboundTools } from "#lib/outbound";
import { exchangeOverSocket } from "#lib/outbound/socket";
import { acknowledgeEvent } from "./acknowledge.ts";
import { eventOf } from "./events.ts";
import { type Delivery, claimDueDeliveries } from "./sql/claim-due-deliveries.ts";
import { noteDeliveryFailure } from "./sql/note-delivery-failure.ts";

const acknowledgement = z.object({ type: z.literal("ack"), context_id: z.string() });

/** Relays on this machine, in tests and development, and the resolution of their names. */
type Own = { insecure?: readonly string[]; tools?: OutboundTools };

/**
 * Delivers the results whose `wsUrl` is one of the configured relays, each over a socket of its own, and counts those the relay
 * acknowledged with `{"type":"ack","context_id":taskId}`. A failed delivery is retried when its backoff has passed.
 */
export async function deliverToRelays(given: Ctx, own: Own = {}): Promise<number> {
  const { relayHosts } = given.limits;
  if (relayHosts.length === 0) return 0;
  // The context is new, because this may run some time after the request began.
  const ctx: Ctx = { ...given, now: await readClock(given.db) };
  const deliveries = await claimDueDeliveries(ctx, { relayHosts });
  const isDelivered = await Promise.all(deliveries.map((one) => deliverToRelay(ctx, one, own)));
  return isDelivered.filter(Boolean).length;
}

async function deliverToRelay(ctx: Ctx, delivery: Delivery, { insecure, tools }: Own): Promise<boolean> {
  const { type, text, contextId, metadata } = eventOf(delivery);
  try {
    const message = JSON.stringify({ type, text, context_id: contextId, metadata });
    const isAnswer = (answer: string) => isAcknowledgement(answer, contextId);
    const request = { url: delivery.wsUrl!, allow: ctx.limits.relayHosts, insecure, message, isAnswer };
    await exchangeOverSocket(request, tools);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    await noteDeliveryFailure(ctx, delivery, error.message);
    return false;
  }
  const { conversationId } = delivery;
  await acknowledgeEvent(ctx, { conversationId, id: String(delivery.deliveryId) });
  return true;
}

function isAcknowledgement(answer: string, contextId: string): boolean {
  try {
    return acknowledgement.parse(JSON.parse(answer)).context_id === contextId;
  } catch {
    return false;
  }
}
