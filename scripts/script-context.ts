import type { Ctx } from "#lib/base/context";
import { parseRuntimeEnv } from "#lib/base/env";
import { openRuntime } from "#lib/runtime";
import { readEnvironment } from "./environment.ts";

/**
 * A context for the work of a script on the database at `url`, with the limits and the Redis of the server, and the function that
 * closes it.
 */
export async function openCtx(
  url: string,
  variables = readEnvironment(),
): Promise<{ ctx: Ctx; close: () => Promise<void> }> {
  const runtime = openRuntime(parseRuntimeEnv({ ...variables, DATABASE_URL: url }), { timeouts: "batch", poolSize: 2 });
  return { ctx: await runtime.ctx({ kind: "system" }), close: runtime.close };
}
