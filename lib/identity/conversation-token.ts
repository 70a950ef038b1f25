import { timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/identity/api-key";
import { signatureOf } from "#lib/identity/signature";

/** `rbh_<seconds>_<conversation>_<signature>`; nothing of it is stored. A token that opens a stream begins with `rbs`. */
const TOKEN = /^(rbh|rbs)_([0-9]{1,12})_([A-Za-z0-9_-]{2,300})_([A-Za-z0-9_-]{43})$/;

/** `all`: everything a subscriber of the conversation may do. `stream`: opening its event stream, and nothing else. */
type Purpose = "all" | "stream";
/** Their signature names the purpose. Tokens of earlier versions are valid until they expire, so the words stay. */
const TOKENS = { all: { prefix: "rbh", signedAs: "holder" }, stream: { prefix: "rbs", signedAs: "stream" } } as const;

/** A token with which a browser or a telephone bridge may use one conversation, and no other, until it expires. */
export function conversationToken(conversationId: string, expiresAt: Date, purpose: Purpose = "all"): string {
  const named = `${Math.floor(expiresAt.getTime() / 1_000)}_${Buffer.from(conversationId).toString("base64url")}`;
  const { prefix, signedAs } = TOKENS[purpose];
  return `${prefix}_${named}_${signatureOf(signedAs, named)}`;
}

/** The conversation of this token and its expiry, or null for a token with an invalid signature or another purpose. */
export function conversationOf(
  token: string,
  purpose: Purpose = "all",
): { conversationId: string; expiresAt: Date } | null {
  const [, prefix, seconds = "", conversation = "", signature = ""] = TOKEN.exec(token) ?? [];
  const expected = signatureOf(TOKENS[purpose].signedAs, `${seconds}_${conversation}`);
  const isOurs = timingSafeEqual(digestOf(signature), digestOf(expected));
  if (!isOurs || prefix !== TOKENS[purpose].prefix) return null;
  return {
    conversationId: Buffer.from(conversation, "base64url").toString(),
    expiresAt: new Date(Number(seconds) * 1_000),
  };
}
