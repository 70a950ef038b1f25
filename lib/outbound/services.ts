import type { SERVICES } from "#declared";
import { type Env, env } from "#lib/base/env";

/** What the environment says of outside services, by variable, and the address at which they reach us. */
export type Services = Pick<Env, keyof typeof SERVICES | "RINGBACK_URL">;

/** The services of this installation. A module reads those that its `settings.ts` declares. */
export function services(): Services {
  return env();
}
