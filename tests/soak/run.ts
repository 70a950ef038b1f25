/** One soak: serve, play the plan, repair everything, wait until it is quiet, check, report. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { checkAccepted } from "./checks/accepted.ts";
import { checkAnswers } from "./checks/answers.ts";
import { checkCalls } from "./checks/calls.ts";
import { checkCovered, checkKeys, checkLedgers, checkMoment } from "./checks/desk.ts";
import { checkEvents } from "./checks/events.ts";
import { type Check, evidenceOf, type Finding } from "./checks/finding.ts";
import { checkPromises } from "./checks/promises.ts";
import { checkTasks } from "./checks/tasks.ts";
import { asCron, clientOf } from "./client.ts";
import { breakAndMend } from "./faults.ts";
import { type Fault, type FaultKind, lineOf, type Plan, planOf } from "./plan.ts";
import { linesOfOrder, type Order, type Recording, startRecording } from "./record.ts";
import { connectTo, type Served, serve } from "./served.ts";
import { workloadOf } from "./workload.ts";

export type SoakOptions = {
  seed: number;
  withRedis: boolean;
  /** Ends after this many minutes, or is a short one with this many actions and a few faults. */
  until: { actions: number } | { minutes: number };
  /** Each action is printed as it begins. */
  showsPlan: boolean;
  say: (line: string) => void;
};

/** The number of simultaneous actions. */
const LANES = 6;
/** The pause between two actions of a lane, so that a soak leaves the machine to others too. */
const BREATH_MS = 300;
/** The interval of the checks that must hold at any moment. */
const GLANCE_MS = 3_000;
const QUIET_TICKS = 3;
/** The maximum of printed findings; all are in the folder. */
const PRINTED = 10;
const CHECKS: readonly Check[] = [
  checkAnswers,
  checkAccepted,
  checkPromises,
  checkCalls,
  checkEvents,
  checkTasks,
  checkMoment,
  checkCovered,
  checkLedgers,
  checkKeys,
];

/** Runs one soak and returns whether nothing was found. It prints its findings, with the seed and the folder of the record. */
export async function soak(options: SoakOptions): Promise<boolean> {
  const { seed, withRedis, until, say } = options;
  const folder = await mkdtemp(join(tmpdir(), "ringback-soak-"));
  const record = startRecording(folder);
  const plan = planOf(seed, { hasRedis: withRedis, short: "actions" in until ? until.actions : null });
  say(`soak: seed ${seed}, ${plan.agents} agents, ${plan.users} users${withRedis ? ", with Redis" : ""}`);
  const served = await serve(folder, { withRedis });
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void served.stop().finally(() => process.exit(130)));
  try {
    const { actions, broken, glances } = await happen(served, plan, record, options);
    const findings = [...glances, ...(await checkAll(served, record.orders)), ...(await verify(served))];
    await record.close();
    say(summaryOf(record.orders, actions, broken));
    if (findings.length === 0) {
      say("soak: nothing was found");
      await rm(folder, { recursive: true, force: true });
    } else await report(findings, options, folder);
    return findings.length === 0;
  } finally {
    await served.stop();
  }
}

type Happened = { actions: number; broken: FaultKind[]; glances: Finding[] };

async function happen(
  served: Served,
  plan: Plan,
  record: Recording,
  { until, showsPlan, say }: SoakOptions,
): Promise<Happened> {
  const client = clientOf(served.instances, record);
  const workload = workloadOf(plan, client);
  await workload.arrive();
  const began = record.elapsed();
  const happened: Happened = { actions: 0, broken: [], glances: [] };
  const faults = faultsOf(served, plan, record, happened);
  const isOver = () =>
    "actions" in until ? happened.actions >= until.actions : record.elapsed() - began >= until.minutes * 60_000;

  async function lane(): Promise<void> {
    while (!isOver()) {
      const action = plan.action(happened.actions);
      happened.actions += 1;
      faults.next(action.n);
      if (showsPlan) say(lineOf(action));
      await workload.act(action);
      await pause(BREATH_MS);
    }
  }
  const stopGlancing = glance(served, record.orders, faults.isUnderWay, (finding) => {
    say(`seen while it runs: ${finding.sentence}`);
    happened.glances.push(finding);
  });
  await Promise.all(Array.from({ length: LANES }, lane));
  await faults.over();
  await stopGlancing();
  await workload.finish();
  for (let n = 0; n < QUIET_TICKS; n += 1) {
    for (const to of ["GET /cron/cursor-tasks", "GET /cron/callback-notifications"])
      await client.send({ action: null, what: "quiet", to, headers: asCron, instance: n });
    await pause(1_000);
  }
  return happened;
}

