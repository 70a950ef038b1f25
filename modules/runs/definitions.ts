import { z } from "zod";
import { type Ctx, describeActor } from "#lib/context";
import { inTransaction } from "#lib/db";
import { Refusal } from "#lib/errors";
import { once } from "#lib/once";
import { execute, query, sql } from "#lib/sql";
import { checked } from "./input.ts";
import { createDefinitionInput, runId, type Scenario } from "./schema.ts";

const definitionRow = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  scenarios: z.custom<Scenario[]>(Array.isArray),
  createdBy: z.string(),
  createdAt: z.date(),
});
export type Definition = z.infer<typeof definitionRow>;

const COLUMNS = sql`id, name, description, scenarios, created_by AS "createdBy", created_at AS "createdAt"`;

/**
 * Keeps a set of scenarios that runs can be made of; the same `idempotencyKey` makes the same one once. Refuses with
 * JobValidationError.
 */
export async function createDefinition(ctx: Ctx, given: z.input<typeof createDefinitionInput>): Promise<Definition> {
  const { idempotencyKey: key, ...wanted } = checked(createDefinitionInput, given);
  const scope = `create definition ${describeActor(ctx.actor)}`;
  const make = (tx: Ctx) => insert(tx, wanted);
  const id = key ? (await once(ctx, { scope, key, request: wanted }, make)).answer : await inTransaction(ctx, make);
  const made = await definition(ctx, id);
  if (!made) throw definitionNotFound(id);
  return made;
}

type Wanted = Omit<z.output<typeof createDefinitionInput>, "idempotencyKey">;

async function insert(tx: Ctx, { name, description, scenarios }: Wanted): Promise<number> {
  const [made] = await query(
    tx.db,
    z.object({ id: z.int() }),
    sql`INSERT INTO run_definitions (name, description, scenarios, created_by, created_at)
        VALUES (${name}, ${description ?? null}, ${JSON.stringify(scenarios)}::jsonb, ${describeActor(tx.actor)}, ${tx.now}::timestamptz)
        RETURNING id`,
  );
  return made!.id;
}

/** The definition, or null when there is none or it was deleted. */
export async function definition(ctx: Pick<Ctx, "db">, id: number): Promise<Definition | null> {
  if (!runId.safeParse(id).success) return null;
  const [found] = await query(
    ctx.db,
    definitionRow,
    sql`SELECT ${COLUMNS} FROM run_definitions WHERE id = ${id} AND deleted_at IS NULL`,
  );
  return found ?? null;
}

/** Every definition that was not deleted, the newest first; at most 200. */
export async function definitions(ctx: Pick<Ctx, "db">): Promise<Definition[]> {
  return query(
    ctx.db,
    definitionRow,
    sql`SELECT ${COLUMNS} FROM run_definitions WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 200`,
  );
}

/** Deletes a definition. Its runs go on from what they took of it. Refuses `not_found`. */
export async function deleteDefinition(ctx: Ctx, id: number): Promise<void> {
  const deleted = await execute(
    ctx.db,
    sql`UPDATE run_definitions SET deleted_at = ${ctx.now}::timestamptz WHERE id = ${id} AND deleted_at IS NULL`,
  );
  if (deleted === 0) throw definitionNotFound(id);
}

export function definitionNotFound(id: number): Refusal {
  return new Refusal("not_found", `There is no definition ${id}.`);
}
