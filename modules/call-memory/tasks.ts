import { z } from "zod";
import { type Chain, chainsOf, dormantFindingId } from "./chains.ts";
import { merged } from "./consolidate.ts";
import { outlived } from "./decay.ts";
import { quoted } from "./due.ts";
import { GOALS, goalIdOf, type GoalName, goalProgress, type GoalProgress, stepsIn } from "./goals.ts";
import { knownCallback, OBSERVER_IDS, OBSERVERS } from "./observe.ts";
import { mayPropose } from "./proposals.ts";
import type { TaskType, TaskTypes } from "#modules/durable-queue";
import { NotLoaded } from "./reader.ts";
import type { Claim, Unit } from "./schema.ts";
import type { CallMemory } from "./store.ts";
import { dayReport, handover, type Names, sessionSummary, userBrief } from "./summaries.ts";
import { localTime } from "#lib/time/zone";

/**
 * The context of a task: the memory of the signed-in person, the clock, a pause that lets the page breathe, and `read`, which reads notes
 * beside the page where that is possible.
 */
export type Desk = {
  memory: CallMemory;
  now: () => Date;
  pause: () => Promise<void>;
  read?: (unit: Unit) => Promise<Claim[]> | undefined;
};

/** The number of days for which notes and their claims are kept; notes with a promise stay until it is due. */
export const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

const id = z.string().min(1).max(200);

/** The payloads of the eight kinds of work, all done in the browser. */
export const PAYLOADS = {
  extract_from_unit: z.strictObject({ unitId: id }),
  run_observer: z.strictObject({
    observerId: z.enum(OBSERVER_IDS),
    context: z.strictObject({
      userIds: z.array(id).min(1).max(500),
      callbacks: z.array(knownCallback).max(5_000).default([]),
    }),
  }),
  consolidate_memory: z.strictObject({ sessionId: id }),
  decay_claims: z.strictObject({}),
  check_chain_dormancy: z.strictObject({ chainId: id }),
  check_goal_progress: z.strictObject({ goalId: id }),
  generate_session_summary: z.strictObject({ sessionId: id }),
  generate_synthesis: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("user_brief"), params: z.strictObject({ userId: id }) }),
    z.strictObject({ type: z.literal("handover"), params: z.strictObject({ sessionId: id }) }),
    z.strictObject({ type: z.literal("day_report"), params: z.strictObject({ day: z.iso.date() }) }),
  ]),
};
export type MemoryTaskType = keyof typeof PAYLOADS;
export type PayloadOf<Type extends MemoryTaskType> = z.infer<(typeof PAYLOADS)[Type]>;
type Handlers = { [Type in MemoryTaskType]: (desk: Desk, payload: PayloadOf<Type>) => Promise<unknown> };

/** Loads the grammar of notes, the greater part of the code for reading them. A page that has loaded it also reads notes without a connection. */
export async function loadGrammar() {
  try {
    return await import("./extract.ts");
  } catch {
    throw new NotLoaded();
  }
}

/** Reads the notes in the page, sentence by sentence. */
async function readHere(unit: Unit, pause: Desk["pause"]): Promise<Claim[]> {
  const { claimsBySentence } = await loadGrammar();
  const claims: Claim[] = [];
  for (const read of claimsBySentence(unit)) {
    claims.push(...read);
    await pause();
  }
  return claims;
}

