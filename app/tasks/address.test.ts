import { expect, test, vi } from "vitest";
import { goToPlace, placeOf } from "./address.ts";

test.each([
  ["", {}],
  ["?state=expired", { state: "expired" }],
  ["?state=gone&search=&id=a:b", { taskId: "a:b" }],
  [
    "?state=failed&conversation=c-1&search=50%25+off&id=t",
    { state: "failed", conversationId: "c-1", search: "50% off", taskId: "t" },
  ],
] as const)("the address %s leads to a place, and going to that place leads back to it", (address, place) => {
  expect(placeOf(new URLSearchParams(address))).toEqual(place);
  const pushState = vi.fn();
  vi.stubGlobal("history", { pushState });
  goToPlace(place);
  vi.unstubAllGlobals();
  const [, , gone] = pushState.mock.lastCall ?? [];
  expect(placeOf(new URL(gone, "http://desk.test").searchParams)).toEqual(place);
});
