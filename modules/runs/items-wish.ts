import { z } from "zod";
import { checked, listLength, placeInList } from "./input.ts";

const itemsInput = z.strictObject({
  first: listLength.default(20),
  /** The place of the last item of the page before. */
  after: placeInList.optional(),
  state: z.enum(["waiting", "completed", "failed", "cancelled"]).optional(),
  modelId: z.string().max(200).optional(),
  /** Words of the transcript, in any case. */
  search: z
    .string()
    .trim()
    .min(2, "must be at least 2 characters")
    .max(100, "must be at most 100 characters")
    .optional(),
});

/** A filter of the items of a run and a page of them, as a caller writes it. */
export type ItemsGiven = z.input<typeof itemsInput>;
/** The same with its defaults. */
export type ItemsWish = z.output<typeof itemsInput>;

/** Parses a filter of items. Refuses JobValidationError. */
export function itemsWish(given: ItemsGiven): ItemsWish {
  return checked(itemsInput, given);
}
