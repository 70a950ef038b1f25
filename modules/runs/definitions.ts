import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { once } from "#lib/database/once";
import { execute, query, sql } from "#lib/database/sql";
import { shownActor } from "#lib/identity/shown-actor";
import { checked, listLength, placeInList } from "./input.ts";
import { createDefinitionInput, runId, type Scenario } from "./schema.ts";

const listedRow = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.date(),
});
/** A definition without its scenarios, which may be thousands. */
type Listed = z.infer<typeof listedRow>;
const definitionRow = listedRow.extend({ scenarios: z.custom<Scenario[]>(Array.isArray) });
export type Definition = z.infer<typeof definitionRow>;

const COLUMNS = sql`id, name, description, ${shownActor(sql`created_by`)} AS "createdBy", created_at AS "createdAt"`;

/**
 * Stores a set of scenarios for runs; the same `idempotencyKey` creates one definition. Refuses with JobValidationError.
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
  await writeAudit(tx.db, { actor: tx.actor, action: "definition.made", subject: `definition ${made!.id}` });
  return made!.id;
}

/** The definition, or null when there is none or it was deleted. */
export async function definition(ctx: Pick<Ctx, "db">, id: number): Promise<Definition | null> {
  if (!runId.safeParse(id).success) return null;
  const [found] = await query(
    ctx.db,
    definitionRow,
    sql`SELECT ${COLUMNS}, scenarios FROM run_definitions WHERE id = ${id} AND deleted_at IS NULL`,
  );
  return found ?? null;
}

/** The definitions of these ids without their scenarios, each or null when there is none or it was deleted, in one statement. */
export async function definitionsById(ctx: Pick<Ctx, "db">, ids: readonly number[]): Promise<(Listed | null)[]> {
  const found = await query(
    ctx.db,
    listedRow,
    sql`SELECT ${COLUMNS} FROM run_definitions WHERE id = ANY (${[...ids]}::int[]) AND deleted_at IS NULL`,
  );
  const byId = new Map(found.map((one) => [one.id, one]));
  return ids.map((id) => byId.get(id) ?? null);
}

const scenariosInput = z.strictObject({ first: listLength.default(20), skip: placeInList.default(0) });

/** Parses the page of scenarios that a query asks for: by default the first 20. Refuses JobValidationError. */
export function scenariosWish(given: z.input<typeof scenariosInput>): z.output<typeof scenariosInput> {
  return checked(scenariosInput, given);
}

/** How many scenarios each of these definitions has. */
export async function scenarioCounts(ctx: Pick<Ctx, "db">, ids: readonly number[]): Promise<number[]> {
  const found = await query(
    ctx.db,
    z.object({ id: z.int(), count: z.int() }),
    sql`SELECT id, jsonb_array_length(scenarios) AS count FROM run_definitions WHERE id = ANY (${[...ids]}::int[])`,
  );
  const byId = new Map(found.map(({ id, count }) => [id, count]));
  return ids.map((id) => byId.get(id) ?? 0);
}

/** Every definition that was not deleted, without its scenarios, the newest first; at most 200. */
export async function definitions(ctx: Pick<Ctx, "db">): Promise<Listed[]> {
  return query(
    ctx.db,
    listedRow,
    sql`SELECT ${COLUMNS} FROM run_definitions WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 200`,
  );
}

/** Deletes a definition. Its runs continue with the scenarios that they have copied. Refuses `not_found`. */
export async function deleteDefinition(ctx: Ctx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const deleted = await execute(
      tx.db,
      sql`UPDATE run_definitions SET deleted_at = ${ctx.now}::timestamptz WHERE id = ${id} AND deleted_at IS NULL`,
    );
    if (deleted === 0) throw definitionNotFound(id);
    await writeAudit(tx.db, { actor: ctx.actor, action: "definition.deleted", subject: `definition ${id}` });
  });
}

export function definitionNotFound(id: number): Refusal {
  return new Refusal("not_found", `There is no definition ${id}.`);
}
