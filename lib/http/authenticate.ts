import { createHash, timingSafeEqual } from "node:crypto";
import type { Actor } from "#lib/context";
import { env } from "#lib/env";
import { Refusal } from "#lib/errors";

/** Who may call a route. */
export type Who = "anyone" | "cron" | "service";
export type ActorOf<W extends Who> = Extract<Actor, { kind: W }>;

/**
 * Who sent this request. Refuses `unauthenticated` when nobody we know did, and `forbidden` when a caller we know may
 * not use the route. A route for anyone looks at no credentials.
 */
export function authenticate<W extends Who>(headers: Headers, who: W): ActorOf<W> {
  if (who === "anyone") return { kind: "anyone" } as ActorOf<W>;
  const token = headers.get("authorization")?.match(/^Bearer ([\x21-\x7e]+)$/i)?.[1];
  // Every secret is compared, so that the time taken does not depend on which one it was.
  const known = Object.entries(secrets()).filter(([, secret]) => isSame(token ?? "", secret));
  if (known.some(([kind]) => kind === who)) return { kind: who } as ActorOf<W>;
  if (known.length > 0) throw new Refusal("forbidden", `This secret may not be used here; this route is for a ${who}.`);
  throw new Refusal("unauthenticated", `Send the secret of the ${who} as: Authorization: Bearer <secret>.`);
}

function secrets(): Record<Exclude<Who, "anyone">, string> {
  const { CRON_SECRET, SERVICE_API_KEY } = env();
  return { cron: CRON_SECRET, service: SERVICE_API_KEY };
}

/** Compares digests, which are equally long whatever was sent, in constant time. */
function isSame(given: string, secret: string): boolean {
  const [left, right] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(left!, right!);
}
