import { expect, test } from "vitest";
import { actionOf, detailWords, wordsOf } from "./words.ts";

test.each(["staff.signed_in", "key.revoked", "callback.snooze_undone"])(
  "%s is found by the words it is shown in",
  (code) => {
    expect(actionOf(wordsOf(code))).toBe(code);
    expect(actionOf(code)).toBe(code);
  },
);

test("details are words, not names of fields", () => {
  expect(
    detailWords({ agentId: 7, outcomeType: "answered", found: false, scopes: ["a:read", "b:read"], from: null }),
  ).toBe("agent 7; outcome type: answered; found: no; scopes: a:read, b:read; from: none");
});
