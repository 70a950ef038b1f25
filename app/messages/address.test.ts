import { expect, test, vi } from "vitest";
import { goToView, placeOf } from "./address.ts";

test.each([
  ["", { view: "messages", group: {} }],
  ["?view=gone&state=gone&channel=fax&id=", { view: "messages", group: {} }],
  [
    "?state=unsure&channel=sms&id=m",
    { view: "messages", state: "unsure", channel: "sms", messageId: "m", group: { channel: "sms" } },
  ],
  [
    "?view=dead&state=failed&channel=sms&class=none&code=30003",
    { view: "dead", group: { state: "failed", channel: "sms", errorClass: "none", errorCode: "30003" } },
  ],
])("the address %s leads to a place", (address, place) => {
  expect(placeOf(new URLSearchParams(address))).toMatchObject(place);
});

test("another view begins without what was looked for in the one before", () => {
  const pushState = vi.fn();
  vi.stubGlobal("history", { pushState });
  vi.stubGlobal("location", { search: "?view=dead&state=failed&class=none&id=m" });
  goToView("conversations", { conversation: "c" });
  vi.unstubAllGlobals();
  expect(pushState.mock.lastCall?.[2]).toBe("/messages?view=conversations&conversation=c");
});
