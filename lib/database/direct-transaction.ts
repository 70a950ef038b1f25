import pg from "pg";
import { type Db, inTransaction, isPrepared, isTransaction, poolOf, retried } from "#lib/database/db";
import type { Sql } from "#lib/database/sql";
import { statementName } from "#lib/database/statement-name";
import type { PrismaClient } from "#prisma/client";

/**
 * As `inTransaction`, for operations that send or read long lists, or whose few statements cost less than Prisma's part in them:
 * its statements go past Prisma, which writes all values of a statement as JSON and reads them again. It knows statements only, no
 * models. Inside a transaction it is an ordinary savepoint of it.
 */
export async function inDirectTransaction<C extends { db: Db }, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  if (isTransaction(ctx.db)) return inTransaction(ctx, work);
  const handle = ctx.db as PrismaClient;
  return retried(async () => {
    const client = await poolOf(handle).connect();
    try {
      return await inOne(client, () => work({ ...ctx, db: transactionOn(client, isPrepared(handle)) }));
    } finally {
      // The pool ends a connection that returns to it inside a transaction.
      client.release();
    }
  });
}

async function inOne<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const done = await work();
    const { command } = await client.query("COMMIT");
    if (command !== "COMMIT") throw new Error("A statement of this transaction had failed, so nothing was written.");
    return done;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** The part of Prisma's transactions that `query`, `execute` and `inTransaction` use, with the same types of values in rows. */
function transactionOn(client: pg.PoolClient, named: boolean, depth = 1): Db {
  const run = ({ text, values }: Sql): Promise<pg.QueryResult> =>
    client.query({
      ...(named && { name: statementName(text, values) }),
      text,
      values,
      types: { getTypeParser: parserOf },
    });
  const transaction = {
    $queryRaw: async (statement: Sql) => (await run(statement)).rows,
    $executeRaw: async (statement: Sql) => (await run(statement)).rowCount ?? 0,
    $transaction: async <T>(work: (tx: Db) => Promise<T>): Promise<T> => {
      const savepoint = `nested_${depth}`;
      await client.query(`SAVEPOINT ${savepoint}`);
      try {
        const done = await work(transactionOn(client, named, depth + 1));
        await client.query(`RELEASE SAVEPOINT ${savepoint}`);
        return done;
      } catch (error) {
        await client.query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
        throw error;
      }
    },
  };
  return transaction as unknown as Db;
}

/** Integers of eight bytes are read as `bigint`. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === pg.types.builtins.INT8 ? BigInt : pg.types.getTypeParser(oid, format as "text");
