import { expect, test } from "vitest";
import { csvOf } from "../_ui/csv.ts";
import { askedBy, emptyText, SHOWS } from "./address.ts";

const NOW = Date.parse("2026-03-02T09:00:30Z");
const asked = (address: string) => askedBy(new URLSearchParams(address), NOW);

test("without anything in the address it is what is still to be kept, the most urgent first", () => {
  expect(asked("")).toEqual({ show: "open", order: "due", status: "pending,accepted" });
  expect(asked("show=nonsense&agent=-1&from=yesterday")).toEqual(asked(""));
});

test("the server decides which callbacks are late, due or no agent's, so that the list equals the wallboard's counts", () => {
  expect(asked("show=late")).toEqual({ show: "late", order: "due", only: "late" });
  expect(asked("show=due")).toEqual({ show: "due", order: "due", only: "due" });
  expect(asked("show=no-agent")).toEqual({ show: "no-agent", order: "due", only: "unassigned" });
});

test("today is from midnight to midnight of the reader, in every state", () => {
  const { from, to, status } = asked("show=today");
  expect(Date.parse(to!) - Date.parse(from!)).toBe(24 * 3_600_000);
  expect([Date.parse(from!) <= NOW, NOW < Date.parse(to!), status]).toEqual([true, true, undefined]);
});

test("agent, order and a span of the reader's own are taken from the address, so that a link shows the same", () => {
  const span = "from=2026-03-02T08:00:00.000Z&to=2026-03-02T09:00:00.000Z";
  expect(asked(`show=kept&agent=7&order=newest&${span}`)).toEqual({
    show: "kept",
    order: "newest",
    status: "completed",
    agentId: 7,
    from: "2026-03-02T08:00:00.000Z",
    to: "2026-03-02T09:00:00.000Z",
  });
});

test("every chip has a name and an address of its own", () => {
  expect(new Set(SHOWS.map(({ show }) => show)).size).toBe(SHOWS.length);
});

test("a file of callbacks keeps commas and quotes in their cell, and a typed text begins no formula", () => {
  const callback = {
    id: 7,
    userName: 'Ann "Sunny", Able',
    userPhone: "+44 20",
    agentName: null,
    callbackReason: "=1+1",
  };
  const columns = ["id", "userName", "userPhone", "agentName", "callbackReason"] as const;
  expect(csvOf(columns, [callback])).toBe(`\uFEFF${columns.join(",")}\r\n7,"Ann ""Sunny"", Able",'+44 20,,'=1+1\r\n`);
});

test("a list without rows says what that means, and with a filter what to do", () => {
  const said = (address: string, more = {}) => {
    const { show: _, ...ask } = asked(address);
    return emptyText({ ...ask, ...more });
  };
  expect(said("show=late")).toBe("Nothing is late.");
  expect(said("")).toMatch(/^Nothing is open\. Promise a call/);
  for (const narrowed of [said("show=late&agent=7"), said("", { search: "uma" }), said("show=kept")])
    expect(narrowed).toBe("No callbacks match. Clear the filters.");
});
