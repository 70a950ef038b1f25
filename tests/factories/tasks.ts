import {
  acknowledgeEvent,
  finishFromRunner,
  endConversation,
  pollEvents,
  registerTask,
  showTask,
  sweepTasks,
} from "#modules/cursor-tasks";
import type { RegisterInput } from "#schema/cursor-tasks";
import { type TaskEventType, TRANSITIONS } from "../../modules/cursor-tasks/rules.ts";
import { aCtx } from "../setup/ctx.ts";
import { advance, db } from "../setup/database.ts";
import { aUser } from "./desk.ts";

/** The default conversation of tasks. */
export const CONVERSATION = "conv-1";

/** A registered task. Returns its id. */
export async function aTask(taskId: string, more: Partial<RegisterInput> = {}): Promise<string> {
  const task = { conversationId: CONVERSATION, priority: 0, deliverAs: "contextual_update" } as const;
  await registerTask(await aCtx(), { ...task, ...more, taskId });
  return taskId;
}

/** Ends the task with this output, as a runner, and returns the effect. */
export async function ends(taskId: string, output: unknown = `the result of ${taskId}`): Promise<string> {
  return (await finishFromRunner(await aCtx(), { requestId: taskId, success: true, output })).received;
}

/** The events that a poll of the conversation delivers now. */
export async function received(conversationId = CONVERSATION, after?: string) {
  return (await pollEvents(await aCtx(), { conversationId, ...(after !== undefined && { after }) })).events;
}

/** Acknowledges a delivery, as the subscriber. */
export async function acknowledged(id: unknown, conversationId = CONVERSATION): Promise<string> {
  return (await acknowledgeEvent(await aCtx(), { conversationId, id: String(id) })).taskId;
}

/** The state of a task. */
export async function stateOf(taskId: string): Promise<string> {
  return (await showTask(await aCtx(), { taskId })).state;
}

/** The number of events of this type. */
export async function timesIn(type: TaskEventType): Promise<number> {
  return db.taskEvent.count({ where: { type } });
}

/** Events of tasks whose from and to are not in the table of transitions. */
export async function strayTaskEvents(): Promise<string[]> {
  const table: Record<string, { from: readonly string[]; to: readonly string[] }> = TRANSITIONS;
  const events = await db.taskEvent.findMany({ distinct: ["type", "fromState", "toState"] });
  const isListed = ({ type, fromState, toState }: (typeof events)[number]): boolean =>
    (fromState === null ? table[type]?.from.length === 0 : table[type]?.from.includes(fromState) === true) &&
    table[type]?.to.includes(toState) === true;
  return events.filter((one) => !isListed(one)).map((one) => `${one.type}: ${one.fromState} to ${one.toState}`);
}

/** Ends the conversation. */
export async function isOver(conversationId: string): Promise<void> {
  await endConversation(await aCtx(), { conversationId });
}

/** Tasks in every state, and a parked result. The clock moves on by a little more than a day. */
export async function tasksInEveryState(): Promise<void> {
  const sweep = async () => sweepTasks(await aCtx({ actor: { kind: "cron" } }));
  const of = (conversationId: string, toolName: string) => ({ conversationId, toolName });
  await aTask("forgotten", of("conv-yesterday", "look_up_address"));
  await aTask("too-late", of("conv-yesterday", "check_contract"));
  await advance({ hours: 25 });
  await sweep();
  await ends("too-late", "The contract may be ended on 1 June.");
  await sweep();

  const userId = await aUser({ firstName: "Uma" });
  await ends(await aTask("contract-5", { ...of("conv-over", "check_contract"), userId }));
  await ends(await aTask("refund-12", of("conv-over", "refund")), "42 EUR were paid back.");
  await isOver("conv-over");
  await advance({ minutes: 6 });
  const asked = { toolArgs: { order: 4711, parts: ["state", "date"] }, sessionPayload: { turn: 12, language: "en" } };
  await aTask("order-4711", { ...of("conv-ada", "check_order"), ...asked, priority: 20, deliverAs: "user_message" });
  await ends("order-4711", { summary: "Order 4711 has left the house.", url: null, prUrl: null });
  await acknowledged((await received("conv-ada"))[0]!.id, "conv-ada");
  await ends(await aTask("invoice-88", { ...of("conv-ben", "check_invoice"), userId }));
  await received("conv-ben");
  await advance({ minutes: 4 });
  await ends(await aTask("address-3", of("conv-cleo", "look_up_address")));
  const no = { requestId: await aTask("stock-9", of("conv-cleo", "check_stock")), success: false };
  await finishFromRunner(await aCtx(), { ...no, error: "The shop did not answer." });
  await aTask("order-4712", { ...of("conv-ada", "check_order"), wsUrl: "wss://relay.example.com/s?k=1" });
  await advance({ minutes: 2 });
  await ends("not-registered-yet");
}
