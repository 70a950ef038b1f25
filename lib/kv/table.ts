import type pg from "pg";
import { z } from "zod";
import { inBatches } from "#lib/database/batches";
import { sqlState } from "#lib/database/error";
import { type Changed, type Created, type Held, type Kv, MAX_DOCUMENT_BYTES, type Note } from "#lib/kv";
import { documentText, newDocumentText, patchText, storedDocument } from "#lib/kv/document";

/** Where a row stands, without its document. */
type State = Readonly<{ key: string; version: number; leftMs: number; mayBeCopied: boolean }>;

/** What a table can do besides, for copies of its documents elsewhere. */
export type TableKv = Omit<Kv, "change"> &
  Readonly<{
    change(...change: Parameters<Kv["change"]>): Promise<(Changed & { mayBeCopied: boolean }) | null>;
    /** Those of these documents that have not expired. */
    held(keys: readonly string[]): Promise<(Held & { key: string; mayBeCopied: boolean })[]>;
    /** Where these rows stand, also those whose time is over. */
    states(keys: readonly string[]): Promise<State[]>;
    /** A page of keys whose copies are to be looked at now, the longest due first. */
    due(): Promise<string[]>;
    /**
     * Says that the copies of these were found or put as they should be; of those that have changed since it is not true.
     * They are looked at again within the hour, since a Redis may come back with what it held some time ago; those that
     * must not lie there, with every sweep until their time is over.
     */
    synced(states: readonly State[]): Promise<void>;
  }>;

const PAGE = 500;

/**
 * Documents as rows of `table`, which has the columns key, value (jsonb), created_at, expires_at, copy_due_at,
 * may_be_copied and note (jsonb), and may have more. Expired rows stay until somebody else deletes them, so a key is never given out
 * twice. The clock is that of the database. `hasCopies`: copies are kept elsewhere, so each change says that its copy is
 * due.
 */
export function tableKv(pool: pg.Pool, table: string, { hasCopies = false } = {}): TableKv {
  const statements = statementsOn(table, hasCopies);
  const rows = async <T>(row: z.ZodType<T>, name: keyof typeof statements, values: unknown[]): Promise<T[]> => {
    const statement = { name: `${name} ${table}${hasCopies ? " copied" : ""}`, text: statements[name], values };
    return (await pool.query(statement)).rows.map((found) => row.parse(found));
  };

  const create = inBatches<NewRow, Created>({
    keyOf: ({ key }) => key,
    async alone({ key, text, now, expiresAt, note }) {
      const [row] = await rows(created, "create", [key, text, now, expiresAt, note]);
      const { isNew, isAlive, there } = row!;
      if (isNew) return isCreated(text);
      return isAlive ? { outcome: "exists", stored: there! } : { outcome: "taken" };
    },
    async together(all) {
      const values = [all.map(({ key }) => key), listOf(all.map(({ text }) => text))];
      const times = [all.map(({ now }) => now), all.map(({ expiresAt }) => expiresAt)];
      const notes = all.map(({ note }) => note);
      const made = new Set((await rows(keyed, "createAll", [...values, ...times, notes])).map(({ key }) => key));
      return all.map(({ key, text }) => (made.has(key) ? isCreated(text) : undefined));
    },
    wasUndone,
  });

  const change = inBatches<Patch, Awaited<ReturnType<TableKv["change"]>>>({
    keyOf: ({ key }) => key,
    async alone({ key, patch, where, note }) {
      const values = [key, patch, where, MAX_DOCUMENT_BYTES];
      while (true) {
        const [changed] = await rows(kept, "change", [...values, note]);
        if (changed) return { outcome: "changed", ...changed };
        const [found] = await rows(unchanged, "unchanged", values);
        if (!found) return null;
        const { why, ...rest } = found;
        if (why !== null) return { outcome: why, ...rest };
        // It was made, or changed, between the two looks.
      }
    },
    async together(all) {
      const texts = [listOf(all.map(({ patch }) => patch)), listOf(all.map(({ where }) => where))];
      const found = await rows(held, "changeAll", [
        all.map(({ key }) => key),
        ...texts,
        MAX_DOCUMENT_BYTES,
        all.map(({ note }) => note),
      ]);
      const changed = new Map(found.map(({ key, ...rest }) => [key, { outcome: "changed", ...rest } as const]));
      return all.map(({ key }) => changed.get(key));
    },
    wasUndone,
  });

  return {
    async create(key, document, { now, expiresAt }, note) {
      const text = newDocumentText(document, expiresAt);
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return { outcome: "too_large" };
      return create({ key, text, now, expiresAt, note: noteText(note) });
    },
    async get(key) {
      const [found] = await rows(read, "get", [key]);
      return found?.stored ?? null;
    },
    async change(key, patch, where = {}, note) {
      return change({ key, patch: patchText(patch), where: documentText(where), note: noteText(note) });
    },
    held: (keys) => rows(held, "held", [keys]),
    states: (keys) => rows(state, "states", [keys]),
    due: async () => (await rows(keyed, "due", [PAGE])).map(({ key }) => key),
    async synced(all) {
      if (all.length === 0) return;
      await rows(z.unknown(), "synced", [all.map(({ key }) => key), all.map(({ version }) => version)]);
    },
  };
}

