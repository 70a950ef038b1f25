import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { finish, named, type Received, refuse, type Sent, whyNot } from "./finish.ts";
import { cleanText, type Outcome } from "./rules.ts";
import { cursorWebhookInput } from "./schema.ts";
import { findTaskOfAgent } from "./store.ts";

/**
 * Takes a webhook event of a Cursor agent. FINISHED and ERROR end its task, once; every other status is ignored. An event of an
 * unknown task is parked until the task is registered, and an event that cannot be taken is stored with the reason.
 */
export async function finishFromCursor(ctx: Ctx, sent: Sent): Promise<Received> {
  const { data: report, error } = cursorWebhookInput.safeParse(sent);
  if (error) {
    const about = named("task", sent.task) ?? named("cursor", sent.id);
    return refuse(ctx, sent, { about, why: whyNot(error) });
  }
  const { event, id: agentId, status } = report;
  if (event !== "statusChange" || (status !== "FINISHED" && status !== "ERROR")) return { received: "ignored" };
  const taskId = report.task ?? (await findTaskOfAgent(ctx.db, agentId));
  const reference = taskId === null ? `cursor:${agentId}` : `task:${taskId}`;
  return (await finish(ctx, taskId, reference, { outcome: outcomeOf(report), conversationId: null }))!;
}

function outcomeOf({ status, summary, target }: z.output<typeof cursorWebhookInput>): Outcome {
  const words = cleanText(summary ?? "");
  if (status === "ERROR") return { result: null, error: words || "Cursor ended with an error and gave no reason." };
  const [url, branchName, prUrl] = [target?.url, target?.branchName, target?.prUrl].map((text) =>
    text ? cleanText(text) : null,
  );
  return { result: { summary: words, url, branchName, prUrl }, error: null };
}
