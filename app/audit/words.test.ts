import { expect, test } from "vitest";
import { eventWords } from "../_ui/event-words.ts";
import { actionOf, detailWords, wordsOf } from "./words.ts";

test.each(["staff.signed_in", "key.revoked", "callback.snooze_undone", "call.outcome_undone"])(
  "%s is found by the words it is shown in",
  (code) => {
    expect(actionOf(wordsOf(code))).toBe(code);
    expect(actionOf(code)).toBe(code);
  },
);

test("an event of a callback is called in the audit what its history calls it", () => {
  const events = ["created", "snoozed", "retried", "completed", "call_started"];
  expect(events.map((event) => wordsOf(`callback.${event}`))).toEqual(events.map((event) => eventWords(event)[0]));
  expect(actionOf("kept")).toBe("callback.completed");
  expect(actionOf("callback completed")).toBe("callback.completed");
});

test("details are words, not names of fields", () => {
  expect(
    detailWords({ agentId: 7, outcomeType: "answered", found: false, scopes: ["a:read", "b:read"], from: null }),
  ).toBe("agent 7; outcome type: answered; found: no; scopes: a:read, b:read; from: none");
});
