import { expect, test } from "vitest";
import { holidaysOf } from "./holidays.ts";

test("a list of holidays that is pasted with faults is refused with every faulty line, not with the first alone", () => {
  const list =
    "2026-12-25 Christmas Day\n26.12.2026 Boxing Day\n2026-02-30 no such day\n\nNew Year 2027-01-01\n2027-01-02";
  expect(holidaysOf(list)).toEqual(
    new Error(
      "“26.12.2026 Boxing Day”, “2026-02-30 no such day”, “New Year 2027-01-01” and “2027-01-02” are no holidays; write a date and a name, such as 2026-12-25 Christmas Day.",
    ),
  );
  expect(holidaysOf("2026-12-25 Christmas Day\r\n  2026-12-26\tBoxing Day \n")).toEqual([
    { date: "2026-12-25", name: "Christmas Day" },
    { date: "2026-12-26", name: "Boxing Day" },
  ]);
});
