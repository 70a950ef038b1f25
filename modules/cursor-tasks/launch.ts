import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { type CursorAccess, cursorAccess } from "./cursor-access.ts";
import { Refusal } from "#lib/base/errors";
import { outbound, type OutboundAnswer, OutboundError } from "#lib/outbound";
import { below } from "#lib/outbound/address";
import { applyParked } from "./finish.ts";
import { taskStore } from "./task-store.ts";
import type { launchAnswer, launchInput } from "./schema.ts";
import { taskNotFound } from "./store.ts";

type LaunchInput = z.output<typeof launchInput>;

const MAYBE = "It may have been launched all the same; its result will be taken.";

/**
 * Launches a Cursor agent for a registered task and stores its id; a repeat gets the same answer. The task exists before the
 * request to Cursor, and the address of its webhook names the task, so an event finds it even when the answer is lost. Refuses
 * `not_set_up`, `not_found`, `wrong_state`, and `launch_failed` when Cursor refused or did not answer.
 */
export async function launchTask(ctx: Ctx, input: LaunchInput): Promise<z.infer<typeof launchAnswer>> {
  const { taskId } = input;
  const cursor = setUp();
  const where = { pending: true, ...(input.again ? { cursorAgentId: null } : { launchedAt: null }) } as const;
  const claimed = await taskStore.update(ctx, taskId, { launchedAt: ctx.now.toISOString() }, where);
  if (!claimed) throw taskNotFound(taskId);
  const { cursorAgentId: launched, pending } = claimed.task;
  if (launched !== null) return { taskId, cursorAgentId: launched };
  if (!pending) throw new Refusal("wrong_state", `Task ${taskId} has ended; register a new one.`);
  if (!claimed.isDone) {
    const sentence = `Task ${taskId} was launched and Cursor's answer is not here. It may be running, and its result will be taken; to launch another, say again: true.`;
    throw new Refusal("wrong_state", sentence);
  }
  const cursorAgentId = agentOf(await call(ctx, cursor, input));
  await taskStore.update(ctx, taskId, { cursorAgentId });
  await applyParked(ctx, taskId, [`cursor:${cursorAgentId}`]);
  return { taskId, cursorAgentId };
}

function setUp(): CursorAccess {
  const access = cursorAccess();
  if (access) return access;
  throw new Refusal("not_set_up", "To launch, set CURSOR_API_KEY, CURSOR_WEBHOOK_SECRET and RINGBACK_URL.");
}

async function call(ctx: Ctx, { api, key, webhookOf }: CursorAccess, input: LaunchInput): Promise<OutboundAnswer> {
  const { taskId, prompt, repository, ref, model, branchName, autoCreatePr } = input;
  const body = {
    prompt: { text: prompt },
    source: { repository, ref },
    model,
    target: { autoCreatePr, branchName },
    webhook: webhookOf(taskId),
  };
  try {
    const answer = await outbound({
      url: below(api, "/v0/agents").href,
      allow: [api.host],
      insecure: api.protocol === "http:" ? [api.host] : [],
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      timeoutMs: 4_000,
    });
    if (answer.status < 300) return answer;
    // A server that answers with a fault may have launched the agent before.
    const isNo = answer.status < 500;
    if (isNo) await giveUp(ctx, taskId);
    throw new Refusal(
      "launch_failed",
      isNo
        ? `Cursor refused to launch task ${taskId} (${answer.status}); it may be launched again.`
        : `Cursor answered ${answer.status}. ${MAYBE}`,
    );
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const neverLeft = error.kind === "not_allowed" || error.kind === "address";
    if (neverLeft) await giveUp(ctx, taskId);
    throw new Refusal("launch_failed", `${error.message} ${neverLeft ? "Nothing was launched." : MAYBE}`);
  }
}

/** Clears the launch, because no agent runs: the next launch is a first one. */
async function giveUp(ctx: Ctx, taskId: string): Promise<void> {
  await taskStore.update(ctx, taskId, { launchedAt: null });
}

function agentOf(answer: OutboundAnswer): string {
  const parsed = z.object({ id: z.string().min(1).max(200) }).safeParse(jsonOf(answer.text()));
  if (parsed.success) return parsed.data.id;
  throw new Refusal("launch_failed", `Cursor answered without an id. ${MAYBE}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
