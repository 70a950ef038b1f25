/**
 * The people and machines of a contact centre: each action of the plan as requests, and the state that they learn from the answers.
 */
import { Webhook } from "standardwebhooks";
import { RUNNER_WEBHOOK_SECRET } from "../setup/secrets.ts";
import { asCron, type Client, isGood, type Request } from "./client.ts";
import { numbersOf } from "./numbers.ts";
import type { Action, ActionKind, Plan } from "./plan.ts";

/** A user id is this and the number of the user in the plan. */
const FIRST_USER = 5_000;
/** The number of actions for which a silent agent does nothing, longer than the grace times. */
const SILENT_FOR = 150;
/** The maximum of open promises to one user. */
const OPEN_PER_USER = 5;
const CONVERSATIONS = 7;
const OUTCOMES = [
  ...["answered", "no_answer", "call_back", "busy", "signed", "voicemail", "not_interested"],
  ...["wrong_number", "wrong_number", "do_not_call"],
];
/** Outcomes after which the number is not called any more. */
const ENDS_CONTACT = new Set(["wrong_number", "do_not_call"]);

/** An action of the plan, or a turn before or after it. */
type Turn = Omit<Action, "kind"> & { kind: string };
/** `phone`: the number that is dialled; null for a call that came in. */
type Call = { callSessionId: string; userId: string; phone: string | null };

export type Workload = {
  /** People who work and are called; throws when they cannot be made. */
  arrive: () => Promise<void>;
  act: (action: Action) => Promise<void>;
  /** Everybody comes back and ends the open work; work that cannot be ended stays, for the checker to find. */
  finish: () => Promise<void>;
};

