import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { shownActor } from "#lib/identity/shown-actor";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { forgetLimits } from "#lib/base/limits";
import { execute, query, sql } from "#lib/database/sql";
import { SETTINGS } from "./rules.ts";
import type { changeSettingInput, settingAnswer, settingsAnswer } from "./schema.ts";

type Setting = z.infer<typeof settingAnswer>;

/** Every limit with its meaning, its present value, and who set it. */
export async function listSettings(ctx: ReadCtx): Promise<z.infer<typeof settingsAnswer>> {
  const rows = await query(
    ctx.db,
    z.object({ name: z.string(), value: z.int(), changedBy: z.string(), changedAt: z.date() }),
    sql`SELECT name, value, ${shownActor(sql`changed_by`)} AS "changedBy", changed_at AS "changedAt" FROM desk_settings`,
  );
  const settings = SETTINGS.map((setting): Setting => {
    const row = rows.find(({ name }) => name === setting.name);
    const { value = ctx.limits[setting.name], changedBy = null, changedAt = null } = row ?? {};
    return { ...setting, value, changedBy, changedAt: changedAt?.toISOString() ?? null };
  });
  return { settings };
}

/** Sets one limit; null returns it to the environment's value. Refuses `invalid_input` outside its range. */
export async function changeSetting(
  ctx: Ctx,
  { name, value }: z.infer<typeof changeSettingInput>,
): Promise<z.infer<typeof settingsAnswer>> {
  const { min, max } = SETTINGS.find((setting) => setting.name === name)!;
  if (value !== null && (value < min || value > max))
    throw new Refusal("invalid_input", `${name} must be a whole number from ${min} to ${max}.`);
  await inTransaction(ctx, async (tx) => {
    const before = await replace(tx, name, value);
    const details = { from: before, to: value };
    await writeAudit(tx.db, { actor: ctx.actor, action: "setting.changed", subject: `setting ${name}`, details });
  });
  forgetLimits();
  return listSettings(ctx);
}

/** Writes the value and returns the one before; null is the environment's. */
async function replace(ctx: Ctx, name: string, value: number | null): Promise<number | null> {
  // Of two simultaneous changes one waits for the other.
  await execute(ctx.db, sql`LOCK TABLE desk_settings IN SHARE ROW EXCLUSIVE MODE`);
  const [before] = await query(
    ctx.db,
    z.object({ value: z.int() }),
    sql`DELETE FROM desk_settings WHERE name = ${name} RETURNING value`,
  );
  if (value !== null)
    await execute(
      ctx.db,
      sql`INSERT INTO desk_settings (name, value, changed_by, changed_at)
          VALUES (${name}, ${value}, ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz)`,
    );
  return before?.value ?? null;
}
