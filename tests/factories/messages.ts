import { z } from "zod";
import { query, sql } from "#lib/sql";
import { acceptSms, drainMessagesForCron } from "#modules/messages";
import { type AcceptAnswer, smsInput } from "#schema/messages";
import type { OutgoingMessage, SendResult, Transport } from "../../modules/messages/transports/transport.ts";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";

type Given = Partial<z.input<typeof smsInput>>;

/** A text that was accepted. */
export async function aText(
  given: Given = {},
  ctx: NonNullable<Parameters<typeof aCtx>[0]> = {},
): Promise<AcceptAnswer> {
  const text = { customerId: 1001, from: "+14155550100", to: "+442079460001", body: "We call you at 15:30.", ...given };
  return acceptSms(await aCtx({ newId: () => crypto.randomUUID(), ...ctx }), smsInput.parse(text));
}

/** A provider whose answers are given in order, the last one for ever; `handed` is what it was handed, in order. */
export function aProvider(
  ...answers: (SendResult | ((message: OutgoingMessage) => SendResult | Promise<SendResult>))[]
): { handed: OutgoingMessage[]; transports: { sms: Transport; email: Transport }; transport: Transport } {
  const handed: OutgoingMessage[] = [];
  const transport: Transport = {
    name: "twilio",
    send: async (message) => {
      handed.push(message);
      const answer = answers[Math.min(handed.length, answers.length) - 1];
      if (answer === undefined) return { outcome: "sent", providerId: `SM${handed.length}` };
      return typeof answer === "function" ? answer(message) : answer;
    },
  };
  return { handed, transport, transports: { sms: transport, email: { ...transport, name: "smtp" } } };
}

/** A failure of this class. */
export function failedWith(errorClass: "transient" | "throttled" | "permanent" | "recipient" | "ours", code = "500") {
  return { outcome: "failed", errorClass, code, sentence: `The provider answered ${code}.` } as const;
}

/** Stores and sends whatever is due now, as the cron does. */
export async function drainMessages(
  transports?: Parameters<typeof drainMessagesForCron>[1],
  limits: NonNullable<Parameters<typeof aCtx>[0]>["limits"] = {},
) {
  return drainMessagesForCron(await aCtx({ actor: { kind: "cron" }, limits }), transports);
}

/** The state of every message, in the order of acceptance. */
export async function messageStates(): Promise<string[]> {
  const rows = await query(db, z.object({ state: z.string() }), sql`SELECT state FROM messages ORDER BY seq`);
  return rows.map(({ state }) => state);
}
