import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { INVITATION_BYTES, isWholeInvitation, SCOPES } from "./rules.ts";

const whole = randomBytes(INVITATION_BYTES).toString("base64url");

test("an invitation is whole with all of its letters", () => {
  expect(isWholeInvitation(whole)).toBe(true);
});

test.each([
  ["cut off", whole.slice(0, -1)],
  ["followed by a full stop", `${whole}.`],
  ["written in other letters", `${whole.slice(0, -1)}é`],
  ["empty", ""],
])("an invitation that is %s is not whole", (_, text) => {
  expect(isWholeInvitation(text)).toBe(false);
});

test("no scope stands in the list twice", () => {
  expect(new Set(SCOPES).size).toBe(SCOPES.length);
});
