import type { ReadCtx } from "#lib/context";
import { KvError } from "#lib/kv/error";
import type { Documents } from "#lib/kv/open";
import { keyOf } from "./rules.ts";

/** The documents of all tasks. */
export function documents(ctx: ReadCtx): Documents {
  return ctx.kv("cursor_tasks", keyOf(""));
}

/** What is wrong with the store of tasks, in a sentence; null when it answers. */
export async function storeFault(ctx: ReadCtx): Promise<string | null> {
  try {
    // No task has this key.
    await documents(ctx).get(keyOf(""));
    return null;
  } catch (error) {
    if (error instanceof KvError) return error.message;
    throw error;
  }
}