/** The handlers of the tasks. Each may run twice, or end in the middle, without a difference: ids are derived, and each change is one transaction. */
export const HANDLERS: Handlers = {
  /** Reads the notes of a call; the claims of an earlier reading are replaced. A unit that was erased meanwhile has none. */
  async extract_from_unit({ memory, pause, read }, { unitId }) {
    const unit = await memory.unit(unitId);
    const claims = unit ? await (read?.(unit) ?? readHere(unit, pause)) : [];
    await memory.replaceClaims(unitId, claims);
    return { claims: claims.length };
  },

  /**
   * Looks at some persons' claims; the new findings replace the earlier ones of this observer about them. A rule that agents keep
   * dismissing proposes nothing.
   */
  async run_observer({ memory, now }, { observerId, context: { userIds, callbacks } }) {
    const claims = (await Promise.all(userIds.map(async (userId) => await memory.claimsOf(userId)))).flat();
    const verdicts = await memory.verdicts();
    const decided = new Set(verdicts.map((one) => one.id));
    const ruleOf = new Map(claims.map((claim) => [claim.id, claim.rule]));
    const findings = OBSERVERS[observerId]!(claims, { callbacks, now: now() }).filter(
      (found) => !found.proposal || (!decided.has(found.id) && mayPropose(ruleOf.get(found.claimIds[0]!)!, verdicts)),
    );
    await memory.replaceFindings(observerId, userIds, findings);
    return { findings: findings.map((found) => found.id) };
  },

  /** Merges equal claims about the persons of a session. */
  async consolidate_memory({ memory, pause }, { sessionId }) {
    const userIds = new Set((await memory.claimsOfSession(sessionId)).map((claim) => claim.userId));
    let changed = 0;
    for (const userId of userIds) {
      const changes: Claim[] = [];
      for (const slice of merged(await memory.claimsOf(userId))) {
        changes.push(...slice);
        await pause();
      }
      await memory.updateClaims(changes);
      changed += changes.length;
      await pause();
    }
    return { changed };
  },

  /** Archives faded claims, and deletes calls that are too old. Stored values do not change, so a second run has no effect. */
  async decay_claims({ memory, now, pause }) {
    const forgotten = await memory.eraseBefore(new Date(now().getTime() - KEPT_DAYS * DAY_MS), now());
    let archived = 0;
    for (const userId of await memory.userIds()) {
      const claims = await memory.claimsOf(userId);
      const gone = new Set(outlived(claims, now()));
      await memory.updateClaims(
        claims.filter((claim) => gone.has(claim.id)).map((claim) => ({ ...claim, isArchived: true })),
      );
      archived += gone.size;
      await pause();
    }
    return { archived, forgotten };
  },

  /** Checks whether a matter went quiet, and raises a promise in it that was not kept. */
  async check_chain_dormancy({ memory, now }, { chainId }) {
    const [userId = ""] = chainId.split(":");
    const chain = (await chainsOfUser(memory, userId, now())).find((one) => one.id === chainId);
    const observer = `dormant_chain:${chainId}`;
    const finding = chain?.owed && { observer, ...dormantFinding(chain.owed) };
    await memory.replaceFindings(observer, [userId], finding ? [finding] : []);
    return { isDormant: chain?.isDormant ?? false, isRaised: Boolean(chain?.owed) };
  },

  async check_goal_progress({ memory, pause }, { goalId }) {
    const [userId = "", name = ""] = goalId.split(":");
    if (!GOALS.includes(name as GoalName)) throw new Error(`There is no goal ${name}; there are ${GOALS.join(", ")}.`);
    const steps: GoalProgress["evidence"] = [];
    for (const unit of await memory.unitsOf(userId)) {
      steps.push(...stepsIn(unit, name as GoalName));
      await pause();
    }
    const progress = goalProgress(userId, name as GoalName, steps);
    await memory.putGoal({ ...progress, goalId: goalIdOf(userId, name as GoalName) });
    return { percent: progress.percent };
  },

  async generate_session_summary({ memory, now }, { sessionId }) {
    const claims = await memory.claimsOfSession(sessionId);
    const made = sessionSummary(sessionId, claims, now(), await namesIn(memory, claims));
    await memory.putSummary(`session:${sessionId}`, made, now());
    return { sentences: made.sentences.length };
  },

  async generate_synthesis({ memory, now }, asked) {
    const [key, made] = await synthesis(memory, asked, now());
    await memory.putSummary(key, made, now());
    return { summaryId: key, sentences: made.sentences.length };
  },
};

/** The eight kinds of work as types of the browser's queue: local work, one at a time, while the page is in sight. */
export function memoryTypes(desk: Desk): TaskTypes {
  const typeOf = <Type extends MemoryTaskType>(type: Type): TaskType => ({
    lane: "memory",
    version: 1,
    payload: PAYLOADS[type],
    run: async (payload: PayloadOf<Type>) => {
      try {
        return { kind: "done", output: await HANDLERS[type](desk, payload) };
      } catch (error) {
        if (error instanceof NotLoaded)
          return { kind: "unreachable", reason: { code: error.name, sentence: error.message } };
        throw error;
      }
    },
  });
  return Object.fromEntries((Object.keys(PAYLOADS) as MemoryTaskType[]).map((type) => [type, typeOf(type)]));
}

async function synthesis(memory: CallMemory, asked: PayloadOf<"generate_synthesis">, now: Date) {
  switch (asked.type) {
    case "user_brief":
      return [
        `user_brief:${asked.params.userId}`,
        userBrief(asked.params.userId, await memory.claimsOf(asked.params.userId), now),
      ] as const;
    case "handover": {
      const { sessionId } = asked.params;
      const claims = await memory.claimsOfSession(sessionId);
      return [`handover:${sessionId}`, handover(sessionId, claims, now, await namesIn(memory, claims))] as const;
    }
    case "day_report": {
      const { day } = asked.params;
      const claims = await memory.claimsAround(day);
      const names = await namesIn(memory, claims);
      return [`day_report:${day}`, dayReport(day, claims, now, { names, dayOf })] as const;
    }
  }
}

/** The names of the persons of some claims, from their latest calls. */
async function namesIn(memory: CallMemory, claims: readonly Claim[]): Promise<Names> {
  const names = new Map<string, string>();
  for (const userId of new Set(claims.map((claim) => claim.userId))) {
    const [last] = (await memory.unitsOf(userId)).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
    if (last) names.set(userId, last.userName);
  }
  return names;
}

/** The day of a call by this browser's clock. */
function dayOf(claim: Claim): string {
  return localTime(new Date(claim.at), Intl.DateTimeFormat().resolvedOptions().timeZone).slice(0, 10);
}

/** The conversations with one person, by matter. */
export async function chainsOfUser(memory: CallMemory, userId: string, now: Date): Promise<Chain[]> {
  const [claims, units, verdicts] = await Promise.all([
    memory.claimsOf(userId),
    memory.unitsOf(userId),
    memory.verdicts(),
  ]);
  return chainsOf(claims, now, { units, decided: new Set(verdicts.map((one) => one.id)) });
}

function dormantFinding(promise: Claim) {
  const { userId, owedBy } = promise;
  const who = owedBy === "us" ? "we still owe" : "they still owe";
  return {
    id: dormantFindingId(promise),
    userId,
    sentence: `Nothing was said for a day, and this ${who}: ${quoted(promise)}.`,
    claimIds: [promise.id],
    proposal: null,
  };
}