type NewRow = Readonly<{ key: string; text: string; now: Date; expiresAt: Date; note: string | null }>;
/** All but the key are JSON. */
type Patch = Readonly<{ key: string; patch: string; where: string; note: string | null }>;

const noteText = (note: Note | undefined) => (note === undefined ? null : JSON.stringify(note));
const listOf = (texts: readonly string[]) => `[${texts.join(",")}]`;
const isCreated = (text: string): Created => ({
  outcome: "created",
  stored: storedDocument.parse(JSON.parse(text)),
});

/** Data or a constraint: the statement was refused for what is in it, which may be one row of many. */
const wasUndone = (error: unknown) => /^(22|23)/.test(sqlState(error) ?? "");

const keyed = z.object({ key: z.string() });
const created = z.object({ isNew: z.boolean(), isAlive: z.boolean(), there: storedDocument.nullable() });
const kept = z.object({ stored: storedDocument, leftMs: z.number(), mayBeCopied: z.boolean() });
const unchanged = kept.extend({ why: z.enum(["unfit", "too_large"]).nullable() });
const read = z.object({ stored: storedDocument });
const held = kept.extend({ key: z.string() });
const state = held.omit({ stored: true }).extend({ version: z.number() });

const LEFT = `extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS "leftMs", may_be_copied AS "mayBeCopied"`;
const VERSION = "(value ->> 'version')::float8";

// As text, jsonb has a space after every colon and comma; those of the texts inside do not count.
const BYTES = (json: string): string => `octet_length(${json}::text)
  - length(regexp_replace(regexp_replace(${json}::text, '"([^"\\\\]|\\\\.)*"', '', 'g'), '[^ ]', '', 'g'))`;

const next = (patch: string): string =>
  `value || ${patch} || jsonb_build_object('version', (value ->> 'version')::bigint + 1)`;

// Counted exactly only where the spaces matter.
const fitsIn = (next: string): string =>
  `CASE WHEN octet_length((${next})::text) <= $4 THEN true ELSE ${BYTES(`(${next})`)} <= $4 END`;

