import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";

/** The context for operations of runs in measurements. `later` collects the work after the answer. */
export async function benchCtx(
  db: PrismaClient,
  limits: Partial<Limits> = {},
  later: (() => Promise<unknown>)[] = [],
): Promise<Ctx> {
  const ctx: Ctx = {
    now: await readClock(db),
    db,
    kv: openKv(),
    newId: randomUUID,
    log: pino({ level: "silent" }),
    limits: { ...DEFAULT_LIMITS, ...limits },
    actor: { kind: "service" },
    afterAnswer: (work) => void later.push(() => work(ctx)),
  };
  return ctx;
}
