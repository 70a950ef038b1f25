import type { SERVICES } from "#declared";
import { type Env, env } from "#lib/base/env";

/** The outside services in the environment, by variable, and the public address of Ringback. */
export type Services = Pick<Env, keyof typeof SERVICES | "RINGBACK_URL">;

/** The services of this installation. A module reads those that its `settings.ts` declares. */
export function services(): Services {
  return env();
}
