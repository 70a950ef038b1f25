import { setTimeout as pause } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient, type Prisma } from "#prisma/client";
import { Connection, endUnfinished } from "#lib/database/connection";
import { isTransactionConflict } from "#lib/database/error";
import { statementName } from "#lib/database/statement-name";

/** A client or an open transaction; an operation need not know which. */
export type Db = PrismaClient | Prisma.TransactionClient;

/** In milliseconds. Connecting includes the wait for a connection of the pool. */
type Milliseconds = { connect: number; statement: number; query: number; lock: number; transaction: number };

/**
 * The timeouts of a process that answers requests within so many seconds, even when the database hangs: these timeouts or the edge
 * end a request.
 */
function ofRequests(seconds: number): Milliseconds & { pool: number } {
  const part = (share: number) => Math.round(seconds * 1_000 * share);
  return {
    connect: part(0.6),
    statement: part(0.56),
    query: part(0.6),
    // Another request holds the lock: a caller who is refused soon can try again.
    lock: 2_000,
    transaction: part(1.6),
    pool: 10,
  };
}

/** The tick and the scripts may take longer for one statement. */
const OF_BATCHES = { connect: 5_000, statement: 55_000, query: 58_000, lock: 2_000, transaction: 120_000, pool: 3 };

export type Timeouts = "request" | "batch";

export type ConnectOptions = {
  timeouts?: Timeouts;
  /** Within how many seconds a request of this process is answered. Default: 5. */
  requestSeconds?: number;
  /** Timeouts to use instead of those of `timeouts`; tests that wait for them pass short ones. */
  timeoutsMs?: Partial<Milliseconds>;
  /** Maximum connections of this process; small on serverless, where many processes share one database. */
  poolSize?: number | undefined;
  /**
   * Whether each connection prepares its statements. Default: those of requests. The tick and the scripts pass lists of hundreds,
   * for which a plan that was made without their length is a bad one.
   */
  isPrepared?: boolean | undefined;
  /** Called for connections that died while idle. Without a listener such an error would end the process. */
  onLostConnection?: (error: Error) => void;
  /** The pool to use instead of pg's own; tests pass one that fails at a chosen statement. */
  Pool?: typeof pg.Pool;
};

/** Opens a handle on the database at `url`. It connects when it is first used. */
export function connect(url: string, options: ConnectOptions = {}): PrismaClient {
  const { timeouts = "request", isPrepared: prepares = timeouts === "request" } = options;
  const usual = timeouts === "batch" ? OF_BATCHES : ofRequests(options.requestSeconds ?? 5);
  const limits = { ...usual, ...options.timeoutsMs };
  const Pool = options.Pool ?? pg.Pool;
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize ?? limits.pool,
    connectionTimeoutMillis: limits.connect,
    query_timeout: limits.query,
    statement_timeout: limits.statement,
    lock_timeout: limits.lock,
    idle_in_transaction_session_timeout: 15_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    options: "-c timezone=UTC",
    application_name: "ringback",
    Client: Connection,
  });
  pool.on("release", (_error, client) => endUnfinished(client));
  const onLostConnection = options.onLostConnection ?? (() => {});
  pool.on("error", onLostConnection);
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, {
      disposeExternalPool: true,
      onConnectionError: onLostConnection,
      ...(prepares && { statementNameGenerator: ({ sql, args }) => statementName(sql, args) }),
    }),
    // Far above the statement timeout: in Prisma 7 a timeout during COMMIT can end the process.
    transactionOptions: { maxWait: limits.connect, timeout: limits.transaction },
  });
  // Prisma ends a pool that it has used itself, and statements that go past it leave it unused.
  const disconnect = client.$disconnect.bind(client);
  client.$disconnect = async () => {
    await disconnect();
    if (!pool.ending) await pool.end();
  };
  pools.set(client, pool);
  if (prepares) preparing.add(client);
  return client;
}

const pools = new WeakMap<PrismaClient, pg.Pool>();
const preparing = new WeakSet<PrismaClient>();

/** The pool behind a client, for statements that must not pay for a layer. Never of a transaction. */
export function poolOf(db: PrismaClient): pg.Pool {
  return pools.get(db)!;
}

/** Whether the connections of a client prepare their statements. */
export function isPrepared(db: PrismaClient): boolean {
  return preparing.has(db);
}

/** Whether this is an open transaction, which has no connections of its own. */
export function isTransaction(db: Db): boolean {
  return !pools.has(db as PrismaClient);
}

const TRIES = 4;

/**
 * Runs `work` in one transaction, or in a savepoint of the transaction of `ctx`, which can go on when `work` fails. Retries when
 * the database rolled it back because of a conflict.
 */
export async function inTransaction<C extends { db: Db }, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  const db = ctx.db;
  if (!("$transaction" in db)) return work(ctx);
  return retried(() => db.$transaction((tx) => work({ ...ctx, db: tx })));
}

/**
 * Runs `work` in one transaction, or joins the transaction of `ctx`, which can only be rolled back when `work` fails: without the
 * two round trips of a savepoint.
 */
export async function inWholeTransaction<C extends { db: Db }, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return isTransaction(ctx.db) ? work(ctx) : inTransaction(ctx, work);
}

/**
 * Runs `work`, one transaction or one statement, and retries it when the database rolled it back (deadlock, serialization
 * failure), at most four times with full jitter. Other errors are not retried.
 */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES || !isTransactionConflict(error)) throw error;
      await pause(Math.random() * 20 * 2 ** attempt);
    }
  }
}
