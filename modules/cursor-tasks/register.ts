import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { refusalAtIntake } from "#lib/outbound/intake";
import { applyParked } from "./finish.ts";
import { taskStore } from "./task-store.ts";
import type { RegisterInput, registerAnswer } from "./schema.ts";
import { showTask } from "./list.ts";

/**
 * Registers a task before it is launched, and applies a result that came before the registration. A repeat with the same content
 * gets the same answer. Refuses `task_differs`, `task_expired`, `too_large`, and `invalid_input` for a `wsUrl` that Ringback
 * never dials.
 */
export async function registerTask(
  ctx: Ctx,
  { taskId, ...task }: RegisterInput,
): Promise<z.infer<typeof registerAnswer>> {
  mustBeKeepable(task.wsUrl, ctx.limits.relayHosts);
  const { isNew } = await taskStore.create(ctx, taskId, task);
  await applyParked(ctx, taskId, [`task:${taskId}`, `cursor:${taskId}`]);
  return { ...(await showTask(ctx, { taskId })), isNew };
}

function mustBeKeepable(url: string | undefined, allow: readonly string[]): void {
  const refusal = url === undefined ? null : refusalAtIntake({ url, allow });
  if (refusal !== null) throw new Refusal("invalid_input", `wsUrl: ${refusal}`);
}
