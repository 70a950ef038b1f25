import { createHmac, timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/api-key";
import { env } from "#lib/env";

/** `rbh_<seconds>_<conversation>_<signature>`; nothing of it is stored. */
const TOKEN = /^rbh_([0-9]{1,12})_([A-Za-z0-9_-]{2,300})_([A-Za-z0-9_-]{43})$/;

/** A secret that lets a browser or a telephone bridge into one conversation, and nowhere else, until then. */
export function holderToken(conversationId: string, expiresAt: Date): string {
  const named = `${Math.floor(expiresAt.getTime() / 1_000)}_${Buffer.from(conversationId).toString("base64url")}`;
  return `rbh_${named}_${signatureOf(named)}`;
}

/** The conversation this token is for and until when, or null when it is none of ours. */
export function conversationOf(token: string): { conversationId: string; expiresAt: Date } | null {
  const [, seconds = "", conversation = "", signature = ""] = TOKEN.exec(token) ?? [];
  const isOurs = timingSafeEqual(digestOf(signature), digestOf(signatureOf(`${seconds}_${conversation}`)));
  if (!isOurs) return null;
  return {
    conversationId: Buffer.from(conversation, "base64url").toString(),
    expiresAt: new Date(Number(seconds) * 1_000),
  };
}

function signatureOf(named: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`holder ${named}`).digest("base64url");
}
