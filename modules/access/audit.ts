import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter, pageOf } from "#lib/base/cursor";
import { Refusal } from "#lib/base/errors";
import { joined, query, sql, type Sql } from "#lib/database/sql";
import { auditAnswer, type auditInput } from "./schema.ts";
import { isActor } from "./sql/is-actor.ts";

type Input = z.infer<typeof auditInput>;
type Entries = z.infer<typeof auditAnswer>["entries"];

const MAX_DAYS = 31;

/** The audit, newest first: of the last 24 hours, or of a period of at most 31 days. Refuses `invalid_input`. */
export async function readAudit(ctx: ReadCtx, input: Input): Promise<z.infer<typeof auditAnswer>> {
  await mustBeBounded(ctx, input);
  const from = input.from
    ? sql`${input.from}::timestamptz`
    : sql`coalesce(${input.to ?? null}::timestamptz, ringback_now()) - interval '1 day'`;
  const wanted: Sql[] = [sql`t.at >= ${from}`];
  if (input.to) wanted.push(sql`t.at < ${input.to}::timestamptz`);
  if (input.actor) wanted.push(isActor(input.actor));
  if (input.action) wanted.push(sql`t.action = ${input.action}`);
  if (input.subject) wanted.push(sql`t.subject = ${input.subject}`);
  if (input.cursor) wanted.push(sql`(t.at, t.id) < (${input.cursor.at}::timestamptz, ${input.cursor.id})`);
  const found = await query(
    ctx.db,
    auditAnswer.shape.entries.element,
    sql`SELECT t.id, t.at, t.actor, t.action, t.subject, t.details,
               actor_name(t.actor) AS name,
               CASE WHEN t.subject LIKE 'account %' THEN (SELECT a.name FROM staff_accounts a WHERE a.id = substr(t.subject, 9)) END AS "subjectName"
        FROM audit_trail t WHERE ${joined(wanted, " AND ")} ORDER BY t.at DESC, t.id DESC LIMIT ${input.limit + 1}`,
  );
  const { page: entries, last } = pageOf(found, input.limit);
  return { entries, nextCursor: last ? cursorAfter(last.at, last.id) : null };
}

/** Without this mark a spreadsheet reads UTF-8 in the code page of its country. */
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The same entries as a CSV file with a line of headings (RFC 4180). A spreadsheet cannot take any cell for a formula. When older
 * entries of the period do not fit, the last line says so.
 */
export async function readAuditCsv(ctx: ReadCtx, input: Input): Promise<string> {
  const { entries, nextCursor } = await readAudit(ctx, input);
  return BYTE_ORDER_MARK + csvOf(entries, nextCursor !== null);
}

const CUT = "Older entries are not in this file; export the time until then as well.";

function csvOf(entries: Entries, isCut: boolean): string {
  const rows = entries.map(({ at, actor, name, action, subject, details }) => [
    at,
    actor,
    name ?? "",
    action,
    subject,
    JSON.stringify(details),
  ]);
  const end = isCut ? [[entries.at(-1)!.at, "", "", "", "", CUT]] : [];
  return [["at", "actor", "name", "action", "subject", "details"], ...rows, ...end]
    .map((row) => `${row.map(cell).join(",")}\r\n`)
    .join("");
}

/** An apostrophe before the first character keeps a spreadsheet from reading the cell as a formula. */
function cell(text: string): string {
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** A period without `to` ends now. */
async function mustBeBounded({ db }: ReadCtx, { from, to }: Input): Promise<void> {
  if (!from) return;
  const end = to ? new Date(to) : await readClock(db);
  const days = (end.getTime() - Date.parse(from)) / 86_400_000;
  if (days > MAX_DAYS)
    throw new Refusal(
      "invalid_input",
      `${from} to ${to ?? "now"} is more than ${MAX_DAYS} days; ask for a shorter time.`,
    );
  if (to && days < 0) throw new Refusal("invalid_input", "from is after to; swap them.");
}
