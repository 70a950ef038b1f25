import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { DEFAULT_LIMITS, type Limits } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";

/** What operations of runs are given in measurements. What is left for after the answer is in `later`. */
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
