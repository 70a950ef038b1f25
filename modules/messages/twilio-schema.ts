import { z } from "zod";
import { storableText, withoutDirections } from "#lib/base/text";

/** The webhooks of Twilio, parsed by pure functions: the status of a message of ours, and an inbound text. */

const sid = z.string().regex(/^[A-Z]{2}[0-9a-f]{32}$/i, "must be a name that Twilio gives");
/** A word or an address on one line. */
const word = z
  .string()
  .min(1)
  .max(50)
  .refine((text) => !/\p{Cc}/u.test(text), "must be on one line");
/** Empty or 0: no error. */
const code = z
  .string()
  .regex(/^[0-9]{0,6}$/, "must be a code of Twilio")
  .default("");

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
    errorCode: ["", "0"].includes(ErrorCode) ? null : ErrorCode,
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
    body: withoutDirections(storableText(Body)),
    meaning: OptOutType ? MEANINGS[OptOutType] : meaningOf(Body),
  }));

export type Meaning = "stop" | "start" | "help" | "text";
const MEANINGS = { STOP: "stop", START: "start", HELP: "help" } as const;

/** The keywords that networks and Twilio recognise when they stand alone, and their equivalents in languages of our callers. */
const WORDS: Readonly<Record<Exclude<Meaning, "text">, string>> = {
  stop: `stop stopall unsubscribe cancel end quit optout revoke stopp abmelden abbestellen arret arreter desabonner desinscription
    afmelden uitschrijven baja alto parar pare detener sair cancelar desuscribir descadastrar annulla cancella disiscrivi stoppa avsluta
    avmeld afmeld lopeta rezygnuje wypisz odhlasit dezabonare leiratkozas стоп отписаться відписатися στοπ διαγραφη iptal durdur ret
    iptalet dur הסר توقف الغاء الغاءالاشتراك ايقاف لغو बंद रोकें หยุด ยกเลิก huy berhenti 停止 退订 退訂 取消订阅 取消訂閱 td 配信停止 解除 수신거부 중지`,
  start: "start unstop yes",
  help: "help info",
};
/** Keywords that are also written in two words, or with a hyphen: "opt out", "un-subscribe", "الغاء الاشتراك", "iptal et". */
const IN_PARTS: ReadonlySet<string> = new Set(["optout", "stopall", "unsubscribe", "الغاءالاشتراك", "iptalet"]);
const MEANING_OF = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) =>
    words.split(/\s+/).map((word) => [wordsIn(word).join(""), meaning as Meaning] as const),
  ),
);

/**
 * The words of refusal that mean nothing else, so that they count in a first line of their own, above a signature. "Cancel" and "end" may
 * begin a sentence that goes on in the next line.
 */
const PLAIN_STOPS: ReadonlySet<string> = new Set(
  `stop stopall unsubscribe optout stopp abmelden abbestellen arret desabonner desinscription afmelden uitschrijven baja desuscribir
    descadastrar disiscrivi avmeld afmeld стоп отписаться відписатися στοπ הסר 退订 退訂 取消订阅 取消訂閱 配信停止 수신거부`
    .split(/\s+/)
    .map((word) => wordsIn(word).join("")),
);

/**
 * The meaning of an inbound text: a keyword that stands alone, in any case and with or without accents, also with points, quotes or
 * spaces around it or between its letters, or several times. A keyword inside a sentence means nothing: "do not stop" is a text. A plain
 * STOP counts also with a signature below it; consent, START, only by itself.
 */
export function meaningOf(body: string): Meaning {
  const meaning = keywordIn(body);
  if (meaning !== "text") return meaning;
  const [firstLine = "", ...rest] = body.trim().split(/[\r\n\u2028\u2029]+/);
  const isPlainStop =
    keywordIn(firstLine) === "stop" &&
    wordsIn(firstLine).some((word, _, all) => PLAIN_STOPS.has(word) || PLAIN_STOPS.has(all.join("")));
  return rest.length > 0 && isPlainStop ? "stop" : "text";
}

function keywordIn(body: string): Meaning {
  const words = wordsIn(body);
  const [first = ""] = words;
  if (words.every((word) => word === first)) return MEANING_OF.get(first) ?? "text";
  const together = words.join("");
  const isOneWord = IN_PARTS.has(together) || words.every((word) => word.length === 1);
  return (isOneWord ? MEANING_OF.get(together) : undefined) ?? "text";
}

/** The words of a text as they are compared: in lower case, and without the marks above and below letters. */
function wordsIn(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/[\p{M}\p{Cf}]/gu, "")
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  );
}
