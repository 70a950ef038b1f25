import { z } from "zod";
import { storableText } from "#lib/base/text";

/** The webhooks of Twilio, parsed by pure functions: the status of a message of ours, and an inbound text. */

const sid = z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/i, "must be a name that Twilio gives");
/** A word or an address on one line. */
const word = z
  .string()
  .min(1)
  .max(50)
  .refine((text) => !/\p{Cc}/u.test(text), "must be on one line");
const code = z
  .string()
  .regex(/^[0-9]{1,6}$/, "must be a code of Twilio")
  .optional();

/** A report of the status of a message. Twilio adds fields without notice, so unknown fields are ignored. */
export const statusReport = z
  .object({
    MessageSid: sid,
    MessageStatus: word,
    ErrorCode: code,
    message: z.uuid().optional(),
    signature: z.string().max(100).optional(),
  })
  .transform(({ MessageSid, MessageStatus, ErrorCode, message, signature }) => ({
    // The part of the address that we wrote ourselves.
    named: message === undefined ? null : { messageId: message, signature: signature ?? "" },
    providerId: MessageSid,
    status: MessageStatus,
    errorCode: ErrorCode === undefined || ErrorCode === "0" ? null : ErrorCode,
  }));

/** An inbound text. `OptOutType` is present when Twilio itself has recognised a keyword. */
export const inboundText = z
  .object({
    MessageSid: sid,
    From: word,
    To: word,
    Body: z.string().max(10_000).default(""),
    OptOutType: z.enum(["STOP", "START", "HELP"]).optional().catch(undefined),
  })
  .transform(({ MessageSid, From, To, Body, OptOutType }) => ({
    providerId: MessageSid,
    from: From,
    to: To,
    body: storableText(Body),
    meaning: OptOutType ? MEANINGS[OptOutType] : meaningOf(Body),
  }));

export type Meaning = "stop" | "start" | "help" | "text";
const MEANINGS = { STOP: "stop", START: "start", HELP: "help" } as const;

/** The keywords that networks and Twilio recognise when they stand alone, and their equivalents in languages of our callers. */
const WORDS: Readonly<Record<string, Meaning>> = {
  stop: "stop",
  stopall: "stop",
  unsubscribe: "stop",
  cancel: "stop",
  end: "stop",
  quit: "stop",
  optout: "stop",
  revoke: "stop",
  stopp: "stop",
  abmelden: "stop",
  arret: "stop",
  arreter: "stop",
  afmelden: "stop",
  baja: "stop",
  alto: "stop",
  parar: "stop",
  pare: "stop",
  sair: "stop",
  cancelar: "stop",
  annulla: "stop",
  cancella: "stop",
  stoppa: "stop",
  стоп: "stop",
  отписаться: "stop",
  detener: "stop",
  iptal: "stop",
  rezygnuje: "stop",
  lopeta: "stop",
  avmeld: "stop",
  afmeld: "stop",
  avsluta: "stop",
  停止: "stop",
  退订: "stop",
  توقف: "stop",
  start: "start",
  unstop: "start",
  yes: "start",
  help: "help",
  info: "help",
};

/**
 * The meaning of an inbound text: a keyword that stands alone, in any case and with or without accents, also with points, quotes or
 * spaces around it or between its letters. A keyword inside a sentence means nothing: "do not stop" is a text.
 */
export function meaningOf(body: string): Meaning {
  const words =
    body
      .normalize("NFKD")
      .replace(/[\p{M}\p{Cf}]/gu, "")
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const together = words.join("");
  const isOneWord =
    words.length === 1 || together === "optout" || together === "stopall" || words.every((word) => word.length === 1);
  return (isOneWord ? WORDS[together] : undefined) ?? "text";
}
