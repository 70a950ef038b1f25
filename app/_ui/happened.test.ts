import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { HappenedList, runsOf } from "./happened.tsx";

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

test("an agent reads of their own actions and of their own turn as you, a supervisor by name", () => {
  const taken = { ...covered, kind: "call_started", who: "Ann Able", text: "Ann Able took it as the next call." };
  const queued = { ...covered, kind: "queued", reason: { kind: "preferred", agent: "Ann Able" } };
  const seen = (reader: string | null) =>
    renderToStaticMarkup(
      createElement(HappenedList, { story: [taken, queued] as never, now: Date.parse(covered.at), reader }),
    ).replaceAll(/<[^>]+>/g, " ");
  expect(seen("Ann Able")).toMatch(/by you +You took it as the next call\..*You were asked for/);
  for (const reader of ["Ben Bold", null])
    expect(seen(reader)).toMatch(/by Ann Able +Ann Able took it as the next call\..*Ann Able was asked for/);
});
