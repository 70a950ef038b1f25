import type pg from "pg";
import { z } from "zod";
import { type Held, type KvStore, MAX_DOCUMENT_BYTES } from "#lib/kv";
import { documentText, newDocumentText, patchText, storedDocument } from "#lib/kv/document";

/**
 * Versions come in generations of a million. A store that has lost a document and gets it back from the table gets it
 * in the next generation, so a change that was made before the loss, and reaches the table after it, is not mistaken
 * for a later one.
 */
const GENERATION = 1_000_000;

/** The generation of a version; changes of one generation were made one after the other, in one place. */
export function generationOf(version: number): number {
  return Math.floor(version / GENERATION);
}

/** What a table can do besides. */
export type TableKv = KvStore &
  Readonly<{
    /** As `held`, for a store that has lost it: begins a new generation of each. */
    reissue(keys: readonly string[]): Promise<(Held | null)[]>;
    /** Pages of the keys of all that has not expired, in their order. */
    keys(): AsyncIterable<string[]>;
  }>;

const KEYS_AT_ONCE = 500;

/**
 * Documents as rows of `table`, which has the columns key, value (jsonb), created_at and expires_at and may have more.
 * Expired rows stay until somebody else deletes them, so a key is never given out twice. The clock is that of the
 * database.
 */
export function tableKv(pool: pg.Pool, table: string): TableKv {
  const statements = statementsOn(table);
  const rows = async <T>(row: z.ZodType<T>, name: keyof typeof statements, values: unknown[]): Promise<T[]> => {
    const statement = { name: `${name} ${table}`, text: statements[name], values };
    return (await pool.query(statement)).rows.map((found) => row.parse(found));
  };
  const heldBy = async (
    name: "held" | "reissue",
    keys: readonly string[],
    ...more: unknown[]
  ): Promise<(Held | null)[]> => {
    const found = new Map((await rows(held, name, [keys, ...more])).map(({ key, ...rest }) => [key, rest]));
    return keys.map((key) => found.get(key) ?? null);
  };

  return {
    async create(key, document, { now, expiresAt }) {
      const text = newDocumentText(document, expiresAt);
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return { outcome: "too_large" };
      const [row] = await rows(created, "create", [key, text, now, expiresAt]);
      const { isNew, isAlive, there } = row!;
      if (isNew) return { outcome: "created", stored: storedDocument.parse(JSON.parse(text)) };
      return isAlive ? { outcome: "exists", stored: there! } : { outcome: "taken" };
    },
    async get(key) {
      const [found] = await rows(read, "get", [key]);
      return found?.stored ?? null;
    },
    async change(key, patch, where = {}) {
      const [patchJson, whereJson] = [patchText(patch), documentText(where)];
      while (true) {
        const [changed] = await rows(kept, "change", [key, patchJson, whereJson, MAX_DOCUMENT_BYTES]);
        if (changed) return { outcome: "changed", ...changed };
        const [found] = await rows(unchanged, "unchanged", [key, patchJson, whereJson, MAX_DOCUMENT_BYTES]);
        if (!found) return null;
        const { why, ...rest } = found;
        if (why !== null) return { outcome: why, ...rest };
        // It was made, or changed, between the two looks.
      }
    },
    async follow(key, { stored, leftMs }) {
      return (await rows(z.unknown(), "follow", [key, documentText(stored), leftMs])).length > 0;
    },
    held: (keys) => heldBy("held", keys),
    reissue: (keys) => heldBy("reissue", keys, GENERATION),
    async versions(keys) {
      const found = new Map((await rows(version, "versions", [keys])).map(({ key, version }) => [key, version]));
      return keys.map((key) => found.get(key) ?? null);
    },
    async *keys() {
      let after = "";
      while (true) {
        const page = await rows(z.object({ key: z.string() }), "keys", [after, KEYS_AT_ONCE]);
        if (page.length === 0) return;
        after = page.at(-1)!.key;
        yield page.map(({ key }) => key);
      }
    },
  };
}

