import { expect, test } from "vitest";
import { readSentence } from "./extract.ts";

/** Who owes what a sentence promises. */
function owed(sentence: string): (string | null)[] {
  return readSentence(sentence, new Date("2026-03-02T10:20:00Z"), "Europe/London", false)
    .filter(({ kind }) => kind === "promise")
    .map(({ owedBy }) => owedBy);
}

test("what those promise who took a matter over is ours, what a courier or hotel promises is nobody's here", () => {
  expect(owed("Raised to field team, they will ring her tomorrow")).toEqual(["us"]);
  expect(owed("Raised to field team, she'll get a call from them tomorrow")).toEqual(["us"]);
  expect(owed("Spoke to our contractor, they will fix it on Monday")).toEqual(["us"]);
  expect(owed("Passed it to her solicitor, they will reply")).toEqual([]);
  expect(owed("Asked the hotel, they'll email the guest tomorrow")).toEqual([]);
  expect(owed("Reported to the courier, they will search the depot and get back by Friday")).toEqual([]);
});

test("what a relative on the telephone will do is no promise of the customer, what the customer will do is", () => {
  expect(owed("Wife answered, she will ring us tomorrow")).toEqual([]);
  expect(owed("Spoke to her son, he will send the form by Friday")).toEqual([]);
  expect(owed("Daughter is on the case, she is emailing the agent")).toEqual([]);
  expect(owed("Wife answered, he will ring us tomorrow")).toEqual(["them"]);
  expect(owed("Wife answered, will ring him again tomorrow")).toEqual(["us"]);
  expect(owed("Has to ask her daughter, she will ring us tomorrow")).toEqual(["them"]);
});
