import { type Change, type Tasks, within } from "./change.ts";
import { QueueError } from "./errors.ts";
import { cycleIn, DEFAULT_MAX_ATTEMPTS, LIMITS } from "./rules.ts";
import { LANES, type NewTask, PRIORITY, type Task, type TaskTypes } from "./task.ts";

export type Prepared = Omit<Task, "seq">;

/**
 * The tasks of a batch in their stored form. Refuses `unknown_type`, `invalid_payload`, `too_large`, and `cycle` when some would
 * wait for each other for ever.
 */
export function prepare(
  batch: readonly NewTask[],
  { types, userId, now, newId }: { types: TaskTypes; userId: string; now: number; newId: () => string },
): Prepared[] {
  const named = batch.map((task) => ({ ...task, id: task.id ?? newId() }));
  const circle = cycleIn(named);
  if (circle.length > 0) {
    throw new QueueError("cycle", `These tasks would wait for each other for ever: ${circle.join(", ")}.`);
  }
  return named.map((task) => {
    const type = types[task.type];
    if (!type) throw new QueueError("unknown_type", `This page knows no task of the type ${task.type}. Reload it.`);
    return {
      id: task.id,
      type: task.type,
      version: type.version,
      payload: checked(task.payload, task.type, type.payload),
      lane: type.lane,
      priority: task.priority ?? PRIORITY.normal,
      userId,
      groupKey: task.groupKey ?? null,
      dependsOn: [...new Set(task.dependsOn)],
      executeAt: task.executeAt ?? null,
      validUntil: task.validUntil ?? (type.validForMs === undefined ? null : now + type.validForMs),
      maxAttempts: task.maxAttempts ?? type.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      status: "pending",
      attempts: 0,
      spent: 0,
      failures: 0,
      owner: null,
      createdAt: now,
      claimedAt: null,
      settledAt: null,
      retriedAt: null,
      retryAt: null,
      retryMs: 0,
      reason: null,
      output: null,
    };
  });
}

/** The payload in its parsed form, as plain JSON: a value that IndexedDB cannot copy is found before the transaction. */
function checked(payload: unknown, type: string, parser: { parse(input: unknown): unknown }): unknown {
  let json: string;
  try {
    json = JSON.stringify(parser.parse(payload)) ?? "null";
  } catch (error) {
    throw new QueueError("invalid_payload", `A task ${type} cannot be made of this: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > LIMITS.payloadBytes) {
    const kilobytes = LIMITS.payloadBytes / 1024;
    throw new QueueError("too_large", `This is too long to be kept: at most ${kilobytes} kB. Make it shorter.`);
  }
  return JSON.parse(json);
}

/**
 * Writes the prepared tasks, all or none; a task whose id is stored already stays as it is. Refuses `lane_full`, and
 * `unknown_dependency` for a dependency that is neither stored nor in the batch. Returns the new tasks. `known`: the result of
 * `keysOf` in this transaction.
 */
export async function insert(change: Change, batch: readonly Prepared[], known: Known): Promise<Prepared[]> {
  const ofBatch = new Set<string>();
  const fresh = batch.filter(({ id }, place) => {
    const isNew = known[place] === undefined && !ofBatch.has(id);
    if (isNew) ofBatch.add(id);
    return isNew;
  });
  refuseFullLane(change, fresh);
  const begunGroups = new Set<string>();
  for (const task of fresh) {
    const waitsFor: string[] = [];
    for (const id of task.dependsOn) if (await isOpen(change, id, ofBatch)) waitsFor.push(id);
    const isHead = await isFirstOfGroup(change, task.groupKey, begunGroups);
    change.add(task, { isHead, waitsFor });
  }
  return fresh;
}

/** The number under which each task of a batch is stored, or undefined. */
export type Known = readonly (number | undefined)[];

/** Looks up the ids that `asked` names; a number that is undefined belongs to a new task. */
export async function keysOf(tasks: Tasks, batch: readonly Prepared[], asked?: readonly boolean[]): Promise<Known> {
  const byId = tasks.index("id");
  return Promise.all(batch.map(({ id }, place) => (asked?.[place] === false ? undefined : byId.getKey(id))));
}

function refuseFullLane(change: Change, fresh: readonly Prepared[]): void {
  for (const lane of LANES) {
    const { pending, processing, failed, parked, expired } = change.state.lanes[lane].counts;
    const open = pending + processing + failed + parked + expired;
    const added = fresh.filter((task) => task.lane === lane).length;
    if (added > 0 && open + added > LIMITS.open[lane]) {
      throw new QueueError(
        "lane_full",
        `${open} things wait already, and ${LIMITS.open[lane]} are the most. Let them go out before you add more.`,
      );
    }
  }
}

async function isOpen(change: Change, id: string, ofBatch: ReadonlySet<string>): Promise<boolean> {
  if (ofBatch.has(id)) return true;
  const record = await change.tasks.index("id").get(id);
  if (!record) throw new QueueError("unknown_dependency", `The task depends on ${id}, which is not here.`);
  return record.status !== "completed";
}

async function isFirstOfGroup(change: Change, groupKey: string | null, begun: Set<string>): Promise<boolean> {
  if (groupKey === null) return true;
  if (begun.has(groupKey)) return false;
  begun.add(groupKey);
  return (await change.tasks.index("group").getKey(within(groupKey))) === undefined;
}
