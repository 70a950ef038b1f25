import { expect, test, vi } from "vitest";
import { filterOf, goToFilter } from "./address.ts";

test.each([
  ["", {}],
  ["?who=Maya&object=callback+12", { actor: "Maya", subject: "callback 12" }],
  ["?from=yesterday&to=&action=key.revoked", { action: "key.revoked" }],
  [
    "?from=2026-03-02T09%3A00%3A00.000Z&to=2026-03-02T10%3A00%3A00.000Z",
    { from: "2026-03-02T09:00:00.000Z", to: "2026-03-02T10:00:00.000Z" },
  ],
] as const)(
  "the address %s leads to a filter of the audit, and going to that filter leads back to it",
  (address, filter) => {
    expect(filterOf(new URLSearchParams(address))).toEqual(filter);
    const pushState = vi.fn();
    vi.stubGlobal("location", { search: "?who=somebody&from=2026-01-01T00:00:00Z" });
    vi.stubGlobal("history", { pushState });
    goToFilter(filter);
    vi.unstubAllGlobals();
    const [, , gone] = pushState.mock.lastCall ?? [];
    expect(filterOf(new URL(gone, "http://desk.test").searchParams)).toEqual(filter);
  },
);
