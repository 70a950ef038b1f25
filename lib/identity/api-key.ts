import { createHash } from "node:crypto";

/** What an API key looks like: a word that scanners of leaked secrets can look for, and 256 random bits. */
export function apiKeyOf(bytes: Buffer): string {
  return `rbk_${bytes.toString("base64url")}`;
}

/** What is kept of an API key. The key is random, so a plain hash is as good as a slow one. */
export function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
