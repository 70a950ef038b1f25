import { randomUUID } from "node:crypto";
import type { Actor, Ctx, ReadCtx } from "#lib/base/context";
import type { Limits, RuntimeEnv } from "#lib/base/env";
import { currentLimits } from "#lib/base/limits";
import { type Logger, log } from "#lib/base/log";
import { connect, type Timeouts } from "#lib/database/db";
import { faultForLog } from "#lib/http/problem";
import { openKv } from "#lib/kv/open";
import { readClock } from "#lib/time/clock";
import type { PrismaClient } from "#prisma/client";

type Work = () => Promise<unknown>;

type Options = Readonly<{
  /** The timeouts of the database handle of contexts, unless they ask for another one. Default: those of a request. */
  timeouts?: Timeouts;
  /** Connections of every handle. Default: the environment's for requests, and a few for the others. */
  poolSize?: number;
  /** Whether connections prepare their statements. Default: those of requests. */
  isPrepared?: boolean;
  /** A handle to use instead of own ones; its owner closes it. */
  database?: PrismaClient;
  log?: Logger;
  newId?: () => string;
  /** Runs work after the answer has been sent. Without it the work begins at once, and `close` waits for it. */
  afterAnswer?: (work: Work) => void;
}>;

type Asked = Readonly<{ timeouts?: Timeouts; log?: Logger; limits?: Limits | undefined }>;

/** The open resources of a process, and the one place where contexts are made. */
export type Runtime = Readonly<{
  /** This process's handle on the database; opened at its first use. */
  database: (timeouts?: Timeouts) => PrismaClient;
  /** The limits in force: those that supervisors have set, at most five seconds old, else the environment's. */
  limits: () => Promise<Limits>;
  /** A context without an instant. Without `limits`, those of the environment. */
  readCtx: <A extends Actor>(actor: A, asked?: Asked) => ReadCtx<A>;
  /** A context with the present limits and instant. */
  ctx: <A extends Actor>(actor: A, asked?: Asked) => Promise<Ctx<A>>;
  /** Waits for the work after answers, and closes the handles that it opened. */
  close: () => Promise<void>;
}>;

/**
 * The composition root: opens the resources that the environment names, and makes the contexts of a process. Requests, crons and
 * pages (`lib/http/process.ts`), the worker, scripts (`scripts/script-context.ts`) and tests all use it. Connections are opened
 * at their first use.
 */
export function openRuntime(environment: RuntimeEnv, options: Options = {}): Runtime {
  const { timeouts: usual = "request", log: usualLog = log, newId = randomUUID } = options;
  const handles: Partial<Record<Timeouts, PrismaClient>> = {};
  const left = new Set<Promise<void>>();

  const database = (timeouts: Timeouts = usual): PrismaClient => {
    if (options.database) return options.database;
    handles[timeouts] ??= connect(environment.DATABASE_URL, {
      timeouts,
      requestSeconds: environment.REQUEST_TIMEOUT_SECONDS,
      poolSize: options.poolSize ?? (timeouts === "request" ? environment.DATABASE_POOL_SIZE : undefined),
      isPrepared: options.isPrepared,
      onLostConnection: (error) => usualLog.warn({ reason: error.message }, "lost a database connection"),
    });
    return handles[timeouts];
  };

  const { KV_REST_API_URL: url, KV_REST_API_TOKEN: token } = environment;
  const kv = openKv(url && token ? { url, token } : null, (fault) =>
    usualLog.warn(
      { reason: fault.message },
      "copies of documents cannot be reached; PostgreSQL answers alone for a while",
    ),
  );

  const begin = (work: Work): void => {
    const one = Promise.resolve(work()).then(() => void left.delete(one));
    left.add(one);
  };
  const afterAnswer = options.afterAnswer ?? begin;
  const guarded = (work: Work, workLog: Logger) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      workLog.error({ fault: faultForLog(error) }, "work after the answer failed");
    }
  };

  const limits = () => currentLimits(database(), environment.limits);

  const readCtx: Runtime["readCtx"] = (actor, asked = {}) => {
    const ctxLog = asked.log ?? usualLog;
    return {
      db: database(asked.timeouts),
      kv,
      log: ctxLog,
      actor,
      limits: asked.limits ?? environment.limits,
      newId,
      afterAnswer: (work) => {
        const later = async () => work(await ctx(actor, { ...asked, log: ctxLog }));
        afterAnswer(guarded(later, ctxLog));
      },
    };
  };

  const ctx: Runtime["ctx"] = async (actor, asked = {}) => {
    const reader = readCtx(actor, { ...asked, limits: asked.limits ?? (await limits()) });
    return { ...reader, now: await readClock(reader.db) };
  };

  const close = async (): Promise<void> => {
    await Promise.all(left);
    await Promise.all(Object.values(handles).map((handle) => handle.$disconnect()));
  };

  return { database, limits, readCtx, ctx, close };
}
