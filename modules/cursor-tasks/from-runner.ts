import type { Ctx } from "#lib/base/context";
import { finish, named, OTHER_CONVERSATION, type Received, refuse, type Sent, whyNot } from "./finish.ts";
import { cleanResult, cleanText, type Outcome } from "./rules.ts";
import { runnerWebhookInput } from "./schema.ts";

/**
 * Takes the end of a task from one of Ringback's own runners. An event that cannot be taken is stored with the reason, also when
 * the task belongs to another conversation than the runner says.
 */
export async function finishFromRunner(ctx: Ctx, sent: Sent): Promise<Received> {
  const { data: report, error: unread } = runnerWebhookInput.safeParse(sent);
  if (unread) return refuse(ctx, sent, { about: named("task", sent.requestId), why: whyNot(unread) });
  const { requestId, success, output = null, error, conversationId = null } = report;
  const outcome: Outcome = success
    ? { result: cleanResult(output), error: null }
    : { result: null, error: cleanText(error ?? "") || "The runner failed and gave no reason." };
  const about = `task:${requestId}`;
  const received = await finish(ctx, requestId, about, { outcome, conversationId });
  return received ?? refuse(ctx, sent, { about, why: OTHER_CONVERSATION });
}
