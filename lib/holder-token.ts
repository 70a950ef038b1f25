import { createHmac, timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/api-key";
import { machineNow } from "#lib/clock";
import { env } from "#lib/env";

/** `rbh_<seconds>_<conversation>_<signature>`; nothing of it is stored. */
const TOKEN = /^rbh_([0-9]{1,12})_([A-Za-z0-9_-]{2,300})_([A-Za-z0-9_-]{43})$/;

/** A secret that lets a browser or a telephone bridge into one conversation, and nowhere else, until then. */
export function holderToken(conversationId: string, expiresAt: Date): string {
  const named = `${Math.floor(expiresAt.getTime() / 1_000)}_${Buffer.from(conversationId).toString("base64url")}`;
  return `rbh_${named}_${signatureOf(named)}`;
}

/** The conversation this token is for, or null when it is none of ours or its time is over. */
export function conversationOf(token: string): string | null {
  const [, seconds = "", conversation = "", signature = ""] = TOKEN.exec(token) ?? [];
  const isOurs = timingSafeEqual(digestOf(signature), digestOf(signatureOf(`${seconds}_${conversation}`)));
  if (!isOurs || Number(seconds) * 1_000 <= machineNow().getTime()) return null;
  return Buffer.from(conversation, "base64url").toString();
}

function signatureOf(named: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`holder ${named}`).digest("base64url");
}
