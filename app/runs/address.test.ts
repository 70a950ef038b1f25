import { expect, test } from "vitest";
import { addressOf, placeOf } from "./address.ts";

test.each([
  ["/runs", {}],
  ["/runs?status=RUNNING", { status: "RUNNING" }],
  ["/runs?id=7&with=9", { runId: "7", otherId: "9" }],
  [
    "/runs?id=7&item=7-3&state=failed&model=mock%2Fwarm&search=50+%25",
    { runId: "7", itemId: "7-3", state: "failed", modelId: "mock/warm", search: "50 %" },
  ],
] as const)("the address %s leads to a place, and that place has this address", (address, place) => {
  expect(placeOf(new URL(address, "http://desk.test").searchParams)).toEqual(place);
  expect(addressOf(place)).toBe(address);
});

test("invalid values of an address are left out", () => {
  expect(placeOf(new URLSearchParams("?status=gone&state=gone&id=+"))).toEqual({});
});
