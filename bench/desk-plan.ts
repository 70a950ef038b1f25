import { randomUUID } from "node:crypto";
import pg from "pg";
import { connect } from "../lib/database/db.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { openKv } from "../lib/kv/open.ts";
import { log } from "../lib/base/log.ts";
import { pendingCallbacks } from "../modules/desk/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";

type Node = { "Node Type": string; "Relation Name"?: string; "Index Name"?: string; Plans?: Node[] } & Record<
  string,
  unknown
>;
type Statement = { text: string; values?: unknown[] | undefined };
type Explained = { Plan: Node; "Planning Time": number; "Execution Time": number };

/**
 * Prints the cost of one agent's poll in the database: the number of statements, the time, the pages, and every access path to its
 * rows.
 */
export async function sayPlan(db: PrismaClient, url: string, agentId: number): Promise<void> {
  await db.$executeRawUnsafe("ANALYZE");
  const sent: Statement[] = [];
  const listening = connect(url, { Pool: poolThatTells(sent) });
  await pendingCallbacks(
    {
      db: listening,
      kv: openKv(),
      log,
      limits: DEFAULT_LIMITS,
      actor: { kind: "system" },
      newId: randomUUID,
      afterAnswer: () => {},
    },
    { agentId },
  );
  await listening.$disconnect();
  console.log(`\nthe poll itself: ${sent.length} statement${sent.length === 1 ? "" : "s"}`);
  for (const { text, values } of sent) {
    const plan = await explained(url, text, values);
    const reads = waysOf(plan.Plan);
    const whole = reads.filter((way) => way.startsWith("whole"));
    const pages = Number(plan.Plan["Shared Hit Blocks"]) + Number(plan.Plan["Shared Read Blocks"]);
    console.log(
      `planned in ${plan["Planning Time"].toFixed(2)} ms, done in ${plan["Execution Time"].toFixed(2)} ms, ${pages} pages`,
    );
    console.log(`read by index: ${reads.filter((way) => !whole.includes(way)).join(", ")}`);
    console.log(`read whole: ${whole.join(", ") || "nothing"}`);
  }
}

async function explained(url: string, text: string, values: unknown[] | undefined): Promise<Explained> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const explain = () => client.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
  // The first one fills the caches of its connection.
  await explain();
  const { rows } = await explain();
  await client.end();
  return rows[0]["QUERY PLAN"][0] as Explained;
}

function waysOf({ Plans = [], ...node }: Node): string[] {
  const [index, relation] = [node["Index Name"], node["Relation Name"]];
  const own = index ? [index] : relation && node["Node Type"] === "Seq Scan" ? [`whole ${relation}`] : [];
  return [...new Set([...own, ...Plans.flatMap(waysOf)])];
}

/** A pool that writes down every statement it sends. */
function poolThatTells(sent: Statement[]): typeof pg.Pool {
  class TellingClient extends pg.Client {
    override query(...args: unknown[]): never {
      const [statement, values] = args as [string | Statement, unknown[] | undefined];
      sent.push(
        typeof statement === "string"
          ? { text: statement, values }
          : { text: statement.text, values: values ?? statement.values },
      );
      return Reflect.apply(super.query, this, args) as never;
    }
  }
  return class extends pg.Pool {
    constructor(options: pg.PoolConfig) {
      super({ ...options, Client: TellingClient } as pg.PoolConfig);
    }
  };
}
