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
  expect(promised("engineer booked 5/3 am")).toEqual(["2026-03-05T09:00"]);
  expect(promised("Will call her at 4.10. Paid")).toEqual(["2026-03-02T16:10"]);
});

test("of two times the one that replaces the other is proposed", () => {
  expect(promised("Ring Thursday, not Wednesday as said first")).toEqual(["2026-03-05"]);
  expect(promised("Rearranged: Wednesday at three instead of Tuesday")).toEqual(["2026-03-04T15:00"]);
  expect(promised("moved Friday's visit to the 13th")).toEqual(["2026-03-13"]);
  expect(promised("moved his slot from Thurs 10 to Fri 3pm")).toEqual(["2026-03-06T15:00"]);
  expect(promised("Ring at 11 on Wed (she is out until 10)")).toEqual(["2026-03-04T11:00"]);
  // Neither replaces the other, so nobody knows which one is meant.
  expect(promised("Will ring her Wednesday or Thursday")).toEqual([undefined]);
});
