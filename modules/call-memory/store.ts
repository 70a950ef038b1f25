import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import { localTime } from "#lib/time/zone";
import { instantOfDue } from "./due.ts";
import type { GoalProgress } from "./goals.ts";
import type { Finding } from "./observe.ts";
import { dormantFindingId } from "./chains.ts";
import type { ProposalVerdict, Settlement, Verdict } from "./proposals.ts";
import type { Claim, Unit } from "./schema.ts";
import type { Summary } from "./summaries.ts";

interface Tables extends DBSchema {
  units: { key: string; value: Unit; indexes: { userId: string; sessionId: string } };
  claims: { key: string; value: Claim; indexes: { unitId: string; userId: string; sessionId: string; at: string } };
  findings: { key: string; value: Finding; indexes: { userId: string; observer: string } };
  verdicts: { key: string; value: Verdict & { id: string }; indexes: { rule: string } };
  goals: { key: string; value: GoalProgress };
  summaries: { key: string; value: Summary & { id: string; madeAt: string } };
}

const FORMAT = 1;
/** The span from noon in UTC to the first beginning and to the last end of that day on earth. */
const DAY_AROUND_MS = 26 * 3_600_000;

/**
 * The memory of one signed-in person: the claims that the browser has read in call notes. It lies in IndexedDB on this computer only, in a database of that
 * person's own. Each change is one transaction: everything derived from a unit is replaced together with the unit, and is deleted together with it.
 */
export class CallMemory {
  readonly #db: IDBPDatabase<Tables>;

  private constructor(db: IDBPDatabase<Tables>) {
    this.#db = db;
  }

  static async open(person: string): Promise<CallMemory> {
    const db = await openDB<Tables>(nameOf(person), FORMAT, {
      upgrade(fresh) {
        const units = fresh.createObjectStore("units", { keyPath: "id" });
        units.createIndex("userId", "userId");
        units.createIndex("sessionId", "sessionId");
        const claims = fresh.createObjectStore("claims", { keyPath: "id" });
        claims.createIndex("unitId", "unitId");
        claims.createIndex("userId", "userId");
        claims.createIndex("sessionId", "sessionId");
        claims.createIndex("at", "at");
        const findings = fresh.createObjectStore("findings", { keyPath: "id" });
        findings.createIndex("userId", "userId");
        findings.createIndex("observer", "observer");
        fresh.createObjectStore("verdicts", { keyPath: "id" }).createIndex("rule", "rule");
        fresh.createObjectStore("goals", { keyPath: "goalId" });
        fresh.createObjectStore("summaries", { keyPath: "id" });
      },
      // A newer version of the page wants to change the format, so this connection closes; it is opened again with the page.
      blocking(_current, _wanted, event) {
        (event.target as IDBDatabase).close();
      },
    });
    return new CallMemory(db);
  }

  /** Deletes the memory of a signed-in person on this computer. */
  static async forget(person: string): Promise<void> {
    await deleteDB(nameOf(person));
  }

  close(): void {
    this.#db.close();
  }

  async putUnit(unit: Unit): Promise<void> {
    await this.#db.put("units", { ...unit, at: new Date(unit.at).toISOString() });
  }

