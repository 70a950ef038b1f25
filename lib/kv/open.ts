import { poolOf } from "#lib/database/db";
import { type Copied, copied } from "#lib/kv/copied";
import { redisCopies, type RedisAddress } from "#lib/kv/copy";
import type { KvError } from "#lib/kv/error";
import { tableKv } from "#lib/kv/table";
import type { PrismaClient } from "#prisma/client";

/** Opens the documents of a table. */
export type OpenKv = (table: string) => Copied;

/** Opens tables as stores of documents. With a Redis, copies of them lie there and are read first. */
export function openKv(
  db: PrismaClient,
  address: RedisAddress | null = null,
  onFault?: (fault: KvError) => void,
): OpenKv {
  const copies = address && redisCopies(address);
  const opened = new Map<string, Copied>();
  const open: OpenKv = (name) => {
    const table = tableKv(poolOf(db), name, { hasCopies: copies !== null });
    return copies ? copied(table, copies, onFault) : { ...table, sync: async () => 0, fault: async () => null };
  };
  return (name) => {
    const documents = opened.get(name) ?? open(name);
    opened.set(name, documents);
    return documents;
  };
}
