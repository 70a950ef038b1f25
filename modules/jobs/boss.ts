import { fromPrisma, PgBoss, systemClock } from "pg-boss";
import type { Ctx } from "#lib/base/context";
import { type Db, isTransaction, poolOf } from "#lib/database/db";
import { QueueError } from "#lib/base/errors";
import type { Logger } from "#lib/base/log";
import { execute, type Sql, sql } from "#lib/database/sql";

/** A statement of pg-boss, or several at once; it wants the rows of all of them. */
type Executor = { executeSql: (text: string, values?: unknown[]) => Promise<{ rows: Row[] }> };
// biome-ignore lint/suspicious/noExplicitAny: this is how pg-boss declares what its statements return.
type Row = any;

type Client = Parameters<typeof poolOf>[0];
const opened = new WeakMap<Client, Promise<PgBoss>>();
let latest: Promise<PgBoss> | undefined;

/**
 * pg-boss over the connections of this handle, without loops of its own: upkeep is done by the process that drains. In a
 * transaction it is the instance this process opened last, and writes go through `inTx`. Refuses with QueueError when the schema is
 * missing or of another version.
 */
export function openBoss(ctx: Pick<Ctx, "db" | "log">): Promise<PgBoss> {
  const db = ctx.db as Client;
  if (isTransaction(db)) {
    if (latest) return latest;
    throw new QueueError("No queue is open in this process yet; open it before the transaction.");
  }
  const known = opened.get(db);
  if (known) return known;
  const starting = startBoss(db, ctx.log);
  opened.set(db, starting);
  latest = starting;
  starting.catch(() => {
    opened.delete(db);
    if (latest === starting) latest = undefined;
  });
  return starting;
}

/** The option that lets a call of pg-boss take part in the transaction of `db`. */
export const inTx = (db: Db): { db: Executor } => ({ db: fromPrisma(db) as Executor });

/** The part of pg-boss's statement for queueing many jobs that reads them from JSON, with its columns. */
const JOBS_AS_JSON = /json_to_recordset\(\$1::text::json\) as x \(([^()]*)\)/;

/** The columns of the jobs that are queued; of every other column each job has the default of its queue. */
const SELECTED = ["id", "data", "priority", '"groupId"'];

/**
 * Queues the jobs that `jobs` selects as `id`, `data`, `priority` and `"groupId"`, within the transaction of `db`: with pg-boss's
 * own statement, which reads the rows themselves instead of JSON of them, so that none of them leaves the database and none is
 * parsed. A job whose id is queued already is passed over.
 */
export async function insertSelected(boss: PgBoss, db: Db, queue: string, jobs: Sql): Promise<void> {
  const executeSql = async (text: string): Promise<{ rows: Row[] }> => {
    const [before, columns, after, ...others] = text.split(JOBS_AS_JSON);
    if (columns === undefined || after === undefined || others.length > 0) {
      throw new QueueError("pg-boss queues jobs in another way than Ringback knows.");
    }
    const parts = [`${before} (SELECT ${asSelected(columns)} FROM (`, `) jobs) AS x ${after}`];
    await execute(db, sql(parts as unknown as TemplateStringsArray, jobs));
    return { rows: [] };
  };
  await boss.insert(queue, [{}], { db: { executeSql } });
}

/** The columns that pg-boss reads, as a list for a SELECT; a column without a value is null. */
function asSelected(columns: string): string {
  const read = columns.split(",").map((column) => column.trim().split(/\s+/) as [name: string, type: string]);
  const names = read.map(([name]) => name);
  if (!SELECTED.every((name) => names.includes(name))) {
    throw new QueueError("pg-boss queues jobs with other columns than Ringback knows.");
  }
  return read.map(([name, type]) => (SELECTED.includes(name) ? name : `NULL::${type} AS ${name}`)).join(", ");
}

async function startBoss(db: Client, log: Logger): Promise<PgBoss> {
  const boss = new PgBoss({
    db: overPool(db),
    schema: "pgboss",
    supervise: false,
    schedule: false,
    migrate: false,
    createSchema: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 60,
    openTelemetry: { enabled: false },
    clock: { ...systemClock, setInterval: quietInterval },
  });
  boss.on("error", (error) => log.warn({ reason: error.message }, "pg-boss reported an error"));
  try {
    return await boss.start();
  } catch (error) {
    const reason = (error as Error).message;
    if (!/version|not installed|schema/i.test(reason)) throw error;
    throw new QueueError(`The queues cannot be used as they are (${reason}). Run npm run db:migrate.`);
  }
}

/** An interval that does not keep the process alive. */
function quietInterval(work: () => void, milliseconds: number): NodeJS.Timeout {
  return setInterval(work, milliseconds).unref();
}

function overPool(db: Client): Executor {
  return {
    async executeSql(text, values) {
      const answer: { rows: Row[] } | { rows: Row[] }[] = await poolOf(db).query(text, values as unknown[]);
      return { rows: Array.isArray(answer) ? answer.flatMap(({ rows }) => rows) : answer.rows };
    },
  };
}
