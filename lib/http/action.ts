import { z } from "zod";
import { DONE_AT_HEADER, FORMAT_HEADER } from "#lib/action-headers";
import { type Ctx, describeActor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { type Sql, sql } from "#lib/database/sql";

/** The oldest format of an action that this server reads; a page that was open for weeks may send an older one. */
const OLDEST_FORMAT = 1;

/**
 * An action that an agent did in a browser which stores it until it is sent: its request, and its time by the server's clock as
 * the browser knew it.
 */
export type DeskAction = { request: string; doneAt: Date };

/**
 * Reads the action of a request from its headers; null for every other request. Refuses `client_too_old` when the page is older
 * than the formats of this server, and `invalid_input` for an invalid time.
 */
export function actionOf(headers: Headers, request: string): DeskAction | null {
  const format = headers.get(FORMAT_HEADER);
  if (format === null) return null;
  if (!(Number(format) >= OLDEST_FORMAT)) {
    throw new Refusal("client_too_old", "This page is older than Ringback is now. Reload it, then it is sent.");
  }
  const doneAt = z.iso.datetime().safeParse(headers.get(DONE_AT_HEADER));
  if (!doneAt.success)
    throw new Refusal("invalid_input", `${DONE_AT_HEADER} must be an instant such as 2026-03-02T14:02:00Z.`);
  return { request, doneAt: new Date(doneAt.data) };
}

/**
 * The `note` of `once` that records for ever that an action is applied: it inserts nothing for one that was applied before. Changes
 * of callbacks in this transaction carry the id of the action.
 */
export function notingAction({ actor, now }: Ctx, { id, request, doneAt }: DeskAction & { id: string }): Sql {
  return sql`INSERT INTO desk_actions (id, actor, request, done_at, applied_at)
             SELECT ${id}, ${describeActor(actor)}, ${request}, least(${doneAt}::timestamptz, ${now}::timestamptz), ${now}::timestamptz FROM first
             ON CONFLICT DO NOTHING RETURNING set_config('ringback.action', id, true)`;
}