/** The statements on a table, made once; each connection keeps them ready by their names. */
const statementsOn = (table: string, hasCopies: boolean) => {
  const due = hasCopies ? "ringback_now()" : "NULL";
  // Also without a Redis, in case one is set again that holds a copy from before.
  const isDue = `copy_due_at = ${hasCopies ? "ringback_now()" : "CASE WHEN copy_due_at IS NOT NULL THEN ringback_now() END"}`;
  return {
    // A key that is there already is locked by the update that changes nothing, so the answer is what lies there now.
    // Only a row that was there before has an xmax.
    create: `
    INSERT INTO ${table} AS t (key, value, created_at, expires_at, copy_due_at, note) VALUES ($1, $2, $3, $4, ${due}, $5)
    ON CONFLICT (key) DO UPDATE SET key = t.key
    RETURNING xmax = 0 AS "isNew", expires_at > ringback_now() AS "isAlive",
              CASE WHEN xmax <> 0 THEN value END AS there`,

    // In the order of keys, so that two of them do not wait for each other.
    createAll: `
    INSERT INTO ${table} (key, value, created_at, expires_at, copy_due_at, note)
    SELECT key, value, created_at, expires_at, ${due}, note
    FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb), unnest($3::timestamptz[]), unnest($4::timestamptz[]),
      unnest($5::jsonb[])) AS made (key, value, created_at, expires_at, note)
    ON CONFLICT DO NOTHING RETURNING key`,

    get: `SELECT value AS stored FROM ${table} WHERE key = $1 AND expires_at > ringback_now()`,

    held: `
    SELECT key, value AS stored, ${LEFT}
    FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()`,

    // An update that waits for another looks again at what that one left: what is compared and changed is the latest.
    change: `
    UPDATE ${table} SET value = ${next("$2")}, note = $5, ${isDue}
    WHERE key = $1 AND expires_at > ringback_now() AND value @> $3 AND ${fitsIn(next("$2"))}
    RETURNING value AS stored, ${LEFT}`,

    // Passes over what somebody else holds, so that nobody waits for a key that is not theirs.
    changeAll: `
    WITH asked AS MATERIALIZED (
      SELECT key, patch, fits, note
      FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb), jsonb_array_elements($3::jsonb), unnest($5::jsonb[]))
        AS asked (key, patch, fits, note)
    ), free AS MATERIALIZED (
      SELECT t.key FROM asked JOIN ${table} t ON t.key = ANY (ARRAY[asked.key]) FOR NO KEY UPDATE OF t SKIP LOCKED
    )
    UPDATE ${table} AS t SET value = ${next("asked.patch")}, note = asked.note, ${isDue}
    FROM asked JOIN free USING (key)
    WHERE t.key = ANY (ARRAY[asked.key]) AND expires_at > ringback_now() AND value @> fits AND ${fitsIn(next("asked.patch"))}
    RETURNING t.key, value AS stored, ${LEFT}`,

    // Why nothing was changed; null when by now it could be.
    unchanged: `
    SELECT value AS stored, ${LEFT},
           CASE WHEN NOT value @> $3 THEN 'unfit' WHEN ${fitsIn(next("$2"))} THEN NULL ELSE 'too_large' END AS why
    FROM ${table} WHERE key = $1 AND expires_at > ringback_now()`,

    states: `SELECT key, ${VERSION} AS version, ${LEFT} FROM ${table} WHERE key = ANY ($1::text[])`,

    due: `SELECT key FROM ${table} WHERE copy_due_at <= ringback_now() ORDER BY copy_due_at, key LIMIT $1`,

    // In the order of keys, so that two of them do not wait for each other.
    synced: `
    WITH seen AS MATERIALIZED (
      SELECT t.key FROM unnest($1::text[], $2::float8[]) AS seen (key, version) JOIN ${table} t USING (key)
      WHERE ${VERSION} = seen.version ORDER BY t.key FOR NO KEY UPDATE OF t
    )
    UPDATE ${table} AS t SET copy_due_at = CASE
      WHEN expires_at <= ringback_now() THEN NULL
      WHEN may_be_copied THEN least(expires_at, ringback_now() + interval '1 hour')
      ELSE ringback_now() + interval '30 seconds' END
    FROM seen WHERE t.key = seen.key`,
  };
};
