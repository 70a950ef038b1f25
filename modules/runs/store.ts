import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import type { Priority } from "#modules/jobs";
import { checked, listLength } from "./input.ts";
import { findRuns, type Run, runsOf } from "./sql/find-runs.ts";
import { RUN_STATUSES } from "./states.ts";

const LEVELS: Readonly<Record<Priority, number>> = { LOW: 0, NORMAL: 5, HIGH: 10 };
export const priorityOf = (priority: Priority): number => LEVELS[priority];

export type { Run };

/** The run, or null. With `changedSince`, null also when it has not changed since then. */
export async function run(ctx: Pick<Ctx, "db">, id: number, changedSince?: Date): Promise<Run | null> {
  const [found] = await runsOf(ctx, [{ id, changedSince }]);
  return found ?? null;
}

/** The run. Refuses `not_found`. */
export async function runOf(ctx: Pick<Ctx, "db">, id: number): Promise<Run> {
  const found = await run(ctx, id);
  if (!found) throw runNotFound(id);
  return found;
}

/** The rows of each of these runs, in their order. */
export function byRun<T extends { runId: number }>(
  runIds: readonly number[],
  rows: readonly T[],
): Omit<T, "runId">[][] {
  const found = Map.groupBy(rows, ({ runId }) => runId);
  return runIds.map((id) => (found.get(id) ?? []).map(({ runId: _, ...row }) => row));
}

export function runNotFound(id: number): Refusal {
  return new Refusal("not_found", `There is no run ${id}.`);
}

const runsInput = z.strictObject({
  first: listLength.default(20),
  after: z.int().optional(),
  status: z.enum(RUN_STATUSES).optional(),
});

/** Runs, newest first, after the run with that id, in one state or in any; at most 100. Refuses JobValidationError. */
export async function runs(
  ctx: Pick<Ctx, "db">,
  given: z.input<typeof runsInput> = {},
): Promise<{ runs: Run[]; next: number | null }> {
  const { first, after, status } = checked(runsInput, given);
  const rows = await findRuns(ctx, { after, status, limit: first + 1 });
  const page = rows.slice(0, first);
  return { runs: page, next: rows.length > first ? page.at(-1)!.id : null };
}
