import { createHash } from "node:crypto";

/** The form of an API key: a prefix that scanners of leaked secrets can find, and 256 random bits. */
export function apiKeyOf(bytes: Buffer): string {
  return `rbk_${bytes.toString("base64url")}`;
}

/** The stored form of an API key. The key is random, so a plain hash is as good as a slow one. */
export function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
