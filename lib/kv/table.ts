import type pg from "pg";
import { z } from "zod";
import { inBatches } from "#lib/batches";
import { sqlState } from "#lib/database-error";
import { type Changed, type Created, type Held, type KvStore, MAX_DOCUMENT_BYTES } from "#lib/kv";
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

  const create = inBatches<NewRow, Created>({
    keyOf: ({ key }) => key,
    async alone({ key, text, now, expiresAt }) {
      const [row] = await rows(created, "create", [key, text, now, expiresAt]);
      const { isNew, isAlive, there } = row!;
      if (isNew) return isCreated(text);
      return isAlive ? { outcome: "exists", stored: there! } : { outcome: "taken" };
    },
    async together(all) {
      const values = [all.map(({ key }) => key), listOf(all.map(({ text }) => text))];
      const times = [all.map(({ now }) => now), all.map(({ expiresAt }) => expiresAt)];
      const made = new Set((await rows(keyed, "createAll", [...values, ...times])).map(({ key }) => key));
      return all.map(({ key, text }) => (made.has(key) ? isCreated(text) : undefined));
    },
    wasUndone,
  });

  const change = inBatches<Patch, Changed | null>({
    keyOf: ({ key }) => key,
    async alone({ key, patch, where }) {
      const values = [key, patch, where, MAX_DOCUMENT_BYTES];
      while (true) {
        const [changed] = await rows(kept, "change", values);
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
      const found = await rows(held, "changeAll", [all.map(({ key }) => key), ...texts, MAX_DOCUMENT_BYTES]);
      const changed = new Map(found.map(({ key, ...rest }) => [key, { outcome: "changed", ...rest } as const]));
      return all.map(({ key }) => changed.get(key));
    },
    wasUndone,
  });

  return {
    async create(key, document, { now, expiresAt }) {
      const text = newDocumentText(document, expiresAt);
      if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) return { outcome: "too_large" };
      return create({ key, text, now, expiresAt });
    },
    async get(key) {
      const [found] = await rows(read, "get", [key]);
      return found?.stored ?? null;
    },
    async change(key, patch, where = {}) {
      return change({ key, patch: patchText(patch), where: documentText(where) });
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
        const page = await rows(keyed, "keys", [after, KEYS_AT_ONCE]);
        if (page.length === 0) return;
        after = page.at(-1)!.key;
        yield page.map(({ key }) => key);
      }
    },
  };
}

type NewRow = Readonly<{ key: string; text: string; now: Date; expiresAt: Date }>;
/** JSON both. */
type Patch = Readonly<{ key: string; patch: string; where: string }>;

const listOf = (texts: readonly string[]) => `[${texts.join(",")}]`;
const isCreated = (text: string): Created => ({
  outcome: "created",
  stored: storedDocument.parse(JSON.parse(text)),
});

/** Data or a constraint: the statement was refused for what is in it, which may be one row of many. */
const wasUndone = (error: unknown) => /^(22|23)/.test(sqlState(error) ?? "");

const keyed = z.object({ key: z.string() });
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

const next = (patch: string): string =>
  `value || ${patch} || jsonb_build_object('version', (value ->> 'version')::bigint + 1)`;

// Counted exactly only where the spaces matter.
const fitsIn = (next: string): string =>
  `CASE WHEN octet_length((${next})::text) <= $4 THEN true ELSE ${BYTES(`(${next})`)} <= $4 END`;

/** The statements on a table, made once; each connection keeps them ready by their names. */
const statementsOn = (table: string) => ({
  // A key that is there already is locked by the update that changes nothing, so the answer is what lies there now.
  // Only a row that was there before has an xmax.
  create: `
    INSERT INTO ${table} AS t (key, value, created_at, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (key) DO UPDATE SET key = t.key
    RETURNING xmax = 0 AS "isNew", expires_at > ringback_now() AS "isAlive",
              CASE WHEN xmax <> 0 THEN value END AS there`,

  // In the order of keys, so that two of them do not wait for each other.
  createAll: `
    INSERT INTO ${table} (key, value, created_at, expires_at)
    SELECT key, value, created_at, expires_at
    FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb), unnest($3::timestamptz[]), unnest($4::timestamptz[]))
      AS made (key, value, created_at, expires_at)
    ON CONFLICT DO NOTHING RETURNING key`,

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
  change: `
    UPDATE ${table} SET value = ${next("$2")}
    WHERE key = $1 AND expires_at > ringback_now() AND value @> $3 AND ${fitsIn(next("$2"))}
    RETURNING value AS stored, ${LEFT_MS}`,

  // Passes over what somebody else holds, so that nobody waits for a key that is not theirs.
  changeAll: `
    WITH asked AS MATERIALIZED (
      SELECT key, patch, fits
      FROM ROWS FROM (unnest($1::text[]), jsonb_array_elements($2::jsonb), jsonb_array_elements($3::jsonb))
        AS asked (key, patch, fits)
    ), free AS MATERIALIZED (
      SELECT t.key FROM asked JOIN ${table} t ON t.key = ANY (ARRAY[asked.key]) FOR NO KEY UPDATE OF t SKIP LOCKED
    )
    UPDATE ${table} AS t SET value = ${next("asked.patch")}
    FROM asked JOIN free USING (key)
    WHERE t.key = ANY (ARRAY[asked.key]) AND expires_at > ringback_now() AND value @> fits AND ${fitsIn(next("asked.patch"))}
    RETURNING t.key, value AS stored, ${LEFT_MS}`,

  // Why nothing was changed; null when by now it could be.
  unchanged: `
    SELECT value AS stored, ${LEFT_MS},
           CASE WHEN NOT value @> $3 THEN 'unfit' WHEN ${fitsIn(next("$2"))} THEN NULL ELSE 'too_large' END AS why
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
