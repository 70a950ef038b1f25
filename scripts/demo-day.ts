/**
 * Plays the simulated day that a button of the screens starts: colleagues come, take calls and leave, customers ask for calls. It
 * uses the API like every other client; eight hours take eight minutes.
 */
import { randomInt } from "node:crypto";
import { seeDemoDay } from "#modules/demo";
import { demoColleagues, demoCustomers, demoWishes } from "../prisma/demo-day.ts";
import { type Api, apiOf } from "./demo-api.ts";
import { inWords } from "./main.ts";
import { openCtx } from "./script-context.ts";

type Where = { origin: string; SERVICE_API_KEY: string; CRON_SECRET: string };
type Call = { id: string; endsAt: number };
type Colleague = { id: number; isHere: boolean; isIll: boolean; call: Call | null; nextAt: number };
type Open = { userId: string; agentId: number | null };
/** `customers`: those whose turn was longest ago come first. */
type Day = { colleagues: Colleague[]; people: number[]; customers: number[]; second: number };

const OUTCOMES = ["answered", "answered", "answered", "no_answer", "voicemail", "call_back", "signed"] as const;
/** Seconds between two ticks, because a second stands for a minute of the day. */
const TICK_EVERY = 5;
const PROMISE_EVERY = 4;
/** Seconds between heartbeats, shorter than the grace time of a silent agent. */
const ALIVE_EVERY = 30;
/** In the last two minutes no customer asks for a call, so that the day ends with every promise called. */
const LAST_PROMISE = 360;
/** In the middle of the day one colleague goes home ill, and that colleague's promises must be moved by a person. */
const ILL_AT = 180;
/** The person at the screen has one promise at a time: the first soon, the next with time to see it come. */
const FIRST_AHEAD = 20;
const NEXT_AHEAD = 75;

/** Checks every second whether a day is to be played. Returns the function that stops it. */
export async function playDemoDays(url: string, where: Where): Promise<() => Promise<void>> {
  const { ctx, close } = await openCtx(url);
  const api = apiOf(where);
  let day: Day | null = null;
  const play = async () => {
    const { endsAt } = await seeDemoDay({ ...ctx, limits: { ...ctx.limits, hasDemoDay: true } });
    const isOn = endsAt !== null;
    if (isOn && !day) day = await begin(api);
    if (isOn && day) await playSecond(day, api);
    if (!isOn && day) await end(day, api);
    if (!isOn) day = null;
  };
  /** A lasting fault is reported once. */
  let reported = "";
  let step = Promise.resolve();
  const timer = setInterval(() => {
    step = step.then(play).then(
      () => {
        reported = "";
      },
      (error) => {
        if (inWords(error) !== reported) console.error(`demo day: ${inWords(error)}`);
        reported = inWords(error);
      },
    );
  }, 1_000);
  return async () => {
    clearInterval(timer);
    await step;
    await close();
  };
}

async function begin(api: Api): Promise<Day> {
  await api("POST /users", { users: demoCustomers });
  const known = (await api("GET /agents?limit=500")) as { agents: { id: number; email: string }[] };
  const colleagues: Colleague[] = [];
  for (const colleague of demoColleagues) {
    const id =
      known.agents.find(({ email }) => email === colleague.email)?.id ??
      ((await api("POST /agents", colleague)) as { id: number }).id;
    colleagues.push({ id, isHere: false, isIll: false, call: null, nextAt: 0 });
  }
  const invented = new Set(colleagues.map(({ id }) => id));
  const people = known.agents.map(({ id }) => id).filter((id) => !invented.has(id));
  return { colleagues, people, customers: demoCustomers.filter(isAwake).map(({ id }) => id), second: 0 };
}

/** No customer is promised a call at night. */
function isAwake({ timeZone }: { timeZone: string }): boolean {
  const hour = Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone }).format());
  return hour >= 8 && hour < 20;
}

async function end(day: Day, api: Api): Promise<void> {
  for (const colleague of day.colleagues) {
    if (colleague.call) await hangUp(colleague, api);
    await api(`DELETE /agents/${colleague.id}/session`);
  }
}

async function playSecond(day: Day, api: Api): Promise<void> {
  day.second += 1;
  if (day.second % PROMISE_EVERY === 1 && day.second < LAST_PROMISE) await promise(day, api);
  if (day.second === ILL_AT)
    await goHome(
      day.colleagues.find(({ isHere, call }) => isHere && !call),
      api,
    );
  for (const colleague of day.colleagues) await work(colleague, day.second, api);
  if (day.second % TICK_EVERY === 0) await api("GET /cron/callback-notifications");
}

/** A customer without a promise asks for a call: by a person at the screen without one, else by a colleague or any agent. */
async function promise({ colleagues, people, customers, second }: Day, api: Api): Promise<void> {
  const { callbacks = [] } = (await api("GET /callbacks?status=pending,accepted&limit=100")) as { callbacks?: Open[] };
  const waiting = new Set(callbacks.map(({ userId }) => Number(userId)));
  const free = customers.filter((id) => !waiting.has(id));
  if (free.length === 0) return;
  const served = new Set(callbacks.map(({ agentId }) => agentId));
  const idle = people.filter((id) => !served.has(id));
  const agentId = idle.length > 0 ? pick(idle) : randomInt(3) === 0 ? undefined : pick(colleagues).id;
  const ahead = idle.length === 0 ? randomInt(5, 60) : second < 30 ? FIRST_AHEAD : NEXT_AHEAD;
  // Of those whose turn was longest ago, so that nobody asks again right after a call.
  const userId = pick(free.slice(0, Math.ceil(free.length / 2)));
  customers.push(...customers.splice(customers.indexOf(userId), 1));
  await api("POST /callbacks", {
    userId,
    scheduledFor: new Date(Date.now() + ahead * 1_000).toISOString(),
    callbackReason: pick(demoWishes),
    ...(agentId !== undefined && { preferredAgentId: agentId }),
  });
}

async function goHome(colleague: Colleague | undefined, api: Api): Promise<void> {
  if (!colleague) return;
  Object.assign(colleague, { isHere: false, isIll: true });
  await api(`DELETE /agents/${colleague.id}/session`);
}

/** The action of one colleague in this second. */
async function work(colleague: Colleague, second: number, api: Api): Promise<void> {
  const { id, call, isIll } = colleague;
  if (isIll) return;
  if (call) {
    if (second >= call.endsAt) await hangUp(colleague, api);
    return;
  }
  if (second < colleague.nextAt) return;
  if (!colleague.isHere || randomInt(40) === 0) {
    colleague.isHere = !colleague.isHere;
    colleague.nextAt = second + randomInt(2, 15);
    await api(`PUT /agents/${id}/session`, { status: colleague.isHere ? "available" : "break" });
    return;
  }
  if (second % ALIVE_EVERY === 0) await api(`PUT /agents/${id}/session`, {});
  const { next } = (await api("POST /queue/next", { agentId: id })) as { next: { callSessionId: string } | null };
  if (next) colleague.call = { id: next.callSessionId, endsAt: second + randomInt(5, 25) };
  colleague.nextAt = second + randomInt(2, 6);
}

async function hangUp(colleague: Colleague, api: Api): Promise<void> {
  const { id } = colleague.call!;
  colleague.call = null;
  const outcomeType = pick(OUTCOMES);
  const again = { scheduledFor: new Date(Date.now() + randomInt(60, 240) * 1_000).toISOString() };
  await api(`POST /calls/${id}/outcome`, { outcomeType, ...(outcomeType === "call_back" && { callback: again }) });
}

function pick<T>(list: readonly T[]): T {
  return list[randomInt(list.length)]!;
}
