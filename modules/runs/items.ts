import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { type ItemsGiven, itemsWish } from "./items-wish.ts";
import { type Asked, findItems, lastLooked } from "./sql/find-items.ts";
import type { Item } from "./sql/item-columns.ts";
import { readItems, type WithTranscript } from "./sql/read-items.ts";
import { runOf } from "./store.ts";

/** The searches of one request read at most this many transcripts together, so that the answer comes soon also for large runs. */
const MAX_SEARCHED = 2_000;

type ItemPage = { items: Item[]; next: number | null };

/**
 * A page of the items of a run that match the filter, in the order of the run. A page may hold fewer items than requested, or none,
 * while `next` says that there are more to look at: a search reads 2,000 transcripts at a time. Refuses `not_found` and
 * JobValidationError.
 */
export async function items(ctx: Pick<Ctx, "db">, runId: number, given: ItemsGiven = {}): Promise<ItemPage> {
  const wish = itemsWish(given);
  await runOf(ctx, runId);
  return (await itemsOf(ctx, [{ runId, wish }]))[0]!;
}

/** A page of items for each of these, in at most two statements; each wish is one of `itemsWish`. */
export async function itemsOf(ctx: Pick<Ctx, "db">, asked: readonly Asked[]): Promise<ItemPage[]> {
  const searches = asked.filter(({ wish }) => wish.search !== undefined).length;
  const share = Math.max(1, Math.floor(MAX_SEARCHED / Math.max(searches, 1)));
  const rows = await findItems(ctx, asked, share);
  const found = Map.groupBy(rows, (row) => row.asked);
  const pages = asked.map(({ wish }, place) => {
    const mine = (found.get(place) ?? []).map(({ asked: _, ...row }) => row).sort((a, b) => a.place - b.place);
    const hasMore = mine.length > wish.first;
    const page = mine.slice(0, wish.first);
    return { items: page, next: hasMore ? page.at(-1)!.place : null };
  });
  const unfinished = asked.flatMap((one, place) =>
    one.wish.search !== undefined && pages[place]!.next === null ? [{ one, place }] : [],
  );
  for (const { asked: place, lastPlace } of await lastLooked(ctx, unfinished, share)) pages[place]!.next = lastPlace;
  return pages;
}

/** One item with its transcript. Refuses `not_found`. */
export async function item(ctx: Pick<Ctx, "db">, itemId: string): Promise<WithTranscript> {
  const [found] = await itemsById(ctx, [itemId]);
  if (!found) throw itemNotFound(itemId);
  return found;
}

export function itemNotFound(itemId: string): Refusal {
  return new Refusal("not_found", `There is no item ${itemId.slice(0, 40)}.`);
}

/** The items of these ids with their transcripts, null for an unknown id, in one statement. */
export async function itemsById(ctx: Pick<Ctx, "db">, ids: readonly string[]): Promise<(WithTranscript | null)[]> {
  const keys = ids.map((id) => /^([0-9]{1,9})-([0-9]{1,9})$/.exec(id) ?? [id, "0", "0"]);
  const rows = await readItems(
    ctx,
    keys.map(([, run, place]) => ({ runId: Number(run), place: Number(place) })),
  );
  const found = new Map(rows.map((row) => [row.itemId, row]));
  return keys.map(([, run, place]) => found.get(`${Number(run)}-${Number(place)}`) ?? null);
}
