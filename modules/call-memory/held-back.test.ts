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

test("what others said or owe, offers that nobody took, customs of the desk and dealings with others are no promises", () => {
  expect(promised("says we said we'd ring yest")).toEqual([]);
  expect(promised("last spoke 26 feb, said then would cb monday")).toEqual([]);
  expect(promised("asked whether we could ring fri, told her no")).toEqual([]);
  expect(promised("offered call on wed, thinking abt it")).toEqual([]);
  expect(promised("moved cb from thu")).toEqual([]);
  expect(promised("rtn call from fri")).toEqual([]);
  expect(promised("owes his brother 300")).toEqual([]);
  expect(promised("We send reminders on the 1st")).toEqual([]);
  expect(promised("Ring at 8 for on the day appts")).toEqual([]);
  expect(promised("She's speaking to CAB on Thursday")).toEqual([]);
  expect(promised("She's sending it back to Amazon")).toEqual([]);
  expect(promised("need to update our system w/ postcode, done")).toEqual([]);
  expect(promised("moved cb to tues 10th 2pm")).toEqual([["us", "2026-03-10T14:00"]]);
  expect(promised("She's sending it back to us")).toEqual([["them", null]]);
  expect(promised("she wanted a call at 3, I said we don't do times")).toEqual([]);
  expect(promised("will talk to wife")).toEqual([]);
  expect(promised("call back fri was done fri")).toEqual([]);
});

test("calls that were made or given up, texts of machines and files, and what never happened are no promises", () => {
  expect(promised("tom has cb'd")).toEqual([]);
  expect(promised("gave up waiting for our call fri")).toEqual([]);
  expect(promised("follow-up done thurs")).toEqual([]);
  expect(promised("auto text sent: your call is booked thurs 3pm")).toEqual([]);
  expect(promised("call him b4 you visit, notes say")).toEqual([]);
  expect(promised("says supervisor promised a call on 27 feb, never came")).toEqual([]);
  expect(promised("offered cb at 4, hung up")).toEqual([]);
  expect(promised("agent before me said she'd ring at 2")).toEqual([]);
  expect(promised("they'll refund at the shop")).toEqual([]);
  expect(promised("hubby will call about it")).toEqual([]);
  expect(promised("offered cb at 4, took it")).toEqual([["us", "2026-03-02T16:00"]]);
  expect(promised("auto reply received, will ring thurs")).toEqual([["us", "2026-03-05"]]);
});
