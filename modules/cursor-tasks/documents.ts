import type { ReadCtx } from "#lib/context";
import type { Documents } from "#lib/kv/open";
import { keyOf } from "./rules.ts";

/** The documents of all tasks. */
export function documents(ctx: ReadCtx): Documents {
  return ctx.kv("cursor_tasks", keyOf(""));
}
