import { randomUUID } from "node:crypto";
import { readClock } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { connect } from "#lib/database/db";
import { DEFAULT_LIMITS } from "#lib/base/env";
import { openKv } from "#lib/kv/open";
import { log } from "#lib/base/log";

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