  async unit(id: string): Promise<Unit | null> {
    return (await this.#db.get("units", id)) ?? null;
  }

  async unitsOf(userId: string): Promise<Unit[]> {
    return await this.#db.getAllFromIndex("units", "userId", userId);
  }

  /** Puts the claims of a unit in place of those before; claims that an agent pinned stay. */
  async replaceClaims(unitId: string, claims: Claim[]): Promise<void> {
    const tx = this.#db.transaction("claims", "readwrite");
    for (const old of await tx.store.index("unitId").getAll(unitId)) if (!old.isPinned) void tx.store.delete(old.id);
    const pinned = new Set((await tx.store.index("unitId").getAllKeys(unitId)).map(String));
    for (const claim of claims) if (!pinned.has(claim.id)) void tx.store.put(claim);
    await tx.done;
  }

  async claim(id: string): Promise<Claim | null> {
    return (await this.#db.get("claims", id)) ?? null;
  }

  async claims(): Promise<Claim[]> {
    return await this.#db.getAll("claims");
  }

  async claimsOf(userId: string): Promise<Claim[]> {
    return await this.#db.getAllFromIndex("claims", "userId", userId);
  }

  async claimsOfSession(sessionId: string): Promise<Claim[]> {
    return await this.#db.getAllFromIndex("claims", "sessionId", sessionId);
  }

  /** The claims of a day, such as `2026-03-02`, in every zone on earth, and of some hours before and after it. */
  async claimsAround(day: string): Promise<Claim[]> {
    const noon = Date.parse(`${day}T12:00:00Z`);
    const [from, to] = [noon - DAY_AROUND_MS, noon + DAY_AROUND_MS].map((at) => new Date(at).toISOString());
    return await this.#db.getAllFromIndex("claims", "at", IDBKeyRange.bound(from, to));
  }

  /** The ids of the persons with stored notes. */
  async userIds(): Promise<string[]> {
    const found: string[] = [];
    let at = await this.#db.transaction("units").store.index("userId").openKeyCursor(null, "nextunique");
    for (; at; at = await at.continue()) found.push(at.key);
    return found;
  }

  /** Changes claims that are still there. */
  async updateClaims(changes: Claim[]): Promise<void> {
    const tx = this.#db.transaction("claims", "readwrite");
    for (const claim of changes) if (await tx.store.getKey(claim.id)) void tx.store.put(claim);
    await tx.done;
  }

  /** Puts the findings of an observer for some persons in place of those before. */
  async replaceFindings(observer: string, userIds: readonly string[], findings: Finding[]): Promise<void> {
    const tx = this.#db.transaction("findings", "readwrite");
    for (const old of await tx.store.index("observer").getAll(observer))
      if (userIds.includes(old.userId)) void tx.store.delete(old.id);
    for (const finding of findings) void tx.store.put(finding);
    await tx.done;
  }

  async findingsOf(userId: string): Promise<Finding[]> {
    return await this.#db.getAllFromIndex("findings", "userId", userId);
  }

  /** The findings of the observers about all persons. */
  async findings(): Promise<Finding[]> {
    return await this.#db.getAll("findings");
  }

  /**
   * Stores an agent's decision about a finding, and deletes the finding. The decision counts for the rule that read the claim. A
   * claim that was not dismissed is pinned with the agreed time, so that another reading of its notes does not change it. Does
   * nothing when the finding is gone.
   */
  async decide(
    findingId: string,
    { verdict, at, scheduledFor }: { verdict: ProposalVerdict; at: Date; scheduledFor: string | null },
  ): Promise<void> {
    const tx = this.#db.transaction(["findings", "claims", "verdicts"], "readwrite");
    const found = await tx.objectStore("findings").get(findingId);
    const claim = found && (await tx.objectStore("claims").get(found.claimIds[0]!));
    if (claim) {
      void tx.objectStore("verdicts").put({ id: findingId, rule: claim.rule, verdict, at: at.toISOString() });
      void tx.objectStore("findings").delete(findingId);
      if (verdict !== "dismissed") void tx.objectStore("claims").put(pinned(claim, scheduledFor));
    }
    await tx.done;
  }

  /**
   * Stores the settlement of promises that went quiet: they are not raised again, and summaries do not call them owed, also when
   * their notes are read again. Skips claims that are gone.
   */
  async settle(
    claimIds: readonly string[],
    { verdict, at, reason }: { verdict: Settlement; at: Date; reason: string },
  ): Promise<void> {
    const tx = this.#db.transaction(["findings", "claims", "verdicts"], "readwrite");
    for (const claimId of claimIds) {
      const claim = await tx.objectStore("claims").get(claimId);
      if (!claim) continue;
      const id = dormantFindingId(claim);
      void tx.objectStore("verdicts").put({ id, rule: claim.rule, verdict, at: at.toISOString(), reason });
      void tx.objectStore("findings").delete(id);
      void tx.objectStore("claims").put({ ...claim, isPinned: true, isArchived: true });
    }
    await tx.done;
  }

  async verdicts(): Promise<(Verdict & { id: string })[]> {
    return await this.#db.getAll("verdicts");
  }

  async putGoal(progress: GoalProgress): Promise<void> {
    await this.#db.put("goals", progress);
  }

  async goal(goalId: string): Promise<GoalProgress | null> {
    return (await this.#db.get("goals", goalId)) ?? null;
  }

  async putSummary(id: string, summary: Summary, madeAt: Date): Promise<void> {
    await this.#db.put("summaries", { ...summary, id, madeAt: madeAt.toISOString() });
  }

  async summary(id: string): Promise<(Summary & { madeAt: string }) | null> {
    return (await this.#db.get("summaries", id)) ?? null;
  }

  /** Deletes everything about one called person, derived data included. */
  async eraseUser(userId: string): Promise<void> {
    await this.#erase(await this.unitsOf(userId));
    await this.#db.delete("summaries", `user_brief:${userId}`);
    await this.#db.delete("goals", goalsOf(userId));
  }

  /**
   * Deletes the notes of calls before an instant, with everything derived from them, except notes with a promise for a time after
   * `now`. Returns the number of deleted calls.
   */
  async eraseBefore(instant: Date, now: Date): Promise<number> {
    const old: Unit[] = [];
    let at = await this.#db.transaction("units").store.openCursor();
    for (; at; at = await at.continue()) if (Date.parse(at.value.at) < instant.getTime()) old.push(at.value);
    for (const [place, { id }] of [...old.entries()].reverse()) {
      const claims = await this.#db.getAllFromIndex("claims", "unitId", id);
      if (claims.some((claim) => claim.due !== null && instantOfDue(claim) > now)) old.splice(place, 1);
    }
    await this.#erase(old);
    return old.length;
  }

  /** The whole memory as the JSON of a file for the person. */
  async export(): Promise<string> {
    const [units, claims, findings, goals, summaries, verdicts] = await Promise.all([
      this.#db.getAll("units"),
      this.#db.getAll("claims"),
      this.#db.getAll("findings"),
      this.#db.getAll("goals"),
      this.#db.getAll("summaries"),
      this.#db.getAll("verdicts"),
    ]);
    return JSON.stringify({ units, claims, findings, goals, summaries, verdicts }, null, 2);
  }

  /** Deletes units together with everything derived from them: claims, findings, goals, summaries and settlements. */
  async #erase(units: readonly Unit[]): Promise<void> {
    for (const { id, userId } of units) {
      const tx = this.#db.transaction(["units", "claims", "findings", "goals", "summaries", "verdicts"], "readwrite");
      const claims = tx.objectStore("claims");
      const claimIds = new Set((await claims.index("unitId").getAllKeys(id)).map(String));
      for (const claimId of claimIds) {
        void claims.delete(claimId);
        // A settlement has words of the agent about this person; verdicts on proposals have none.
        void tx.objectStore("verdicts").delete(dormantFindingId({ id: claimId }));
      }
      const findings = tx.objectStore("findings");
      for (const found of await findings.index("userId").getAll(userId))
        if (found.claimIds.some((one) => claimIds.has(one))) void findings.delete(found.id);
      const goals = tx.objectStore("goals");
      for (const goal of await goals.getAll(goalsOf(userId)))
        if (goal.evidence.some(({ unitId }) => unitId === id)) void goals.delete(goal.goalId);
      const summaries = tx.objectStore("summaries");
      for (const text of await summaries.getAll())
        if (text.sentences.some(({ sources }) => sources.some((one) => claimIds.has(one))))
          void summaries.delete(text.id);
      void tx.objectStore("units").delete(id);
      await tx.done;
    }
  }
}

/** The keys of a person's goals: everything that begins with the id and a colon. */
function goalsOf(userId: string): IDBKeyRange {
  return IDBKeyRange.bound(`${userId}:`, `${userId};`, false, true);
}

/** A claim as an agent confirmed it, or corrected its time. */
function pinned(claim: Claim, scheduledFor: string | null): Claim {
  if (scheduledFor === null) return { ...claim, isPinned: true };
  const local = localTime(new Date(scheduledFor), claim.zone).slice(0, 16);
  return { ...claim, isPinned: true, due: { local, bound: null, words: claim.due?.words ?? "" } };
}

function nameOf(person: string): string {
  return `ringback-call-memory:${person}`;
}