const created = z.object({ isNew: z.boolean(), isAlive: z.boolean(), there: storedDocument.nullable() });
const kept = z.object({ stored: storedDocument, leftMs: z.number() });
const unchanged = kept.extend({ why: z.enum(["unfit", "too_large"]).nullable() });
const read = z.object({ stored: storedDocument });
const held = z.object({ key: z.string(), stored: storedDocument, leftMs: z.number() });
const version = z.object({ key: z.string(), version: z.number() });

const LEFT_MS = `extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS "leftMs"`;

// As text, jsonb has a space after every colon and comma; those of the texts inside do not count.
const BYTES = (json: string): string => `octet_length(${json}::text)
  - length(regexp_replace(regexp_replace(${json}::text, '"([^"\\\\]|\\\\.)*"', '', 'g'), '[^ ]', '', 'g'))`;

const NEXT = `value || $2 || jsonb_build_object('version', (value ->> 'version')::bigint + 1)`;

const FITS_IN = `CASE WHEN octet_length((${NEXT})::text) <= $4 THEN true ELSE ${BYTES(`(${NEXT})`)} <= $4 END`;

/** The statements on a table, made once; each connection keeps them ready by their names. */
const statementsOn = (table: string) => ({
  // A key that is there already is locked by the update that changes nothing, so the answer is what lies there now.
  // Only a row that was there before has an xmax.
  create: `
    INSERT INTO ${table} AS t (key, value, created_at, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (key) DO UPDATE SET key = t.key
    RETURNING xmax = 0 AS "isNew", expires_at > ringback_now() AS "isAlive",
              CASE WHEN xmax <> 0 THEN value END AS there`,

  get: `SELECT value AS stored FROM ${table} WHERE key = $1 AND expires_at > ringback_now()`,

  held: `
    SELECT key, value AS stored, ${LEFT_MS}
    FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()`,

  // In the order of keys, so that two of them do not wait for each other.
  reissue: `
    WITH found AS MATERIALIZED (
      SELECT key, value, ((value ->> 'version')::bigint / $2::bigint + 1) * $2::bigint AS next
      FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()
      ORDER BY key FOR UPDATE
    )
    UPDATE ${table} AS t SET value = found.value || jsonb_build_object('version', next) FROM found WHERE t.key = found.key
    RETURNING t.key, t.value AS stored, ${LEFT_MS}`,

  // An update that waits for another looks again at what that one left: what is compared and changed is the latest.
  // The bytes are only counted exactly where the spaces matter.
  change: `
    UPDATE ${table} SET value = ${NEXT}
    WHERE key = $1 AND expires_at > ringback_now() AND value @> $3
      AND ${FITS_IN}
    RETURNING value AS stored, ${LEFT_MS}`,

  // Why nothing was changed; null when by now it could be.
  unchanged: `
    SELECT value AS stored, ${LEFT_MS},
           CASE WHEN NOT value @> $3 THEN 'unfit' WHEN ${FITS_IN} THEN NULL ELSE 'too_large' END AS why
    FROM ${table} WHERE key = $1 AND expires_at > ringback_now()`,

  // The time left of what is there stays as it is: only this store knows when a key was given out.
  follow: `
    INSERT INTO ${table} AS t (key, value, created_at, expires_at)
    SELECT $1::text, $2::jsonb, ringback_now(), ringback_now() + $3::float8 * interval '1 millisecond'
    WHERE $3::float8 > 0
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
    WHERE (t.value ->> 'version')::bigint < (excluded.value ->> 'version')::bigint AND t.expires_at > ringback_now()
    RETURNING 1`,

  versions: `
    SELECT key, (value ->> 'version')::float8 AS version
    FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()`,

  keys: `
    SELECT key FROM ${table} WHERE key > $1 AND expires_at > ringback_now() ORDER BY key LIMIT $2`,
});
