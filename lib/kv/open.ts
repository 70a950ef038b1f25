import { poolOf } from "#lib/db";
import type { Kv } from "#lib/kv";
import { mirror, repair } from "#lib/kv/mirror";
import { redisKv } from "#lib/kv/redis";
import { tableKv } from "#lib/kv/table";
import type { PrismaClient } from "#prisma/client";

/** Where a Redis is reached over REST. */
type RedisAddress = Readonly<{ url: string; token: string }>;

/** How many documents were put back, by where they were missing or old. */
type Repaired = Readonly<{ copies: number; records: number }>;

/** The documents of one table. `repair` puts back what one of two stores has lost. */
export type Documents = Kv & Readonly<{ repair: () => Promise<Repaired> }>;

/** Opens the documents of a table, whose keys begin with `prefix`. */
export type OpenKv = (table: string, prefix: string) => Documents;

/** Opens tables as stores of documents. With a Redis that is asked and changed first, and the table is the record. */
export function openKv(db: PrismaClient, address: RedisAddress | null = null): OpenKv {
  const copy = address && redisKv(address);
  const opened = new Map<string, Documents>();
  const open: OpenKv = (table, prefix) => {
    const record = tableKv(poolOf(db), table);
    if (!copy) return { ...record, repair: async () => ({ copies: 0, records: 0 }) };
    return { ...mirror({ copy, record }), repair: () => repair(copy, record, copy.scan(prefix)) };
  };
  return (table, prefix) => {
    const documents = opened.get(table) ?? open(table, prefix);
    opened.set(table, documents);
    return documents;
  };
}
