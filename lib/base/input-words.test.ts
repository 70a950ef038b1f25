import { expect, test } from "vitest";
import { z } from "zod";
import { instantIn } from "#lib/base/ids";
import { firstFaults } from "./input-words.ts";

const thing = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.int().min(2).max(9).multipleOf(2),
  share: z.number().gt(0).lt(1),
  tags: z.array(z.string()).min(1).max(2),
  id: z.uuid(),
  at: z.iso.datetime(),
  kind: z.enum(["a", "b"]),
  sure: z.literal(true),
  code: z.string().regex(/^[a-z]+$/),
  either: z.union([z.string(), z.number()]),
  map: z.record(z.string().max(3), z.number()),
  own: z.string().refine((text) => text !== "no", "must be yes"),
});
const good = {
  name: "Uma",
  count: 4,
  share: 0.5,
  tags: ["x"],
  id: "30a62f62-68c8-419f-91f2-7b17390b59bf",
  at: "2026-03-02T15:30:00Z",
  kind: "a",
  sure: true,
  code: "abc",
  either: 1,
  map: { one: 1 },
  own: "yes",
};

test.each([
  [{ name: undefined }, "is missing"],
  [{ name: 5 }, "must be a text"],
  [{ name: "" }, "must not be empty"],
  [{ name: "123456" }, "must have at most 5 characters"],
  [{ count: "4" }, "must be a number"],
  [{ count: 2.5 }, "must be a whole number"],
  [{ count: 0 }, "must be at least 2"],
  [{ count: 10 }, "must be at most 9"],
  [{ count: 3 }, "must be a multiple of 2"],
  [{ share: 0 }, "must be more than 0"],
  [{ share: 1 }, "must be less than 1"],
  [{ tags: [] }, "must hold at least 1 entry"],
  [{ tags: ["a", "b", "c"] }, "must hold at most 2 entries"],
  [{ tags: {} }, "must be a list"],
  [{ id: "7" }, "must be a UUID"],
  [{ at: "tomorrow" }, "must be a time such as 2026-03-02T15:30:00Z"],
  [{ kind: "c" }, "must be one of a, b"],
  [{ sure: false }, "must be true"],
  [{ code: "A" }, "must have the form /^[a-z]+$/"],
  [{ either: [] }, "has none of the forms that are allowed"],
  [{ map: { long: 1 } }, "holds a name that is not allowed"],
  [{ own: "no" }, "must be yes"],
  [{ more: 1 }, "holds what is not known here: more"],
])("%j is refused with words that say what it must be", (given, words) => {
  expect(thing.safeParse(good).success).toBe(true);
  expect(thing.safeParse({ ...good, ...given }).error?.issues.map(({ message }) => message)).toEqual([words]);
});

test("a field with several faults is named once, with the first of them, and every field is named", () => {
  const times = z.strictObject({ from: instantIn, to: instantIn });
  const { error } = times.safeParse({ from: "tomorrow", to: "9999-01-01T00:00:00Z" });
  expect(firstFaults(error!.issues).map(({ path, message }) => [...path, message])).toEqual([
    ["from", "must be a time with an offset, such as 2026-03-02T15:00:00Z"],
    ["to", "must be a time between 1900 and 9998"],
  ]);
});