export function workloadOf(plan: Plan, client: Client): Workload {
  const agentIds: number[] = [];
  const calls = new Map<number, Call>();
  /** Callbacks that are open as far as the answers said, with their user. */
  const open = new Map<number, string>();
  const tasks: string[] = [];
  const silentUntil = new Map<number, number>();
  const isSilent = (agent: number, n: number) => (silentUntil.get(agent) ?? 0) > n;
  /** The agents whose accept was granted, the longest ago first. */
  const accepters: number[] = [];
  const numbers = numbersOf();
  const userId = (n: number) => String(FIRST_USER + n);

  /** The usual request: with a key where there is a body, under the number of the action. */
  async function ask(action: Turn, to: string, body?: unknown, more: Partial<Request> & { part?: string } = {}) {
    const { part = "", ...rest } = more;
    const key = to.startsWith("POST ") ? `soak-${plan.seed}-${action.n}${part}` : undefined;
    const { n, kind, instance, isRepeated } = action;
    const request = {
      action: n,
      what: kind,
      to,
      body,
      instance,
      isRepeated,
      ...(key !== undefined && { key }),
      ...rest,
    };
    return client.send(request);
  }

  /** Chooses one of the open callbacks, from the oldest to the one asked for last. */
  function someOpen(pick: number): number | undefined {
    return [...open.keys()][Math.floor(pick * open.size)];
  }
  const isBusy = (user: string) => [...open.values()].filter((id) => id === user).length >= OPEN_PER_USER;
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

  async function promise(action: Turn, minutes: number, part = "") {
    const user = userId(action.user);
    if (isBusy(user)) return;
    const body = {
      userId: user,
      scheduledFor: at(minutes),
      callbackReason: `soak ${action.n}${part}`,
      ...(action.coin < 0.4 && { preferredAgentId: agentIds[action.agent] }),
      ...((action.pick + part.length / 2) % 1 < 0.4 && { phone: numbers.further(action.user) }),
    };
    const answer = await ask(action, "POST /callbacks", body, { part });
    if (isGood(answer)) open.set(Number(answer.body.id), user);
  }

  async function takeNext(action: Turn, agent: number) {
    const answer = await ask(action, "POST /queue/next", { agentId: agentIds[agent] }, { part: "-next" });
    const next = isGood(answer) ? (answer.body.next as (Call & { user: { phone: string } }) | null) : null;
    if (next) calls.set(agent, { callSessionId: next.callSessionId, userId: next.userId, phone: next.user.phone });
    const ongoing = answer?.body.code === "agent_on_call" ? answer.body.callSessionId : undefined;
    if (typeof ongoing === "string") calls.set(agent, { callSessionId: ongoing, userId: "", phone: null });
  }

  async function endCall(action: Turn, agent: number, outcomeType: string) {
    const call = calls.get(agent);
    if (!call) return;
    const again = outcomeType === "call_back" && {
      callback: { scheduledFor: at(action.minutes + 2), callbackReason: `soak ${action.n}-again` },
    };
    const body = { outcomeType, notes: `soak ${action.n}`, ...again };
    const answer = await ask(action, `POST /calls/${call.callSessionId}/outcome`, body, { part: "-outcome" });
    if (!answer) return;
    // A refusal also ends the call here: it was given back, or ended otherwise.
    calls.delete(agent);
    if (isGood(answer) && ENDS_CONTACT.has(outcomeType) && call.phone) numbers.retire(call.phone);
    const settled = answer.body.callback as { id: number; status: string } | null | undefined;
    if (settled && settled.status !== "pending") open.delete(settled.id);
    if (typeof answer.body.newCallbackId === "number") open.set(answer.body.newCallbackId, call.userId);
  }

  async function onOpen(action: Turn, to: string, body: (callbackId: number) => object, settles = false) {
    const callbackId = someOpen(action.pick);
    if (callbackId === undefined) return;
    const answer = await ask(action, to, body(callbackId));
    if (answer?.body.code === "wrong_state" || (settles && isGood(answer))) open.delete(callbackId);
  }

  async function session(action: Turn, status: string) {
    silentUntil.delete(action.agent);
    await ask(action, `PUT /agents/${agentIds[action.agent]}/session`, { status });
  }

  async function hook(action: Turn, taskId: string, message: string) {
    const isGoodEnd = action.coin < 0.8;
    const body = { requestId: taskId, success: isGoodEnd, ...(isGoodEnd ? { output: message } : { error: message }) };
    const headers = () => signed(JSON.stringify(body), `${taskId}-${message}`, new Date());
    await client.send({
      action: action.n,
      what: "hook",
      to: "POST /webhooks/cursor-task",
      body,
      headers,
      instance: action.instance,
      isRepeated: action.isRepeated,
    });
  }

  /** Registers and ends a task, in either order; one in three gets a second, different end. */
  async function task(action: Turn) {
    const taskId = `soak-${plan.seed}-${action.n}`;
    const body = {
      taskId,
      conversationId: `conversation-${action.n % CONVERSATIONS}`,
      toolName: "make_page",
      ...(action.coin < 0.7 && { userId: userId(action.user) }),
    };
    const register = async () => {
      if (isGood(await ask(action, "POST /cursor-tasks", body))) tasks.push(taskId);
    };
    const steps = [register, () => hook(action, taskId, "first")];
    if (action.pick < 0.3) steps.reverse();
    if (action.pick < 0.6) await Promise.all(steps.map((step) => step()));
    else for (const step of steps) await step();
    if (action.coin < 0.35) await hook(action, taskId, "second");
  }

  async function acknowledge(action: Turn) {
    const conversation = `conversation-${action.user % CONVERSATIONS}`;
    const heard = await ask(action, `GET /conversations/${conversation}/events`);
    const events = isGood(heard) ? (heard.body.events as { id: string }[]) : [];
    for (const { id } of events.slice(0, 3))
      await ask(action, `POST /conversations/${conversation}/events/${id}/ack`, undefined, { part: `-${id}` });
  }

  async function look(action: Turn) {
    const agentId = agentIds[action.agent];
    const views = [
      `/agents/${agentId}/pending-callbacks`,
      `/agents/${agentId}/desk`,
      `/queue?agentId=${agentId}`,
      "/wallboard",
      "/debug/callback-monitoring",
    ];
    await ask(action, `GET ${views[Math.floor(action.pick * views.length)]}`);
  }

  const users = (action: Turn, count: number, doNotCall?: boolean) => ({
    users: Array.from({ length: count }, (_, n) => (action.user + n) % plan.users).map((n) => ({
      id: userId(n),
      firstName: "Uma",
      lastName: `Number ${n}`,
      phone: numbers.own(n),
      timeZone: "America/Los_Angeles",
      ...(doNotCall !== undefined && { doNotCall }),
    })),
  });

  /** The requests of this look are compared: nothing may be accepted and in no queue. */
  async function lookForAccepted(action: Turn) {
    for (const to of ["GET /callbacks?status=accepted&limit=100", "GET /queue?limit=500"]) await ask(action, to);
    await ask(action, "GET /callbacks?status=accepted&limit=100");
  }

  const act: Record<ActionKind, (action: Action) => Promise<unknown>> = {
    available: (action) => session(action, "available"),
    break: (action) => session(action, "break"),
    offline: (action) => session(action, "offline"),
    "log out": (action) => ask(action, `DELETE /agents/${agentIds[action.agent]}/session`),
    "fall silent": async ({ agent, n }) => silentUntil.set(agent, n + SILENT_FOR),
    "take and end a call": async (action) => {
      // Who has accepted a callback wants to call it; many of the others find nothing to do.
      const agent = (action.coin < 0.5 ? accepters.shift() : undefined) ?? action.agent;
      if (isSilent(agent, action.n)) return;
      if (!calls.has(agent)) return takeNext(action, agent);
      return endCall(action, agent, OUTCOMES[Math.floor(action.pick * OUTCOMES.length)]!);
    },
    accept: async (action) => {
      const callbackId = someOpen(action.pick);
      if (callbackId === undefined) return;
      const rivals = Array.from(
        { length: 1 + Math.floor(action.coin * 3) },
        (_, n) => (action.agent + n) % plan.agents,
      );
      const answers = await Promise.all(
        rivals.map((agent, n) =>
          ask(
            { ...action, instance: action.instance + n },
            "POST /callbacks/accept",
            { callbackId, agentId: agentIds[agent] },
            { part: `-${agent}` },
          ),
        ),
      );
      accepters.push(...rivals.filter((_, n) => isGood(answers[n] ?? null)));
      if (answers.some((answer) => answer?.body.code === "wrong_state")) open.delete(callbackId);
    },
    snooze: (action) =>
      onOpen(action, "POST /callbacks/snooze", (callbackId) => ({
        callbackId,
        snoozeMinutes: 1 + Math.floor(action.coin * 8),
      })),
    release: (action) =>
      onOpen(action, "POST /callbacks/release", (callbackId) => ({ callbackId, agentId: agentIds[action.agent] })),
    look,
    "look for the accepted": lookForAccepted,
    schedule: (action) => promise(action, action.minutes),
    "schedule two": async (action) => {
      await promise(action, action.minutes);
      await promise(action, action.minutes + 4, "-b");
    },
    reassign: (action) =>
      onOpen(action, "POST /callbacks/reassign", (first) => ({
        callbackIds: [...new Set([first, someOpen(action.coin) ?? first])],
        agentId: action.coin < 0.3 ? null : agentIds[action.agent],
      })),
    reschedule: (action) =>
      onOpen(action, "POST /callbacks/reschedule", (callbackId) => ({
        callbackId,
        scheduledFor: at(action.minutes),
        reason: `soak ${action.n}`,
      })),
    cancel: (action) =>
      onOpen(action, "POST /callbacks/cancel", (callbackId) => ({ callbackId, reason: `soak ${action.n}` }), true),
    move: (action) =>
      ask(action, `POST /agents/${agentIds[action.agent]}/move-callbacks`, {
        toAgentId: action.coin < 0.5 ? null : agentIds[(action.agent + 1) % plan.agents],
      }),
    inbound: async (action) => {
      const user = userId(action.user);
      const body = {
        userId: user,
        agentId: agentIds[action.agent],
        direction: "inbound",
        status: action.coin < 0.2 ? "missed" : "in_progress",
        twilioCallSid: `soak${plan.seed}x${action.n}`,
      };
      const answer = await ask(action, "POST /calls", body);
      if (isGood(answer) && body.status === "in_progress")
        calls.set(action.agent, { callSessionId: String(answer.body.id), userId: user, phone: null });
    },
    // Those who ask not to be called are mostly those who were promised a call.
    import: (action) => {
      const promised = open.get(someOpen(action.pick) ?? 0);
      const asksNot = action.coin < 0.2;
      const user = promised !== undefined && asksNot ? Number(promised) - FIRST_USER : action.user;
      return ask(action, "POST /users", users({ ...action, user }, 1 + (action.n % 4), asksNot));
    },
    task,
    acknowledge,
    "hang up": (action) => ask(action, `POST /conversations/conversation-${action.user % CONVERSATIONS}/over`),
    tick: (action) => ask(action, "GET /cron/callback-notifications", undefined, { headers: asCron }),
    sweep: (action) => ask(action, "GET /cron/cursor-tasks", undefined, { headers: asCron }),
    refresh: (action) => ask(action, "GET /cron/queue-refresh", undefined, { headers: asCron }),
  };
  const ofAgents = new Set<ActionKind>(["available", "take and end a call", "accept", "snooze", "release", "look"]);

  /** Requests before and after the plan have numbers of their own. */
  const extra = (kind: string, n: number, agent: number): Turn => ({
    ...plan.action(0),
    kind,
    n: -1 - n,
    agent,
    user: 0,
    pick: 0,
    coin: 0,
    isRepeated: false,
  });

  return {
    async arrive() {
      await ask(extra("arrive", 0, 0), "POST /users", users(extra("arrive", 0, 0), plan.users));
      for (let n = 0; n < plan.agents; n += 1) {
        const person = { firstName: "Ann", lastName: `Number ${n}`, email: `ann${n}@example.com` };
        const made = await ask(extra("arrive", n + 1, n), "POST /agents", person);
        if (!isGood(made)) throw new Error("The agents of the soak could not be made.");
        agentIds.push(Number(made.body.id));
        await session(extra("arrive", n + 1, n), "available");
      }
    },
    async act(action) {
      if (ofAgents.has(action.kind) && isSilent(action.agent, action.n)) return;
      await act[action.kind](action);
    },
    async finish() {
      const rounds = 3;
      for (let n = 0; n < plan.agents; n += 1) {
        for (let round = 0; round < rounds; round += 1) {
          const action = extra("finish", 1_000 + n * rounds + round, n);
          if (round === 0) await session(action, "available");
          if (!calls.has(n)) await takeNext(action, n);
          if (!calls.has(n)) break;
          await endCall(action, n, "answered");
        }
      }
      await lookForAccepted(extra("finish", 1_000 + plan.agents * rounds, 0));
    },
  };
}

/** As a runner signs what it sends, at the time of sending. */
function signed(body: string, id: string, at: Date): Record<string, string> {
  const signature = new Webhook(RUNNER_WEBHOOK_SECRET).sign(id, at, body);
  const seconds = Math.floor(at.getTime() / 1_000);
  return { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature };
}
