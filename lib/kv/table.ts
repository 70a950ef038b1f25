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
  const rows = async <T>(row: z.ZodType<T>, text: string, values: unknown[]): Promise<T[]> =>
    (await pool.query({ name: `${table} ${nameOf(text)}`, text, values })).rows.map((found) => row.parse(found));
  const heldBy = async (text: string, keys: readonly string[], ...more: unknown[]): Promise<(Held | null)[]> => {
    const found = new Map((await rows(held, text, [keys, ...more])).map(({ key, ...rest }) => [key, rest]));
    return keys.map((key) => found.get(key) ?? null);
  };

  return {
    async create(key, document, { now, expiresAt }) {
      const text = newDocumentText(document, expiresAt);
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return { outcome: "too_large" };
      const [row] = await rows(created, CREATE(table), [key, text, now, expiresAt]);
      return row!.isAlive ? { outcome: row!.isNew ? "created" : "exists", stored: row!.stored } : { outcome: "taken" };
    },
    async get(key) {
      const [found] = await heldBy(HELD(table), [key]);
      return found?.stored ?? null;
    },
    async change(key, patch, where = {}) {
      const values = [key, patchText(patch), documentText(where), MAX_DOCUMENT_BYTES];
      const [row] = await rows(changed, CHANGE(table), values);
      return row ?? null;
    },
    async follow(key, { stored, leftMs }) {
      return (await rows(z.unknown(), FOLLOW(table), [key, documentText(stored), leftMs])).length > 0;
    },
    held: (keys) => heldBy(HELD(table), keys),
    reissue: (keys) => heldBy(REISSUE(table), keys, GENERATION),
    async versions(keys) {
      const found = new Map((await rows(version, VERSIONS(table), [keys])).map(({ key, version }) => [key, version]));
      return keys.map((key) => found.get(key) ?? null);
    },
    async *keys() {
      let after = "";
      while (true) {
        const page = await rows(z.object({ key: z.string() }), KEYS(table), [after, KEYS_AT_ONCE]);
        if (page.length === 0) return;
        after = page.at(-1)!.key;
        yield page.map(({ key }) => key);
      }
    },
  };
}

const created = z.object({ isNew: z.boolean(), isAlive: z.boolean(), stored: storedDocument });
const changed = z.object({
  outcome: z.enum(["changed", "unfit", "too_large"]),
  stored: storedDocument,
  leftMs: z.number(),
});
const held = z.object({ key: z.string(), stored: storedDocument, leftMs: z.number() });
const version = z.object({ key: z.string(), version: z.number() });

/** The name under which a connection keeps a statement ready. */
function nameOf(text: string): string {
  return text.slice(3, text.indexOf("\n"));
}

const LEFT_MS = `extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS "leftMs"`;

// A key that is there already is locked by the update that changes nothing, so the answer is what lies there now.
// Only a row that was there before has an xmax.
const CREATE = (table: string): string => `-- create
  INSERT INTO ${table} AS t (key, value, created_at, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO UPDATE SET key = t.key
  RETURNING xmax = 0 AS "isNew", expires_at > ringback_now() AS "isAlive", value AS stored`;

const HELD = (table: string): string => `-- held
  SELECT key, value AS stored, ${LEFT_MS}
  FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()`;

// In the order of keys, so that two of them do not wait for each other.
const REISSUE = (table: string): string => `-- reissue
  WITH found AS MATERIALIZED (
    SELECT key, value, ((value ->> 'version')::bigint / $2::bigint + 1) * $2::bigint AS next
    FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()
    ORDER BY key FOR UPDATE
  )
  UPDATE ${table} AS t SET value = found.value || jsonb_build_object('version', next) FROM found WHERE t.key = found.key
  RETURNING t.key, t.value AS stored, ${LEFT_MS}`;

// As text, jsonb has a space after every colon and comma; those of the texts inside do not count.
const BYTES = (json: string): string => `octet_length(${json}::text)
  - length(regexp_replace(regexp_replace(${json}::text, '"([^"\\\\]|\\\\.)*"', '', 'g'), '[^ ]', '', 'g'))`;

// The lock comes first: what is compared and changed is the latest, however many wait for it. The bytes are only
// counted exactly where the spaces matter.
const CHANGE = (table: string): string => `-- change
  WITH found AS MATERIALIZED (
    SELECT value, expires_at, value @> $3 AS fits,
           value || $2 || jsonb_build_object('version', (value ->> 'version')::bigint + 1) AS next
    FROM ${table} WHERE key = $1 AND expires_at > ringback_now() FOR UPDATE
  ), changed AS (
    UPDATE ${table} SET value = next FROM found
    WHERE key = $1 AND fits AND CASE WHEN octet_length(next::text) <= $4 THEN true ELSE ${BYTES("next")} <= $4 END
    RETURNING 1
  )
  SELECT CASE WHEN EXISTS (SELECT FROM changed) THEN 'changed' WHEN fits THEN 'too_large' ELSE 'unfit' END AS outcome,
         CASE WHEN EXISTS (SELECT FROM changed) THEN next ELSE value END AS stored, ${LEFT_MS}
  FROM found`;

// The time left of what is there stays as it is: only this store knows when a key was given out.
const FOLLOW = (table: string): string => `-- follow
  INSERT INTO ${table} AS t (key, value, created_at, expires_at)
  SELECT $1::text, $2::jsonb, ringback_now(), ringback_now() + $3::float8 * interval '1 millisecond'
  WHERE $3::float8 > 0
  ON CONFLICT (key) DO UPDATE SET value = excluded.value
  WHERE (t.value ->> 'version')::bigint < (excluded.value ->> 'version')::bigint AND t.expires_at > ringback_now()
  RETURNING 1`;

const VERSIONS = (table: string): string => `-- versions
  SELECT key, (value ->> 'version')::float8 AS version
  FROM ${table} WHERE key = ANY ($1::text[]) AND expires_at > ringback_now()`;

const KEYS = (table: string): string => `-- keys
  SELECT key FROM ${table} WHERE key > $1 AND expires_at > ringback_now() ORDER BY key LIMIT $2`;
