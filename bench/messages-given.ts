import { acceptSms } from "../modules/messages/index.ts";
import { smsInput } from "../modules/messages/schema.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import type { Ctx } from "../lib/base/context.ts";
import type { Limits } from "../lib/base/env.ts";
import { benchCtx } from "./runs-ctx.ts";

export type Backend = Limits["queueBackend"];

/** The body of request number `n`: a thousand customers get texts in turn. */
export const aText = (n: number) => ({
  customerId: 1_000_000 + (n % 1_000),
  from: "+14155550100",
  to: "+442079460001",
  body: `We call you at 15:30, as you asked. Your number of today is ${n}.`,
  urgent: true,
});

/** The context of messages with this backend, and with limits above every measurement. */
export function messagesCtx(db: PrismaClient, backend: Backend): Promise<Ctx> {
  return benchCtx(db, { queueBackend: backend, messageQueueDepth: 100_000_000, sendsPerSecond: 10_000 });
}

let accepted = 0;
/** Accepts one text more. */
export async function acceptOne(ctx: Ctx): Promise<void> {
  accepted += 1;
  await acceptSms(ctx, smsInput.parse(aText(accepted)));
}

/** Deletes everything of messages. */
export async function emptyMessages(db: PrismaClient): Promise<void> {
  await db.$executeRaw`TRUNCATE messages, message_events, message_keys, message_queue, message_conversations, message_providers, message_provider_events`;
}
