import type { Actor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";

/** Refuses `forbidden` the token of another conversation. */
function guard(actor: Actor, input: unknown): void {
  if (actor.kind !== "subscriber" || (input as { conversationId: string }).conversationId === actor.conversationId)
    return;
  throw new Refusal("forbidden", "This token is for another conversation.");
}

/** A route for subscribers of one conversation, and for a machine client in their place. */
export const OWN_CONVERSATION = { who: ["service", "subscriber"], guard } as const;
