import { expect, test } from "vitest";
import { runsOf } from "./happened.tsx";

const covered = {
  at: "2026-03-02T09:00:00.000Z",
  kind: "covered",
  callbackId: 1,
  who: "system",
  text: "Covered.",
  notes: null,
  reason: null,
  doneAt: null,
};

test("the same thing several times in a row stands once with how often; notes are never left out", () => {
  const story = [covered, { ...covered, callbackId: 2 }, { ...covered, notes: "wants a price" }, covered];
  expect(runsOf(story).map(({ times, newest }) => [times, newest.notes])).toEqual([
    [2, null],
    [1, "wants a price"],
    [1, null],
  ]);
});