/** One fault after the other, each when its action has come. A fault that cannot be repaired ends the soak at `over`. */
function faultsOf(served: Served, plan: Plan, record: Recording, { broken }: Happened) {
  let underWay: Promise<void> | null = null;
  let failure: unknown = null;
  async function breakOne(fault: Fault): Promise<void> {
    record.note(`${fault.kind} begins`);
    try {
      await breakAndMend(served, fault);
    } catch (error) {
      failure = error;
    }
    record.note(`${fault.kind} is over`);
    underWay = null;
  }
  return {
    next(action: number): void {
      const fault = plan.fault(broken.length);
      if (underWay || failure || !fault || fault.before > action) return;
      broken.push(fault.kind);
      underWay = breakOne(fault);
    },
    isUnderWay: () => underWay !== null,
    async over(): Promise<void> {
      await underWay;
      if (failure) throw failure;
    },
  };
}

/** Checks repeatedly between the faults until it is stopped, and prints each finding once. */
function glance(
  { database }: Served,
  orders: readonly Order[],
  isBreaking: () => boolean,
  found: (finding: Finding) => void,
): () => Promise<void> {
  const known = new Set<string>();
  const stopped = new AbortController();
  async function looking(): Promise<void> {
    while (!stopped.signal.aborted) {
      await pause(GLANCE_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (isBreaking()) continue;
      // A fault may begin during a check, and cut its connection.
      const seen = await checkWith(database.url, orders, [checkMoment]).catch(() => []);
      for (const finding of seen) {
        if (!known.has(finding.sentence)) found({ ...finding, sentence: `${finding.sentence} (while it ran)` });
        known.add(finding.sentence);
      }
    }
  }
  const looked = looking();
  return async () => {
    stopped.abort();
    await looked;
  };
}

const checkAll = ({ database }: Served, orders: readonly Order[]) => checkWith(database.url, orders, CHECKS);

async function checkWith(url: string, orders: readonly Order[], checks: readonly Check[]): Promise<Finding[]> {
  const client = await connectTo(url);
  try {
    const evidence = evidenceOf(orders, client);
    const findings: Finding[] = [];
    for (const check of checks) findings.push(...(await check(evidence)));
    return findings;
  } finally {
    await client.end();
  }
}

/** The command a person runs, on the database of the soak. */
async function verify({ database }: Served): Promise<Finding[]> {
  const env = { ...process.env, DATABASE_URL: database.url };
  return promisify(execFile)(process.execPath, ["scripts/verify.ts"], { env }).then(
    () => [],
    ({ stdout }: { stdout: string }) => {
      const failed = stdout.split("\n").filter((line) => line.startsWith("FAIL"));
      return [{ sentence: `npm run verify: ${failed.join("; ")}`, orders: [] }];
    },
  );
}

function summaryOf(orders: readonly Order[], actions: number, broken: readonly FaultKind[]): string {
  const statuses: Record<string, number> = {};
  for (const { status } of orders.flatMap(({ answers }) => answers)) statuses[status] = (statuses[status] ?? 0) + 1;
  const repeats = orders.reduce((sum, { answers }) => sum + Math.max(0, answers.length - 1), 0);
  const answers = Object.entries(statuses).map(
    ([status, count]) => `${count} times ${status === "0" ? "none" : status}`,
  );
  return `soak: ${actions} actions, ${orders.length} orders, ${repeats} repeats; answers: ${answers.join(", ")}; faults: ${broken.join(", ") || "none"}`;
}

/** Every log line of an instance, also from before it was killed. */
async function logOf(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.startsWith("instance-"));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.split("\n"));
}

async function report(
  findings: readonly Finding[],
  { seed, withRedis, say }: SoakOptions,
  folder: string,
): Promise<void> {
  const log = await logOf(folder);
  const texts = findings.map(({ sentence, orders }) => {
    const lines = [sentence, ...orders.flatMap(linesOfOrder).map((line) => `  ${line}`)];
    const requestIds = [...lines.join("\n").matchAll(/"requestId":"([\w-]+)"/g)].map(([, id = ""]) => id);
    const logged = log.filter((line) => requestIds.some((id) => line.includes(id)));
    return [...lines, ...logged.map((line) => `  logged: ${line}`)].join("\n");
  });
  await writeFile(join(folder, "findings.txt"), texts.join("\n\n"));
  for (const text of texts.slice(0, PRINTED)) say(`\nFOUND ${text.split("\n").slice(0, 40).join("\n")}`);
  const repeat = `--seed ${seed}${withRedis ? " --redis" : ""}`;
  say(`\nsoak: ${findings.length} findings with ${repeat}; the record is in ${folder}`);
}
