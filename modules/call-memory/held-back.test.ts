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

test("a wish that was refused or met, and what was said before the call, are no promises; a wish without an answer is one", () => {
  expect(promised("wants a call at 3 tmrw, we dont do timed calls")).toEqual([]);
  expect(promised("asks for a slot thurs - no slots")).toEqual([]);
  expect(promised("callback requested 24/2, supervisor rang 25/2")).toEqual([]);
  expect(promised("offered to ring Weds but she prefers text")).toEqual([]);
  expect(promised("had told her I would post it Friday and did so")).toEqual([]);
  expect(promised("assumed we would ring Fri")).toEqual([]);
  expect(promised("Wishes we had rung on Friday")).toEqual([]);
  expect(promised("cb of 24/2 cleared")).toEqual([]);
  expect(promised("wants a call at 3 tmrw")).toEqual([["us", "2026-03-03T15:00"]]);
  expect(promised("She wants to hear by Friday")).toEqual([["us", "2026-03-06"]]);
  expect(promised("Please ring me back Weds at 4, she said")).toEqual([["us", "2026-03-04T16:00"]]);
});

test("what a carrier, a doctor or a letter says is no promise; what somebody of ours in a department is to do is", () => {
  expect(promised("out for delivery tmrw, window 9-11")).toEqual([]);
  expect(promised("Parcel will be brought tomorrow by DPD")).toEqual([]);
  expect(promised("He is waiting for a letter from his surgeon on Monday")).toEqual([]);
  expect(promised("To be returned by Friday, says the letter")).toEqual([]);
  expect(promised("lena in billing to ring her re the credit")).toEqual([["us", null]]);
  expect(promised("Our fitter will come on Friday")).toEqual([["us", "2026-03-06"]]);
  expect(promised("She confirmed that she brings it tomorrow")).toEqual([["them", "2026-03-03"]]);
});

test("advice, entries that are taken out, chances, slots that are free and what notes say are no promises", () => {
  expect(promised("recommended he ring his bank today")).toEqual([]);
  expect(promised("let him know he needs to phone us Wednesday")).toEqual([]);
  expect(promised("gave him a reminder to pay before Thursday")).toEqual([]);
  expect(promised("delete cb friday, he rang in")).toEqual([]);
  expect(promised("reminder for Friday deleted")).toEqual([]);
  expect(promised("there's a chance he'll phone Monday")).toEqual([]);
  expect(promised("No agreement on a call for Tuesday")).toEqual([]);
  expect(promised("Should her bank approve, I ring Friday")).toEqual([]);
  expect(promised("next free appointment is Thursday")).toEqual([]);
  expect(promised("notes say ring on Monday")).toEqual([]);
  expect(promised("according to the site we ring within an hour")).toEqual([]);
  expect(promised("dental appointment Wednesday at 4")).toEqual([]);
  expect(promised("asked for a call, rang her straight back")).toEqual([]);
  expect(promised("proposed a call Friday, he didn't answer")).toEqual([]);
  expect(promised("he'll order it online Tuesday")).toEqual([]);
  expect(promised("Threatens to call the ombudsman Tuesday")).toEqual([]);
  expect(promised("Advised he'd hear from us tomorrow")).toEqual([["us", "2026-03-03"]]);
  expect(promised("phone her as soon as poss")).toEqual([["us", null]]);
  expect(promised("asked for a call, rang, no answer")).toEqual([["us", null]]);
  expect(promised("will let us have the policy number")).toEqual([["them", null]]);
});
