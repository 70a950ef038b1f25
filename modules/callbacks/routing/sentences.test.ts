import { expect, test } from "vitest";
import { type RoutingReason, storedReason } from "../reason-schema.ts";
import { sentenceOf, utc } from "./sentences.ts";

const SINCE = "2026-03-02T09:05:00.000Z";
const gone = { agent: "Ann", standing: { is: "away", since: SINCE } } as const;
const anns = { ...gone, wasAskedFor: true };

/** The reason as it is stored, and how it reads in UTC. */
const ROWS: [RoutingReason, string][] = [
  [{ kind: "preferred", agent: "Ann" }, "Ann was asked for and is available."],
  [{ kind: "least loaded", agent: "Ben", live: 0 }, "Ben is available with nothing else waiting."],
  [{ kind: "least loaded", agent: "Ben", live: 2 }, "Ben is available with the fewest waiting (2)."],
  [
    { kind: "least loaded", agent: "Ben", live: 0, missed: anns },
    "Ann was asked for, but has been away since 09:05 UTC; Ben is available with nothing else waiting.",
  ],
  [
    { kind: "least loaded", agent: "Ben", live: 0, left: gone },
    "Ann has been away since 09:05 UTC. Ben is available with nothing else waiting.",
  ],
  [
    { kind: "least loaded", agent: "Ben", live: 0, left: gone, missed: anns },
    "Ann was asked for, but has been away since 09:05 UTC; Ben is available with nothing else waiting.",
  ],
  [
    { kind: "nobody", results: {}, left: gone, missed: { ...anns, standing: { is: "full", waiting: 1 } } },
    "Ann has been away since 09:05 UTC. Ann was asked for, but already has 1 callback waiting; no agent is free (nobody is logged in): first in line.",
  ],
  [
    {
      kind: "least loaded",
      agent: "Ben",
      live: 0,
      missed: { agent: "Ann", standing: { is: "did not take it", minutes: 1 }, wasAskedFor: false },
    },
    "Ann did not take it within 1 minute; Ben is available with nothing else waiting.",
  ],
  [
    { kind: "given back", left: { agent: "Ann", standing: { is: "did not call", minutes: 10 } } },
    "Given back: Ann accepted it and did not call within 10 minutes.",
  ],
  [{ kind: "nobody", results: {} }, "No agent is free (nobody is logged in): first in line."],
  [{ kind: "nobody", results: { away: 2, full: 1 } }, "No agent is free (2 away, 1 full): first in line."],
  [
    { kind: "nobody", results: { full: 1 }, missed: { ...anns, standing: { is: "full", waiting: 3 } } },
    "Ann was asked for, but already has 3 callbacks waiting; no agent is free (1 full): first in line.",
  ],
  [{ kind: "hours", opensAt: "2026-03-02T13:00:00.000Z", zone: "America/New_York" }, "Waits for 8:00 in New York."],
  [{ kind: "accepted" }, "Accepted, and kept by who accepted it."],
  [
    { kind: "given back", left: { agent: "Ann", standing: { is: "silent", since: SINCE } } },
    "Given back: Ann has been silent since 09:05 UTC.",
  ],
  [
    { kind: "given back", left: { agent: "Ann", standing: { is: "on a call", since: null } } },
    "Given back: Ann is on a call.",
  ],
  [
    { kind: "given back", left: { agent: "Ann", standing: { is: "out of this queue" } } },
    "Given back: Ann does not work this queue any more.",
  ],
  [
    { kind: "waits again", left: { agent: null, standing: { is: "deleted" } } },
    "its agent no longer exists: it waits for its time again.",
  ],
  [{ kind: "waits again", left: null }, "The user may not be called: it waits for its time again."],
  [{ kind: "other first", callbackId: 11 }, "Callback 11 of the same user comes first: one call for both promises."],
  [
    { kind: "do_not_call", userId: "7", namesNumber: true },
    "The number that it names asked not to be called; cancel the callback or lift the mark.",
  ],
  [{ kind: "wrong_number", userId: "7", namesNumber: false }, "The number of user 7 is wrong; import the right one."],
  [
    { kind: "write_failed", isSetAside: true },
    "It could not be written three times running; snooze, accept or cancel it to try again.",
  ],
];

test.each(ROWS)("%j reads: %s", (reason, sentence) => {
  expect(sentenceOf(storedReason.parse(JSON.parse(JSON.stringify(reason)))!, utc)).toBe(sentence);
});

test("the times of a sentence are written by the clock of its reader, and nothing else changes", () => {
  const sentence = sentenceOf({ kind: "given back", left: gone }, (at) => `10:05 of ${at}`);
  expect(sentence).toBe(`Given back: Ann has been away since 10:05 of ${SINCE}.`);
});

test.each<[RoutingReason, string]>([
  [{ kind: "preferred", agent: "Ann" }, "You were asked for and are available."],
  [{ kind: "least loaded", agent: "Ann", live: 0 }, "You are available with nothing else waiting."],
  [
    { kind: "least loaded", agent: "Ann", live: 0, missed: { ...anns, agent: "Ben" } },
    "Ben was asked for, but has been away since 09:05 UTC; you are available with nothing else waiting.",
  ],
  [
    { kind: "nobody", results: {}, missed: { agent: "Ann", standing: { is: "full", waiting: 3 }, wasAskedFor: true } },
    "You were asked for, but already have 3 callbacks waiting; no agent is free (nobody is logged in): first in line.",
  ],
  [{ kind: "given back", left: gone }, "Given back: you have been away since 09:05 UTC."],
  [{ kind: "preferred", agent: "Ann Able" }, "Ann Able was asked for and is available."],
])("to Ann %j reads: %s", (reason, sentence) => {
  expect(sentenceOf(reason, utc, "Ann")).toBe(sentence);
});

test("a reason of another version is none, so that its text is shown", () => {
  expect(storedReason.parse({ kind: "asked the oracle" })).toBeNull();
  expect(storedReason.parse(null)).toBeNull();
});
