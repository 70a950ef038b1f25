/** Results of tasks: none lost, none applied twice. */
import type { Order } from "../record.ts";
import { type Check, type Finding, granted, type Row } from "./finding.ts";

export const checkTasks: Check = async ({ orders, rows }) => {
  const tasks = await rows(
    `SELECT task_id, state, result, error, callback_id, events FROM cursor_tasks
     JOIN (SELECT task_id, array_agg(type ORDER BY seq) AS events FROM task_events GROUP BY task_id) e USING (task_id)`,
  );
  const byId = new Map(tasks.map((task) => [String(task.task_id), task]));
  const hooks = Map.groupBy(granted(orders, "POST", /^\/webhooks\/cursor-task$/), ({ body }) =>
    String((body as Row).requestId),
  );
  const registered = granted(orders, "POST", /^\/cursor-tasks$/);
  const findings: Finding[] = [];
  for (const order of registered) {
    const id = String((order.body as Row).taskId);
    const ended = hooks.get(id) ?? [];
    const task = byId.get(id);
    const fault = task ? faultOf(task, ended) : "was registered and does not exist.";
    if (fault) findings.push({ sentence: `Task ${id} ${fault}`, orders: [order, ...ended] });
  }
  for (const order of granted(orders, "POST", /\/ack$/)) {
    const task = byId.get(String(order.definite.body.taskId));
    if (task?.state !== "delivered")
      findings.push({
        sentence: `Task ${order.definite.body.taskId} was acknowledged and is ${task?.state ?? "not there"}.`,
        orders: [order],
      });
  }
  return findings;
};

/** A task with a sent end has one of the sent ends: the one that was answered as applied, if there was one. */
function faultOf(task: Row, ended: readonly Order[]): string | null {
  const { result, error } = task;
  const ends = (task.events as string[]).filter((type) => type === "completed" || type === "failed").length;
  if (ended.length === 0) return ends === 0 ? null : "ended, and nobody ended it.";
  if (task.state === "pending") return "was ended and is pending.";
  if (ends !== 1) return `ended ${ends} times.`;
  const took = ended.filter(({ definite }) => definite!.body.received === "applied");
  if (took.length > 1) return "took two results.";
  const said = (took.length === 1 ? took : ended).map(({ body }) => (body as Row).output ?? (body as Row).error);
  return said.includes(result ?? error)
    ? null
    : `has the result ${JSON.stringify(result ?? error)}, which is not the one it took.`;
}
