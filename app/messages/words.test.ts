import { expect, test } from "vitest";
import { MESSAGE_STATES } from "#client/messages";
import { countText, keptText, kindText, segmentsText, STATES, whoText } from "./words.ts";

test.each([
  ["", "Nothing is written yet."],
  ["We call you at 15:30.", "1 segment of GSM-7; 139 left in it."],
  ["ł", "1 segment of UCS-2, because of ł; 69 left in it."],
  ["☎\uFE0F", "1 segment of UCS-2, because of ☎; 68 left in it."],
  ["15:30\u200B", "1 segment of UCS-2, because of an invisible character; 64 left in it."],
  ["абвгде".repeat(12), "2 segments of UCS-2, because of а б в г д …; 62 left in the last."],
])("the cost of %j is said in words", (text, said) => {
  expect(segmentsText(text)).toBe(said);
});

test("a count that stopped at its limit says so, and a length of time is in its largest unit", () => {
  expect([countText([3, 1_200]), countText([10_000]), countText([10_000, 1])]).toEqual(["1,203", "10,000+", "10,001+"]);
  expect([2_592_000, 43_200, 90, 86_400].map(keptText)).toEqual(["30 days", "12 hours", "90 seconds", "1 day"]);
});

test("every state has a word of its own", () => {
  expect(new Set(MESSAGE_STATES.map((state) => STATES[state][0])).size).toBe(MESSAGE_STATES.length);
});

test("with whom a message is: by name, else by number, else by the caller's own id", () => {
  const text = {
    customerName: "Uma Ortiz",
    customerId: "1001",
    direction: "out",
    spacedFrom: "+1",
    spacedTo: "+2",
  } as const;
  expect(whoText(text)).toBe("Uma Ortiz");
  expect(whoText({ ...text, customerName: null })).toBe("+2");
  expect(whoText({ ...text, customerName: null, direction: "in" })).toBe("+1");
  expect(whoText({ ...text, customerName: null, spacedTo: null })).toBe("customer 1001");
  expect(kindText({ channel: "sms", encoding: "GSM-7", segments: 2 })).toBe("SMS, GSM-7, 2 segments");
  expect(kindText({ channel: "email", encoding: null, segments: null })).toBe("e-mail");
});
