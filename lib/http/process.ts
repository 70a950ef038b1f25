import { randomUUID } from "node:crypto";
import { after } from "next/server";
import type { ReadCtx } from "#lib/base/context";
import { connect, type Timeouts } from "#lib/database/db";
import { env, type Limits, limitsOf } from "#lib/base/env";
import { faultForLog } from "#lib/http/problem";
import { type OpenKv, openKv } from "#lib/kv/open";
import { type Logger, log } from "#lib/base/log";
import type { PrismaClient } from "#prisma/client";

const handles: Partial<Record<Timeouts, PrismaClient>> = {};

/**
 * This process's handle on the database; made when first asked for, so that a build needs neither database nor
 * secrets.
 */
export function database(timeouts: Timeouts): PrismaClient {
  handles[timeouts] ??= connect(env().DATABASE_URL, {
    timeouts,
    poolSize: timeouts === "request" ? env().DATABASE_POOL_SIZE : undefined,
    onLostConnection: (error) => log.warn({ reason: error.message }, "lost a database connection"),
  });
  return handles[timeouts];
}

let opened: OpenKv | undefined;

function kv(): OpenKv {
  const { KV_REST_API_URL: url, KV_REST_API_TOKEN: token } = env();
  opened ??= openKv(database("request"), url && token ? { url, token } : null, (fault) =>
    log.warn({ reason: fault.message }, "copies of documents cannot be reached; PostgreSQL answers alone for a while"),
  );
  return opened;
}

/** Everything of a context that needs no look at the clock. Without `limits`, those of the environment. */
export function readCtx<A extends ReadCtx["actor"]>(
  actor: A,
  timeouts: Timeouts,
  requestLog: Logger,
  limits: Limits = limitsOf(env()),
): ReadCtx<A> {
  return {
    db: database(timeouts),
    kv: (table) => kv()(table),
    log: requestLog,
    actor,
    limits,
    newId: randomUUID,
    afterAnswer: (work) => afterAnswer(work, requestLog),
  };
}

function afterAnswer(work: () => Promise<unknown>, requestLog: Logger): void {
  const guarded = async () => {
    try {
      await work();
    } catch (error) {
      requestLog.error({ fault: faultForLog(error) }, "work after the answer failed");
    }
  };
  try {
    after(guarded);
  } catch {
    // Not inside a request of Next, so there is no answer to wait for.
    void guarded();
  }
}
