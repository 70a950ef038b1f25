import { randomUUID } from "node:crypto";
import { readClock } from "#lib/clock";
import type { Ctx } from "#lib/context";
import { connect } from "#lib/db";
import { DEFAULT_LIMITS } from "#lib/env";
import { openKv } from "#lib/kv/open";
import { log } from "#lib/log";

/** A context for work that a script does by itself on the database at `url`, and the function that closes it. */
export async function openCtx(url: string): Promise<{ ctx: Ctx; close: () => Promise<void> }> {
  const db = connect(url, { timeouts: "batch", poolSize: 2 });
  const ctx: Ctx = {
    now: await readClock(db),
    db,
    kv: openKv(db),
    log,
    newId: randomUUID,
    limits: DEFAULT_LIMITS,
    actor: { kind: "system" },
    // A script has no answer to wait for.
    afterAnswer: (work) => void work(),
  };
  return { ctx, close: () => db.$disconnect() };
}
