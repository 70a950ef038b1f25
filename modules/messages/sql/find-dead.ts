import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { messageRow } from "../schema.ts";
import { messageColumns, withSpaced } from "../store.ts";
import { type DeadGroup, ofGroup } from "./dead.ts";

const row = messageRow.extend({ seq: z.bigint() }).transform(withSpaced);

type Page = Readonly<{ group: DeadGroup; cursor?: string | undefined; limit: number }>;

/** Reads a page of the dead letters of a group, newest first: those accepted before `cursor`, each with its place in the order of acceptance. */
export async function findDead(ctx: ReadCtx, { group, cursor, limit }: Page): Promise<z.infer<typeof row>[]> {
  return query(
    ctx.db,
    row,
    sql`SELECT ${messageColumns()}, m.seq FROM messages m JOIN message_conversations c ON c.id = m.conversation_id
        WHERE ${ofGroup(group)} AND m.seq < ${cursor ?? null}::bigint IS NOT FALSE ORDER BY m.seq DESC LIMIT ${limit}::int`,
  );
}
