import { expect, test } from "vitest";
import { readSentence } from "./extract.ts";

/** Who owes what a sentence promises, and when. */
function promised(sentence: string): (string | null)[][] {
  return readSentence(sentence, new Date("2026-03-02T10:20:00Z"), "Europe/London", false)
    .filter(({ kind }) => kind === "promise")
    .map(({ owedBy, due }) => [owedBy, due?.local ?? null]);
}

test("a call that was returned, a message that asks for one and the hours of calling are no promises", () => {
  expect(promised("Customer returned our call from Friday")).toEqual([]);
  expect(promised("cust ringing back re missed call from us")).toEqual([]);
  expect(promised("Text sent asking for call back")).toEqual([]);
  expect(promised("Adv standard callback slot is 9-12")).toEqual([]);
  expect(promised("Slot for Tuesday released")).toEqual([]);
  expect(promised("Alleges we agreed to refund him")).toEqual([]);
  expect(promised("Returning her call tomorrow")).toEqual([["us", "2026-03-03"]]);
  expect(promised("Cust sent text asking for call back")).toEqual([["us", null]]);
});

test("a call that is expected from somebody else is no promise, a relative's word for when to call is", () => {
  expect(promised("cust expects sb to call from the council today")).toEqual([]);
  expect(promised("Expecting a call from the hospital at 2")).toEqual([]);
  expect(promised("Mum answered, says best to ring him tomorrow")).toEqual([["us", "2026-03-03"]]);
  expect(promised("Customer happy with Thursday 11am for call back")).toEqual([["us", "2026-03-05T11:00"]]);
});
