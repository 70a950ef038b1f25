import type { Ctx } from "#lib/base/context";
import { item } from "./items.ts";
import type { Item } from "./sql/item-columns.ts";
import { type ItemEvent, readEvents } from "./sql/read-events.ts";

/** The events of an item, earliest first: queued, each failed attempt, throttling, retries, its end. Refuses `not_found`. */
export async function timeline(ctx: Pick<Ctx, "db">, itemId: string): Promise<ItemEvent[]> {
  return (await timelinesOf(ctx, [await item(ctx, itemId)]))[0]!;
}

/** The timeline of each of these items, in one statement. */
export async function timelinesOf(ctx: Pick<Ctx, "db">, items: readonly Item[]): Promise<ItemEvent[][]> {
  const rows = await readEvents(
    ctx,
    items.map(({ itemId, place }) => ({ runId: Number(itemId.split("-")[0]), place })),
  );
  const events = Map.groupBy(rows, ({ asked }) => asked);
  return items.map((one, place) => [
    ...(events.get(place + 1) ?? []).map(({ asked: _, ...happened }) => happened),
    ...endOf(one),
  ]);
}

/** The end of an item as an event; none before it has ended, and for a failed item, whose last failure is its end. */
function endOf({ state, endedAt, startedAt, attempts, class: errorClass }: Item): ItemEvent[] {
  if (endedAt === null || (state !== "completed" && state !== "cancelled")) return [];
  const isCompleted = state === "completed";
  return [
    {
      at: endedAt,
      kind: state,
      attempt: isCompleted ? attempts : null,
      begunAt: isCompleted ? startedAt : null,
      class: isCompleted ? errorClass : null,
      error: null,
      who: null,
    },
  ];
}
