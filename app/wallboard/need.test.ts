import { expect, test } from "vitest";
import { severalWords, withWhom } from "./need.tsx";

test.each([
  [5, 0, 5, "has 5 that are due."],
  [5, 2, 5, "has 5 that are due, 2 of them late."],
  [5, 5, 5, "has 5 that are late."],
  [5, 2, 0, "is asked for in 5 that are due, 2 of them late."],
  [5, 5, 3, "has or is asked for in 5 that are late."],
])("of %i rows of an agent, %i late and %i held, the sentence says only what is so: %s", (count, late, held, words) => {
  expect(severalWords(count, late, held)).toBe(words);
});

test.each([
  ["Ann Able", true, "with Ann Able"],
  ["Ann Able", false, "asked for Ann Able, with no agent yet"],
  [null, false, "with no agent yet"],
])("with %s, who has it: %s, the sentence says %j", (agent, isHeld, words) => {
  expect(withWhom({ agent, isHeld })).toBe(words);
});
