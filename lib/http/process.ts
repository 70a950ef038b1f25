import { after } from "next/server";
import type { Actor, ReadCtx } from "#lib/base/context";
import { env, type Limits } from "#lib/base/env";
import type { Logger } from "#lib/base/log";
import type { Timeouts } from "#lib/database/db";
import { openRuntime, type Runtime } from "#lib/runtime";
import type { PrismaClient } from "#prisma/client";

let opened: Runtime | undefined;

/** The runtime of this process; opened at its first use, so that a build needs neither database nor secrets. */
function runtime(): Runtime {
  opened ??= openRuntime(env(), { afterAnswer: afterNextsAnswer });
  return opened;
}

/** This process's handle on the database; opened at its first use. */
export function database(timeouts: Timeouts): PrismaClient {
  return runtime().database(timeouts);
}

/** A context without an instant. Without `limits`, those of the environment. */
export function readCtx<A extends Actor>(
  actor: A,
  timeouts: Timeouts,
  requestLog: Logger,
  limits?: Limits,
): ReadCtx<A> {
  return runtime().readCtx(actor, { timeouts, log: requestLog, limits });
}

function afterNextsAnswer(work: () => Promise<unknown>): void {
  try {
    after(work);
  } catch {
    // Outside of a request of Next there is no answer to wait for.
    void work();
  }
}
