import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { apiKeyOf, digestOf } from "#lib/identity/api-key";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { keyAnswer, type keyIdInput, type madeKeyAnswer, type makeKeyInput } from "./schema.ts";
import { KEY_COLUMNS } from "./store.ts";

/** Creates an API key with these scopes. Only this answer contains the key; the database stores its digest. */
export async function makeKey(
  ctx: Ctx,
  { name, scopes }: z.infer<typeof makeKeyInput>,
): Promise<z.infer<typeof madeKeyAnswer>> {
  const key = apiKeyOf(randomBytes(32));
  return inTransaction(ctx, async (tx) => {
    const [made] = await query(
      tx.db,
      keyAnswer,
      sql`INSERT INTO api_keys (name, digest, hint, scopes, created_by, created_at)
          VALUES (${name}, ${digestOf(key)}::bytea, ${key.slice(0, 8)}, ${scopes}::text[], ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz)
          RETURNING ${KEY_COLUMNS}`,
    );
    await writeAudit(tx.db, { actor: ctx.actor, action: "key.made", subject: `key ${made!.id}`, details: { scopes } });
    return { ...made!, key };
  });
}

/** Revokes a key: the next request with it is refused. A repeat is harmless. Refuses `not_found`. */
export async function revokeKey(ctx: Ctx, { keyId }: z.infer<typeof keyIdInput>): Promise<z.infer<typeof keyAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const [revoked] = await query(
      tx.db,
      keyAnswer,
      sql`UPDATE api_keys SET revoked_at = ${ctx.now}::timestamptz, revoked_by = ${describeActor(ctx.actor)}
          WHERE id = ${keyId} AND revoked_at IS NULL RETURNING ${KEY_COLUMNS}`,
    );
    if (revoked) {
      await writeAudit(tx.db, { actor: ctx.actor, action: "key.revoked", subject: `key ${keyId}` });
      return revoked;
    }
    const [known] = await query(tx.db, keyAnswer, sql`SELECT ${KEY_COLUMNS} FROM api_keys WHERE id = ${keyId}`);
    if (!known) throw new Refusal("not_found", `There is no key ${keyId}.`);
    return known;
  });
}
