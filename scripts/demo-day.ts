/**
 * Plays the simulated day that a button of the screens starts: colleagues come, take calls and go, customers ask for
 * calls. Through the API, as everybody else; eight hours in eight minutes.
 */
import { randomInt } from "node:crypto";
import { seeDemoDay } from "#modules/demo";
import { demoColleagues, demoCustomers, demoWishes } from "../prisma/demo-day.ts";
import { type Api, apiOf } from "./demo-api.ts";
import { inWords } from "./main.ts";
import { openCtx } from "./script-context.ts";

type Where = { origin: string; SERVICE_API_KEY: string; CRON_SECRET: string };
type Call = { id: string; endsAt: number };
type Colleague = { id: number; isHere: boolean; call: Call | null; nextAt: number };
type Day = { colleagues: Colleague[]; people: number[]; second: number };

const OUTCOMES = ["answered", "answered", "answered", "no_answer", "voicemail", "call_back", "signed"] as const;
/** A tick every so many seconds, because a minute of the day is a second. */
const TICK_EVERY = 5;
const PROMISE_EVERY = 4;
/** Shorter than the grace time of a silent agent. */
const ALIVE_EVERY = 30;

/** Looks each second whether a day is to be played. Returns the function that ends it. */
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
  /** The fault that lasts is said once. */
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
    colleagues.push({ id, isHere: false, call: null, nextAt: 0 });
  }
  const invented = new Set(colleagues.map(({ id }) => id));
  return { colleagues, people: known.agents.map(({ id }) => id).filter((id) => !invented.has(id)), second: 0 };
}

async function end(day: Day, api: Api): Promise<void> {
  for (const colleague of day.colleagues) {
    if (colleague.call) await hangUp(colleague, api);
    await api(`DELETE /agents/${colleague.id}/session`);
  }
}

async function playSecond(day: Day, api: Api): Promise<void> {
  day.second += 1;
  if (day.second % PROMISE_EVERY === 1) await promise(day, api);
  for (const colleague of day.colleagues) await work(colleague, day.second, api);
  if (day.second % TICK_EVERY === 0) await api("GET /cron/callback-notifications");
}

/** A customer asks for a call: of a colleague soon, of the person at the screen with time to see it come. */
async function promise({ colleagues, people, second }: Day, api: Api): Promise<void> {
  const isForPerson = people.length > 0 && second % (5 * PROMISE_EVERY) === 1;
  const agentId = isForPerson ? pick(people) : randomInt(3) === 0 ? undefined : pick(colleagues).id;
  const ahead = isForPerson ? 300 : randomInt(5, 60);
  await api("POST /callbacks", {
    userId: pick(demoCustomers).id,
    scheduledFor: new Date(Date.now() + ahead * 1_000).toISOString(),
    callbackReason: pick(demoWishes),
    ...(agentId !== undefined && { preferredAgentId: agentId }),
  });
}

/** What one colleague does in this second. */
async function work(colleague: Colleague, second: number, api: Api): Promise<void> {
  const { id, call } = colleague;
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
