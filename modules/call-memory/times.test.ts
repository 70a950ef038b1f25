import { expect, test } from "vitest";
import { readSentence } from "./extract.ts";
import { sentencesOf } from "./sentences.ts";

/** The times that notes of Monday, 2 March 2026, promise. */
function promised(notes: string): (string | null | undefined)[] {
  return sentencesOf(notes)
    .flatMap(({ text, isQuestion }) =>
      readSentence(text, new Date("2026-03-02T10:20:00Z"), "Europe/London", isQuestion),
    )
    .filter(({ kind }) => kind === "promise")
    .map(({ due }) => due?.local);
}

test("a day and a month with full stops are a date, hours with one are an hour", () => {
  expect(promised("Will call her on 12.3.")).toEqual(["2026-03-12"]);
  expect(promised("Will call her on 12.3. at 11")).toEqual(["2026-03-12T11:00"]);
  expect(promised("Will call her on 12.03.2026")).toEqual(["2026-03-12"]);
  expect(promised("cb tmrw 4.10")).toEqual(["2026-03-03T16:10"]);
  expect(promised("Will call her at 4.10. Paid")).toEqual(["2026-03-02T16:10"]);
});
